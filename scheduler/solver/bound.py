"""A lower bound that needs no search: every request alone on the lab as frozen bookings leave it.

No request can cost less than its cheapest way when nobody else is there; so the sum bounds every plan from below.
Where a request may start is relaxed only (by calendars, sites and chains one at a time), which keeps the bound valid.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scheduler.solver.amounts import Amounts, amounts_complete, amounts_left_out, scalar_of, tier_cost, tiers_of
from scheduler.solver.domains import Explorer, RequestDomain, never
from scheduler.ticks.instance import Instance, TickRequest


@dataclass(frozen=True, slots=True)
class Ideal:
    """What each request could do alone: its domain, its least scalar cost, its least cost in the first tier; and the least cost of a plan per tier.

    `is_whole` False: there was no time to look at all; the others count nothing, which is a bound still.
    """

    domains: tuple[RequestDomain, ...]
    is_whole: bool
    scalars: tuple[int, ...]
    first_tiers: tuple[int, ...]
    tiers: tuple[int, ...]

    @property
    def scalar(self) -> int:
        """No plan has a lower scalar cost."""
        return sum(self.scalars)


def ideal_of(instance: Instance, explorer: Explorer, is_over: Callable[[], bool] | None = None, *, keep_domains: bool = True) -> Ideal:
    """The ideal of every request of `instance`.

    A tier's value bounds that tier alone, whatever is done in the others. `is_over` ends the work early.
    Domains of a year take gigabytes: `keep_domains` False drops them.
    """
    domains: list[RequestDomain] = []
    scalars: list[int] = []
    tiers: list[list[int]] = [[] for _ in tiers_of(instance)]
    for position, request in enumerate(instance.requests):
        if is_over is not None and position % 16 == 0 and is_over():
            break
        domain = explorer.explore(request)
        ways = [] if not request.tasks and domain.can_serve else [amounts_left_out(request)]
        if domain.can_serve:
            ways.append(least_amounts(request, domain))
        scalars.append(min(scalar_of(instance, each) for each in ways))
        for tier, costs in zip(tiers_of(instance), tiers, strict=True):
            costs.append(min(tier_cost(instance, tier, each) for each in ways))
        if keep_domains:
            domains.append(domain)
    is_whole = len(scalars) == len(instance.requests)
    return Ideal(tuple(domains), is_whole, tuple(scalars), tuple(tiers[0]), tuple(sum(each) for each in tiers))


def least_amounts(request: TickRequest, domain: RequestDomain) -> Amounts:
    """The least amount per term of a request that is served within `domain`."""
    amounts = amounts_complete(request, domain.earliest)
    for task, modes in zip(request.tasks, domain.tasks, strict=False):
        misses = []
        for tick_mode, mode in zip(task.modes, modes, strict=True):
            if mode.starts:
                asked = [(each, kept) for each, kept in zip(tick_mode.requirements, mode.candidates, strict=True) if each.preferred]
                misses.append(sum(max(0, each.count - len(each.preferred.intersection(kept))) for each, kept in asked))
        amounts["preferences"] += min(misses)
    return amounts


def narrow(instance: Instance, request: TickRequest, domain: RequestDomain, allowed: int, explorer: Explorer) -> RequestDomain:
    """`domain` cut to what costs the request at most `allowed` (scalar); that bounds its completion, and may force it to be served.

    With `allowed` = cost of a plan in hand less the ideals of all other requests, every plan no worse than that one stays possible.
    """
    if not domain.can_serve or not request.tasks:
        return domain
    must_serve = scalar_of(instance, amounts_left_out(request)) > allowed
    latest = latest_completion(instance, request, domain.earliest, allowed)
    if latest is None:
        return never(domain.earliest)
    return explorer.explore(request, latest=latest, must_serve=must_serve)


def latest_completion(instance: Instance, request: TickRequest, earliest: int, allowed: int) -> int | None:
    """The last minute within the horizon at which `request` can be complete for a scalar cost of at most `allowed`; None: never."""

    def cost(minute: int) -> int:
        return scalar_of(instance, amounts_complete(request, minute))

    low, high = earliest, max(earliest, instance.ticks * instance.tick_minutes, request.fixed_completion or 0)
    if cost(low) > allowed:
        return None
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if cost(middle) <= allowed else (low, middle - 1)
    return low


def sizes(domains: Sequence[RequestDomain]) -> int:
    """Number of candidate alternatives of a model over `domains`."""
    return sum(each.candidates for each in domains)
