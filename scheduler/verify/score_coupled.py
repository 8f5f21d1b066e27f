"""The terms of the objective in which requests meet: no sums over requests of what each costs by itself."""

from scheduler.verify.limits import accounts_of
from scheduler.verify.sequences import changes_of
from scheduler.verify.sums import MINUTE, Sums, late_minutes, minutes_down
from scheduler.verify.travel import legs_of
from scheduler.verify.uses import groups_of, minutes_of, uses_where


def makespan(sums: Sums) -> int:
    """From the start of the horizon to the last end of a served request; 0 if none is served."""
    return max(0, max(sums.completion.values(), default=0) - minutes_down(sums.problem.horizon.start))


def travel(sums: Sums) -> int:
    """Minutes of all ways of all people, to sessions and home, each rounded up."""
    return sum(leg.minutes for _, _, legs in legs_of(sums.facts) for leg in legs)


def changeover_time(sums: Sums) -> int:
    """Minutes of transitions (with cleaning) and of warm-ups, each rounded up; between frozen bookings too."""
    return sum(each.minutes for each in changes_of(sums.facts))


def changeover_cost(sums: Sums) -> int:
    """Cost of transitions, cleaning and warm-ups; between frozen bookings too."""
    return sum(each.cost + each.warm_up_cost for each in changes_of(sums.facts))


def run_time(sums: Sums) -> int:
    """Minutes of batch runs, each run counted once and rounded up."""
    return sum(minutes_of(group.end - group.start) for resource, uses in uses_where(sums.facts, lambda each: each.batch) for group in groups_of(resource, uses))


def quota_excess(sums: Sums) -> int:
    """Sum over quotas with a price, companies and periods of price x minutes above the quota; by frozen bookings too."""
    return sum(
        quota.price * max(0, account.minutes - quota.most // MINUTE)
        for quota in sums.problem.quotas
        if quota.price is not None
        for account in accounts_of(sums.facts, quota)
    )


def worst_off(sums: Sums) -> int:
    """Over companies the largest mean, rounded up, of the minutes by which their requests are late, without weights; left out counts as the whole horizon."""
    horizon = minutes_of(sums.problem.horizon.length)
    delays: dict[str, list[int]] = {}
    for request in sums.problem.requests:
        completion = sums.completion.get(request.id)
        delay = horizon if completion is None else late_minutes(completion, request.due)
        delays.setdefault(request.company, []).append(delay)
    return max((-(-sum(each) // len(each)) for each in delays.values()), default=0)
