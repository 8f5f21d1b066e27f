"""A lower bound that needs no search: every request alone on the lab as frozen bookings leave it.

No request can cost less than its cheapest way when nobody else is there; so the sum bounds every plan from below.
Where a request may start is relaxed only (by calendars, sites and chains one at a time), which keeps the bound valid.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scheduler.placement.cost import Amounts, completion_minute, request_amounts
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.placement.shapes import Shape
from scheduler.solver.amounts import amounts_complete, amounts_left_out, scalar_of, tier_cost, tiers_of
from scheduler.solver.clique import least_surcharge, loads_of
from scheduler.solver.domains import Explorer, RequestDomain, never
from scheduler.solver.least import least_people, least_span, least_task_tardiness
from scheduler.ticks.instance import Instance, TickRequest


@dataclass(frozen=True, slots=True)
class Ideal:
    """What each request could do alone: its domain, its least scalar cost, its least cost in the first tier; and the least cost of a plan per tier.

    `coupled` is what the coupled terms cost at least beyond that, as a scalar; `tiers` has it too.
    `is_whole` False: there was no time to look at all; the others count nothing, which is a bound still.
    """

    domains: tuple[RequestDomain, ...]
    is_whole: bool
    scalars: tuple[int, ...]
    first_tiers: tuple[int, ...]
    tiers: tuple[int, ...]
    coupled: int = 0

    @property
    def scalar(self) -> int:
        """No plan has a lower scalar cost."""
        return sum(self.scalars) + self.coupled


def ideal_of(instance: Instance, explorer: Explorer, is_over: Callable[[], bool] | None = None, *, keep_domains: bool = True) -> Ideal:
    """The ideal of every request of `instance`.

    A tier's value bounds that tier alone, whatever is done in the others. `is_over` ends the work early.
    Domains of a year take gigabytes: `keep_domains` False has none. Then who can be placed exactly is only placed, which is quicker and never less.
    """
    empty = None if keep_domains else Occupancy(instance)
    domains: list[RequestDomain] = []
    scalars: list[int] = []
    tiers: list[list[int]] = [[] for _ in tiers_of(instance)]
    surcharges = _Surcharges(instance)
    for position, request in enumerate(instance.requests):
        if is_over is not None and position % 16 == 0 and is_over():
            break
        if empty is not None and _is_plain(instance, empty.shapes.shape(position)):
            domain, amounts = _placed(instance, empty, position)
        else:
            domain = explorer.explore(request)
            amounts = least_amounts(instance, request, domain) if domain.can_serve else amounts_left_out(request)
        ways = [amounts] if not request.tasks and domain.can_serve else [amounts, amounts_left_out(request)]
        scalars.append(min(scalar_of(instance, each) for each in ways))
        for tier, costs in zip(tiers_of(instance), tiers, strict=True):
            costs.append(min(tier_cost(instance, tier, each) for each in ways))
        surcharges.add(domain, scalars[-1], [costs[-1] for costs in tiers])
        if keep_domains:
            domains.append(domain)
    is_whole = len(scalars) == len(instance.requests)
    coupled, *coupled_tiers = surcharges.least(domains if is_whole and keep_domains else (), is_over)
    whole_tiers = tuple(sum(each) + more for each, more in zip(tiers, coupled_tiers, strict=True))
    return Ideal(tuple(domains), is_whole, tuple(scalars), tuple(tiers[0]), whole_tiers, coupled)


def _is_plain(instance: Instance, shape: Shape) -> bool:
    """Whether the earliest completion is the least cost in every term, and `place` finds it."""
    return bool(shape.path) and not shape.has_preferences and not shape.request.current and not instance.has_inner_terms


def _placed(instance: Instance, empty: Occupancy, position: int) -> tuple[RequestDomain, Amounts]:
    """When a plain request is complete at the earliest, and what it costs then."""
    request = instance.requests[position]
    placed = place(instance, empty, position)
    if placed is None:
        return never(request.fixed_completion or 0), amounts_left_out(request)
    earliest = completion_minute(instance, request, placed.placement)
    return RequestDomain(True, False, (), (), earliest), request_amounts(instance, request, placed.placement)


class _Surcharges:
    """What the makespan costs at least on top of the ideals: as a scalar, and per tier.

    A plan may leave requests out to be done sooner, so what that costs beyond each ideal is weighed against it.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        weights = {term.tier: term.weight for term in instance.terms if term.name == "makespan"}
        self.weights = (instance.scalars["makespan"], *(weights.get(tier, 0) for tier in tiers_of(instance)))
        self.out: list[list[int]] = [[] for _ in self.weights]
        self.least_of = [weight * max(0, instance.base_makespan - instance.start_minute) for weight in self.weights]

    def add(self, domain: RequestDomain, scalar: int, tiers: Sequence[int]) -> None:
        """The next request has this domain and these ideals."""
        if not any(self.weights):
            return
        instance = self.instance
        request = instance.requests[len(self.out[0])]
        left = amounts_left_out(request)
        costs = (scalar_of(instance, left), *(tier_cost(instance, tier, left) for tier in tiers_of(instance)))
        for number, (cost, ideal) in enumerate(zip(costs, (scalar, *tiers), strict=True)):
            self.out[number].append(cost - ideal)
            if domain.can_serve:
                least = self.weights[number] * max(0, domain.earliest - instance.start_minute)
                # What is frozen as a whole cannot be left out.
                self.least_of[number] = max(self.least_of[number], min(least, cost - ideal) if request.tasks else least)

    def least(self, domains: Sequence[RequestDomain], is_over: Callable[[], bool] | None) -> list[int]:
        """The surcharge as a scalar, then of each tier; `domains` of all requests, or none."""
        found = list(self.least_of)
        if any(self.weights) and domains:
            start = self.instance.start_minute
            for each in loads_of(self.instance, domains, is_over):
                load = replace(each, offset=each.offset - start, minutes=each.minutes - start)
                for number, weight in enumerate(self.weights):
                    if weight:
                        found[number] = max(found[number], least_surcharge(load, weight, self.out[number]))
        return found


