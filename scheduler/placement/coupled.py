"""Terms of the objective in which requests meet: what they add depends on what is booked beside them.

Each is a sum (or the largest) over parts that a search can keep and recompute one by one: what one resource spends on runs,
changeovers and ways (`resource_amounts`), what one placement takes of quotas (`quota_minutes`), how late one request is (`delay_minutes`).

Check: scheduler.verify.score recomputes the same in wall-clock time.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from scheduler.model.policy import TermName
from scheduler.placement.completion import completion_minute
from scheduler.ticks.days import period_of
from scheduler.ticks.instance import FixedUse, Instance, Placement, Plan, TickRequest, Ticks, TickTravel
from scheduler.ticks.uses import uses_of

QuotaKey = tuple[int, int, int]
"""(quota, company, period)."""


class Spent(NamedTuple):
    """What one resource spends: minutes of runs, of ways and of changeovers, and the cost of those."""

    run_time: int = 0
    travel: int = 0
    changeover_time: int = 0
    changeover_cost: int = 0


class Occasion(NamedTuple):
    """One use of a resource, or all uses of one batch run together."""

    start: Ticks
    end: Ticks
    recipe: int
    minutes: int


def coupled_amounts(instance: Instance, plan: Plan) -> dict[TermName, int]:
    """The amounts of all coupled terms; requests that `plan` lacks are left out."""
    spent = [resource_amounts(instance, resource, uses) for resource, uses in special_uses(instance, plan).items()]
    minutes: dict[QuotaKey, int] = defaultdict(int)
    if any(each.price is not None for each in instance.quotas):
        for position, placement in plan.items():
            for key, more in quota_minutes(instance, position, placement).items():
                minutes[key] += more
    return {
        "makespan": makespan(instance, plan),
        "travel": sum(each.travel for each in spent),
        "changeover_time": sum(each.changeover_time for each in spent),
        "changeover_cost": sum(each.changeover_cost for each in spent),
        "run_time": sum(each.run_time for each in spent),
        "quota_excess": quota_excess(instance, minutes),
        "worst_off": worst_off(instance, delays(instance, plan)),
    }


def coupled_cost(instance: Instance, plan: Plan) -> int:
    """What the coupled terms add to the scalar objective."""
    return sum(instance.scalars[name] * amount for name, amount in coupled_amounts(instance, plan).items())


def makespan(instance: Instance, plan: Plan) -> int:
    """Minutes from the start of the horizon to the last end of a served request."""
    last = max((completion_minute(instance, instance.requests[each], placement) for each, placement in plan.items()), default=0)
    return max(0, max(last, instance.base_makespan) - instance.start_minute)


def special_uses(instance: Instance, plan: Plan) -> dict[int, list[FixedUse]]:
    """What is taken, by the plan and by frozen bookings, of each resource that spends anything."""
    found: dict[int, list[FixedUse]] = {
        number: [] for number, each in enumerate(instance.resources) if each.is_batch or each.changeover is not None or each.travel is not None
    }
    if found:
        for use in instance.fixed_uses:
            if use.resource in found:
                found[use.resource].append(use)
        for position, placement in plan.items():
            for use in uses_of(instance, instance.requests[position], placement, position):
                if use.resource in found:
                    found[use.resource].append(use)
    return found


def resource_amounts(instance: Instance, resource: int, uses: Iterable[FixedUse]) -> Spent:
    """What a resource spends if `uses` are all that is taken of it."""
    data = instance.resources[resource]
    if data.travel is not None:
        return Spent(travel=_travelled(data.travel, uses))
    if not data.is_batch and data.changeover is None:
        return Spent()
    occasions = occasions_of(instance, resource, uses)
    run_time = sum(each.minutes for each in occasions) if data.is_batch else 0
    changeover = data.changeover
    if changeover is None:
        return Spent(run_time)
    time = cost = 0
    before: Occasion | None = None
    for each in occasions:
        recipe = data.initial_recipe if before is None else before.recipe
        if recipe >= 0 and each.recipe >= 0:
            time += changeover.minutes[recipe][each.recipe]
            cost += changeover.costs[recipe][each.recipe]
        if changeover.idle is not None and (before is None or each.start - before.end > changeover.idle):
            time += changeover.warm_minutes
            cost += changeover.warm_cost
        before = each
    return Spent(run_time, 0, time, cost)


def occasions_of(instance: Instance, resource: int, uses: Iterable[FixedUse]) -> list[Occasion]:
    """The uses in order of start; those of one batch run are one, as long as the longest of them."""
    if not instance.resources[resource].is_batch:
        return sorted(Occasion(each.start, each.end, each.recipe, each.minutes) for each in uses)
    runs: dict[tuple[Ticks, Ticks], Occasion] = {}
    for each in uses:
        found = runs.get((each.start, each.end))
        runs[each.start, each.end] = Occasion(each.start, each.end, each.recipe, max(each.minutes, 0 if found is None else found.minutes))
    return sorted(runs.values())


def _travelled(travel: TickTravel, uses: Iterable[FixedUse]) -> int:
    """Minutes of the ways to, between and from the sessions that take place somewhere, opening by opening."""
    by_opening: dict[int, list[tuple[Ticks, Ticks, int]]] = defaultdict(list)
    begins = [start for start, _ in travel.openings]
    for each in uses:
        if each.site >= 0:
            by_opening[bisect_right(begins, each.start) - 1].append((each.start, each.end, each.site))
    home = [] if travel.home < 0 else [travel.home]
    total = 0
    for sessions in by_opening.values():
        stops = [*home, *(site for _, _, site in sorted(sessions)), *home]
        total += sum(travel.minutes[one][other] for one, other in pairwise(stops))
    return total


def quota_minutes(instance: Instance, position: int, placement: Placement) -> dict[QuotaKey, int]:
    """Minutes that a placement of the request at `position` takes of each priced quota."""
    request = instance.requests[position]
    found: dict[QuotaKey, int] = {}
    wanted = [(number, each) for number, each in enumerate(instance.quotas) if each.price is not None and each.company in (-1, request.company)]
    if wanted:
        for use in uses_of(instance, request, placement, position):
            for number, quota in wanted:
                if use.resource in quota.resources:
                    key = (number, request.company, period_of(quota.periods, use.at))
                    found[key] = found.get(key, 0) + use.minutes
    return found


def quota_excess(instance: Instance, minutes: Mapping[QuotaKey, int]) -> int:
    """Price x minutes above each priced quota, where `minutes` come on top of what frozen bookings take."""
    total = 0
    for number, quota in enumerate(instance.quotas):
        if quota.price is None:
            continue
        taken = dict(quota.fixed)
        for (which, company, period), more in minutes.items():
            if which == number:
                taken[company, period] = taken.get((company, period), 0) + more
        total += quota.price * sum(max(0, each - quota.most_minutes) for each in taken.values())
    return total


def delay_minutes(instance: Instance, request: TickRequest, placement: Placement | None) -> int:
    """Minutes by which the request misses its due date; left out (None): the whole horizon."""
    if placement is None:
        return horizon_minutes(instance)
    return 0 if request.due_minute is None else max(0, completion_minute(instance, request, placement) - request.due_minute)


def horizon_minutes(instance: Instance) -> int:
    """The length of the horizon."""
    return instance.ticks * instance.tick_minutes if instance.horizon_minutes is None else instance.horizon_minutes


def delays(instance: Instance, plan: Plan) -> list[int]:
    """Per company the minutes by which its requests are late, those outside the cut included."""
    found = list(instance.base_delay) or [0] * len(company_sizes(instance))
    for position, request in enumerate(instance.requests):
        found[request.company] += delay_minutes(instance, request, plan.get(position))
    return found


def worst_off(instance: Instance, late: Sequence[int]) -> int:
    """Mean delay, rounded up, of the company with the largest; `late` is the sum per company."""
    return max((-(-minutes // size) for minutes, size in zip(late, company_sizes(instance), strict=True) if size), default=0)


def company_sizes(instance: Instance) -> tuple[int, ...]:
    """Requests of each company, counted here where the instance does not say."""
    if instance.company_sizes:
        return instance.company_sizes
    sizes = [0] * (max((each.company for each in instance.requests), default=-1) + 1)
    for each in instance.requests:
        sizes[each.company] += 1
    return tuple(sizes)
