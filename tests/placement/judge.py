"""What is wrong with the uses of one resource: every rule spelled out, tick by tick, sharing nothing with the ledgers."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise

from scheduler.placement.uses import Use
from scheduler.ticks.instance import TickResource, TickTravel


def wrongs(resource: TickResource, uses: Sequence[Use], *, idle: int = 0, first_tick: int = 0) -> str:
    """The first rule that is broken; empty if none. Fixed uses may break rules among themselves."""
    for each in uses:
        if not each.is_fixed and any(t < 0 or not (resource.open | idle) >> t & 1 for t in range(each.start, each.end)):
            return "calendar"
        if not each.is_fixed and any(sum(u.demand for u in uses if u.start <= t < u.end) > resource.capacity for t in range(each.start, each.end)):
            return "capacity"
    rules = [_batch(resource, uses), _sharing(resource, uses), _changeover(resource, uses, first_tick), _travel(resource, uses), _sessions(resource, uses)]
    return next((each for each in rules if each), "")


def _batch(resource: TickResource, uses: Sequence[Use]) -> str:
    if not resource.is_batch:
        return ""
    for one, other in combinations(uses, 2):
        key = (one.start, one.end, one.recipe, one.minutes), (other.start, other.end, other.recipe, other.minutes)
        if one.start < other.end and other.start < one.end and not (one.is_fixed and other.is_fixed) and key[0] != key[1]:
            return "overlap"
    for each in uses:
        run = [u for u in uses if (u.start, u.end) == (each.start, each.end)]
        if not any(u.opens_run or u.is_fixed for u in run):
            return "run"
    return ""


def _sharing(resource: TickResource, uses: Sequence[Use]) -> str:
    if not resource.shares:
        return ""
    for one, other in combinations(uses, 2):
        if one.is_fixed and other.is_fixed:
            continue
        meet = one.start < other.end and other.start < one.end
        if meet and -1 not in (one.recipe, other.recipe) and one.recipe != other.recipe and (one.recipe, other.recipe) not in resource.compatible:
            return "recipes"
        for quiet, loud in ((one, other), (other, one)):
            if quiet.undisturbed and quiet.owner != loud.owner and any(quiet.start < t < quiet.end for t in (loud.start, loud.end)):
                return "disturbed"
    return ""


def _changeover(resource: TickResource, uses: Sequence[Use], first_tick: int) -> str:
    rules = resource.changeover
    if rules is None:
        return ""
    fixed = {(u.start, u.end, u.recipe) for u in uses if u.is_fixed}
    runs = sorted({(u.start, u.end, u.recipe) for u in uses})
    for index, run in enumerate(runs):
        before = runs[index - 1] if index else None
        if run in fixed and (before is None or before in fixed):
            continue
        if before is None:
            needed = 0 if resource.initial_recipe < 0 else rules.times[resource.initial_recipe][run[2]]
            gap = run[0] - first_tick
            is_cold = rules.idle is not None
        else:
            needed, gap = rules.times[before[2]][run[2]], run[0] - before[1]
            is_cold = rules.idle is not None and gap > rules.idle
        needed += rules.warm_up if is_cold else 0
        if gap < needed:
            return "changeover"
        if rules.within_opening and any(t < 0 or not resource.open >> t & 1 for t in range(run[0] - needed, run[1])):
            return "opening"
    return ""


def _travel(resource: TickResource, uses: Sequence[Use]) -> str:
    travel = resource.travel
    if travel is None:
        return ""
    spent: dict[int, int] = defaultdict(int)
    free_days = set()
    for opening in travel.openings:
        sessions = sorted(u for u in uses if u.site >= 0 and opening[0] <= u.start < opening[1])
        before = None
        for each in sessions:
            ways = _way(travel, travel.home if before is None else before.site, each.site)
            is_fixed = each.is_fixed and (before is None or before.is_fixed)
            first = each.start - ways[0]
            if is_fixed:
                first = max(first, opening[0] if before is None else before.end)
            wrong = _block(uses, opening, first, each.start, is_fixed)
            if wrong:
                return wrong
            spent[_day(travel, each.start)] += ways[1]
            if not each.is_fixed:
                free_days.add(_day(travel, each.start))
            before = each
        if before is not None:
            ways = _way(travel, before.site, travel.home)
            last = before.end + ways[0]
            wrong = _block(uses, opening, before.end, min(last, opening[1]) if before.is_fixed else last, before.is_fixed)
            if wrong:
                return wrong
            spent[_day(travel, before.start)] += ways[1]
    return "day" if travel.most_a_day is not None and any(spent[day] > travel.most_a_day for day in free_days) else ""


def _block(uses: Sequence[Use], opening: tuple[int, int], start: int, end: int, is_fixed: bool) -> str:
    if start >= end:
        return ""
    if not is_fixed and not (opening[0] <= start and end <= opening[1]):
        return "way outside"
    return "way" if any(u.start < end and start < u.end and not (is_fixed and u.is_fixed) for u in uses) else ""


def _way(travel: TickTravel, source: int, target: int) -> tuple[int, int]:
    return (0, 0) if -1 in (source, target) or source == target else (travel.ways[source][target], travel.minutes[source][target])


def _day(travel: TickTravel, tick: int) -> int:
    return bisect_right(travel.days, tick) - 1


def _sessions(resource: TickResource, uses: Sequence[Use]) -> str:
    rules = resource.sessions
    if rules is None:
        return ""
    for most, edges in ((rules.most_a_day, rules.days), (rules.most_a_week, rules.weeks)):
        for first, end in pairwise(edges):
            inside = [u for u in uses if first <= u.at < end]
            if most is not None and len({u.owner for u in inside}) > most and not all(u.is_fixed for u in inside):
                return "sessions"
    return ""
