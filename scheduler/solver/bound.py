"""A lower bound that needs no search: every request alone on the lab as frozen bookings leave it.

No request can cost less than its cheapest way when nobody else is there; so the sum bounds every plan from below.
Where a request may start is relaxed only (by calendars, sites and chains one at a time), which keeps the bound valid.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.solver.amounts import amounts_complete, amounts_left_out, plan_scalar, scalar_of, tier_cost, tiers_of
from scheduler.solver.domains import Explorer, RequestDomain, never
from scheduler.ticks.instance import Instance, Plan, TickRequest


@dataclass(frozen=True, slots=True)
class Ideal:
    """What each request could do alone: its domain and its least scalar cost; and the least cost of a plan per tier, highest first."""

    domains: tuple[RequestDomain, ...]
    scalars: tuple[int, ...]
    tiers: tuple[int, ...]

    @property
    def scalar(self) -> int:
        """No plan has a lower scalar cost."""
        return sum(self.scalars)


def ideal_of(instance: Instance, explorer: Explorer | None = None) -> Ideal:
    """The ideal of every request of `instance`.

    A tier's value bounds that tier alone, whatever is done in the others.
    """
    explorer = explorer or Explorer(instance)
    domains = tuple(explorer.explore(request) for request in instance.requests)
    scalars = []
    tiers = dict.fromkeys(tiers_of(instance), 0)
    for request, domain in zip(instance.requests, domains, strict=True):
        ways = [] if not request.tasks and domain.can_serve else [amounts_left_out(request)]
        if domain.can_serve:
            ways.append(amounts_complete(request, domain.earliest))
        scalars.append(min(scalar_of(instance, each) for each in ways))
        for tier in tiers:
            tiers[tier] += min(tier_cost(instance, tier, each) for each in ways)
    return Ideal(domains, tuple(scalars), tuple(tiers.values()))


def narrowed(instance: Instance, ideal: Ideal, plan: Plan, explorer: Explorer) -> tuple[RequestDomain, ...]:
    """The domains cut to what a plan no worse than `plan` can use.

    All others cost at least their ideal, so one request can cost at most the plan's cost less
    theirs: that bounds its completion, and may force it to be served. `plan` itself stays possible.
    """
    spare = plan_scalar(instance, plan) - ideal.scalar
    return tuple(
        _narrow(instance, request, domain, least + spare, explorer)
        for request, domain, least in zip(instance.requests, ideal.domains, ideal.scalars, strict=True)
    )


def _narrow(instance: Instance, request: TickRequest, domain: RequestDomain, allowed: int, explorer: Explorer) -> RequestDomain:
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
