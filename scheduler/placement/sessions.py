"""At most so many bookings of a resource begin on one day, or in one week."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence

from scheduler.placement.bits import span
from scheduler.placement.gaps import FAR
from scheduler.placement.uses import Use
from scheduler.ticks.instance import Bits, Ticks, TickSessions

Period = tuple[Ticks, Ticks, list[Use]]
"""First tick, end, and one use for each booking that starts in it."""


def full_ticks(sessions: TickSessions, uses: Sequence[Use], ticks: Ticks) -> Bits:
    """The ticks of the horizon at which no further booking may start."""
    full = 0
    for most, edges in _limits(sessions):
        for first, end, inside in _periods(edges, uses):
            if len(inside) >= most:
                full |= span(first, min(end, ticks))
    return full


def surplus(sessions: TickSessions, uses: Sequence[Use]) -> Iterator[tuple[Ticks, Ticks, Use]]:
    """Periods with too many bookings, frozen ones alone not counted: first tick, end, and each that is one too many and not fixed."""
    for most, edges in _limits(sessions):
        for first, end, inside in _periods(edges, uses):
            free = [each for each in inside if not each.is_fixed]
            for each in free[::-1][: max(len(inside) - most, 0)]:
                yield first, end, each


def _limits(sessions: TickSessions) -> Iterator[tuple[int, tuple[Ticks, ...]]]:
    if sessions.most_a_day is not None:
        yield sessions.most_a_day, sessions.days
    if sessions.most_a_week is not None:
        yield sessions.most_a_week, sessions.weeks


def _periods(edges: tuple[Ticks, ...], uses: Sequence[Use]) -> Iterator[Period]:
    found: dict[int, dict[object, Use]] = defaultdict(dict)
    for each in uses:
        found[bisect_right(edges, each.at) - 1].setdefault(each.owner, each)
    for number, inside in found.items():
        first = edges[number] if number >= 0 else -FAR
        yield first, edges[number + 1] if number + 1 < len(edges) else FAR, sorted(inside.values(), key=lambda each: each.at)