def least_amounts(instance: Instance, request: TickRequest, domain: RequestDomain) -> Amounts:
    """The least amount per term of a request that is served within `domain`; coupled terms are not in it."""
    amounts = amounts_complete(request, domain.earliest)
    for task, modes in zip(request.tasks, domain.tasks, strict=False):
        misses = []
        for tick_mode, mode in zip(task.modes, modes, strict=True):
            if mode.starts:
                asked = [(each, kept) for each, kept in zip(tick_mode.requirements, mode.candidates, strict=True) if each.preferred]
                misses.append(sum(max(0, each.count - len(each.preferred.intersection(kept))) for each, kept in asked))
        amounts["preferences"] += min(misses)
    if instance.has_inner_terms:
        missed = least_task_tardiness(instance, request, domain)
        amounts["task_tardiness"] = request.weight * missed
        amounts["late"] = max(amounts["late"], int(missed > 0))
        amounts["span"] = max(amounts["span"], least_span(instance, request, domain))
        amounts["people"] = least_people(instance, request, domain)
    return amounts


def narrow(instance: Instance, request: TickRequest, domain: RequestDomain, allowed: int, explorer: Explorer) -> RequestDomain:
    """`domain` cut to what costs the request at most `allowed` (scalar); that bounds its completion, and may force it to be served.

    With `allowed` = cost of a plan in hand less the ideals of all other requests, every plan no worse than that one stays possible.
    Where requests meet in more than what is free nothing is cut: costs are no sum there, or what others could do alone is no bound.
    """
    if not domain.can_serve or not request.tasks or instance.is_coupled:
        return domain
    must_serve = scalar_of(instance, amounts_left_out(request)) > allowed
    latest = latest_completion(instance, request, domain, allowed)
    if latest is None:
        return never(domain.earliest)
    return explorer.explore(request, latest=latest, must_serve=must_serve)


def latest_completion(instance: Instance, request: TickRequest, domain: RequestDomain, allowed: int) -> int | None:
    """The last minute within the horizon at which `request` can be complete for a scalar cost of at most `allowed`; None: never.

    What does not depend on the completion alone counts at its least within `domain`.
    """
    least = least_amounts(instance, request, domain)

    def cost(minute: int) -> int:
        return scalar_of(instance, {name: max(amount, least[name]) for name, amount in amounts_complete(request, minute).items()})

    low, high = domain.earliest, max(domain.earliest, instance.ticks * instance.tick_minutes, request.fixed_completion or 0)
    if cost(low) > allowed:
        return None
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if cost(middle) <= allowed else (low, middle - 1)
    return low


def sizes(domains: Sequence[RequestDomain]) -> int:
    """Number of candidate alternatives of a model over `domains`."""
    return sum(each.candidates for each in domains)
