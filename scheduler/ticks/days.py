"""Local days, weeks and months as ticks: the edges between them."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from scheduler.ticks.grid import Grid
from scheduler.ticks.instance import Bits, Ticks

Period = Literal["day", "week", "month", "horizon"]


def edges(grid: Grid, zone: str, period: Period, since: datetime | None = None, until: datetime | None = None) -> tuple[Ticks, ...]:
    """Where the periods of `zone` that touch the horizon (or lie between it and `since` or `until`) begin, ascending, and where the last one ends.

    A tick lies in the period in which it starts. Weeks begin on Monday. "horizon": one period that holds everything.
    """
    first = grid.origin if since is None else min(since, grid.origin)
    end = grid.moment(grid.ticks)
    if until is not None and until >= end:
        end = until + grid.resolution
    if period == "horizon":
        return (min(grid.floor(first), 0), grid.ceil(end))
    local = ZoneInfo(zone)
    day = _begin(first.astimezone(local).date(), period)
    found = []
    while True:
        found.append(grid.ceil(datetime.combine(day, time(0), tzinfo=local).astimezone(UTC)))
        if found[-1] >= grid.ceil(end):
            return tuple(found)
        day = _next(day, period)


def period_of(periods: tuple[Ticks, ...], tick: Ticks) -> int:
    """The number of the period in which `tick` lies; -1 if it lies before all of them."""
    return bisect_right(periods, tick) - 1


def weekday_bits(grid: Grid, zone: str, weekday: int) -> Bits:
    """The ticks that start on that day of the week (0: Monday) in `zone`."""
    local = ZoneInfo(zone)
    days = edges(grid, zone, "day")
    total = 0
    for first, last in pairwise(days):
        start, end = max(first, 0), min(last, grid.ticks)
        if start < end and grid.moment(start).astimezone(local).weekday() == weekday:
            total |= ((1 << (end - start)) - 1) << start
    return total


def _begin(day: date, period: Period) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def _next(day: date, period: Period) -> date:
    if period == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if period == "week" else 1)
