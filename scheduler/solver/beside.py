"""Some requests of a plan alone, everything else as it is: the instance that a neighbourhood search solves."""

from collections.abc import Sequence
from dataclasses import replace

from scheduler.placement.completion import completion_minute
from scheduler.placement.coupled import company_sizes, delay_minutes
from scheduler.ticks.instance import FixedUse, Instance, Placement, Plan, TickRequest
from scheduler.ticks.uses import counted, uses_of


def beside(instance: Instance, members: Sequence[int], plan: Plan) -> Instance:
    """The requests at `members` alone, with the bookings that the others have in `plan` as frozen ones.

    What the others use up of common limits, and add to common terms, is taken into account.
    """
    own = frozenset(members)
    # Owners are numbered below every frozen booking's: nobody may take the others for members.
    uses = [
        (position, use)
        for position, placement in plan.items()
        if position not in own
        for use in uses_of(instance, instance.requests[position], placement, -1_000_000 - position)
    ]
    cut = replace(instance, requests=tuple(instance.requests[each] for each in members), fixed_uses=(*instance.fixed_uses, *(use for _, use in uses)))
    return _with_common(instance, cut, own, plan, uses) if instance.is_coupled else cut


def _with_common(instance: Instance, cut: Instance, own: frozenset[int], plan: Plan, uses: list[tuple[int, FixedUse]]) -> Instance:
    requests = instance.requests
    others = [position for position in range(len(requests)) if position not in own]
    if instance.scalars["makespan"]:
        last = max((completion_minute(instance, requests[each], plan[each]) for each in others if each in plan), default=0)
        cut = replace(cut, base_makespan=max(last, instance.base_makespan))
    if instance.scalars["worst_off"]:
        late = list(instance.base_delay) or [0] * len(company_sizes(instance))
        for each in others:
            late[requests[each].company] += delay_minutes(instance, requests[each], plan.get(each))
        cut = replace(cut, base_delay=tuple(late), company_sizes=company_sizes(instance))
    if instance.most_moves is not None:
        made = sum(moves_made(requests[each], plan.get(each)) for each in others)
        cut = replace(cut, most_moves=max(0, instance.most_moves - made))
    return counted(cut, [(requests[position].company, use) for position, use in uses])


def moves_made(request: TickRequest, placement: Placement | None) -> int:
    """How many of its bookings in force that cost something to move are moved or dropped."""
    placed = {each.task: each for each in placement or ()}
    return sum(cost > 0 and (booking is None or placed.get(task) != booking) for task, booking, cost in request.current)
