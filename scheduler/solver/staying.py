"""Which bookings in force can stay together, where more would move than may."""

from dataclasses import dataclass, replace

from scheduler.solver.beside import moves_made
from scheduler.solver.bound import sizes
from scheduler.solver.budget import Budget
from scheduler.solver.construct import filled
from scheduler.solver.cpsat.search import search
from scheduler.solver.domains import Explorer
from scheduler.solver.exact import MOST_CANDIDATES, MOST_REQUESTS
from scheduler.ticks.instance import Instance, Plan, TickTerm


@dataclass(frozen=True, slots=True)
class Staying:
    """A plan that moves no more than may (None: none was found), how many have to move at least, and what was spent of the repeatable clock."""

    plan: Plan | None
    least: int
    deterministic_seconds: float = 0.0


def stay(instance: Instance, plan: Plan, budget: Budget) -> Staying:
    """A plan in which as many bookings in force stay as can, and who else finds room beside them; `plan`, which moves too many, is where it starts from.

    Bookings that stand well one by one may not stand together: unlike recipes without the time between them, sites without the way.
    Which of them move is solved exactly, for their requests alone. Raises: ModelInvalid.
    """
    most = instance.most_moves or 0
    members = [position for position, request in enumerate(instance.requests) if any(cost > 0 for _, _, cost in request.current)]
    cut = _counting(instance, members)
    explorer = Explorer(cut)
    domains = [explorer.explore(each) for each in cut.requests]
    if len(members) > MOST_REQUESTS or sizes(domains) > MOST_CANDIDATES:
        return Staying(None, 0)
    found = search(cut, domains, {number: plan[position] for number, position in enumerate(members) if position in plan}, budget)
    if found is None:
        return Staying(None, 0)
    least = found.bounds[0] or 0
    made = sum(moves_made(request, found.plan.get(number)) for number, request in enumerate(cut.requests))
    if made > most:
        return Staying(None, least, found.deterministic_seconds)
    return Staying(filled(instance, {members[number]: placement for number, placement in found.plan.items()}), least, found.deterministic_seconds)


def _counting(instance: Instance, members: list[int]) -> Instance:
    """The requests at `members` alone, where nothing counts but how many bookings move."""
    requests = (instance.requests[each] for each in members)
    return replace(
        instance,
        requests=tuple(replace(each, current=tuple((task, booking, min(cost, 1)) for task, booking, cost in each.current)) for each in requests),
        terms=(TickTerm("moves", 1, 1, 1),),
        most_moves=None,
    )
