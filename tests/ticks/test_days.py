"""Edges of local days, weeks and months, tick by tick, in weeks in which the clocks change; also where they change at midnight."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from scheduler.ticks.days import Period, edges, period_of, weekday_bits
from scheduler.ticks.grid import Grid

DAY = timedelta(days=1)
WEEKS = {
    "seoul": ("Asia/Seoul", datetime(2026, 3, 27, 6, tzinfo=UTC)),
    "berlin-spring": ("Europe/Berlin", datetime(2026, 3, 27, 6, tzinfo=UTC)),
    "berlin-autumn": ("Europe/Berlin", datetime(2026, 10, 23, 6, tzinfo=UTC)),
    # There the hour after midnight is left out, or comes twice.
    "beirut-spring": ("Asia/Beirut", datetime(2026, 3, 26, 6, tzinfo=UTC)),
    "beirut-autumn": ("Asia/Beirut", datetime(2026, 10, 22, 6, tzinfo=UTC)),
    "havana-spring": ("America/Havana", datetime(2026, 3, 6, 6, tzinfo=UTC)),
    "havana-autumn": ("America/Havana", datetime(2026, 10, 30, 6, tzinfo=UTC)),
    # Midnight is at a quarter past the hour, UTC.
    "kathmandu": ("Asia/Kathmandu", datetime(2026, 3, 27, 6, tzinfo=UTC)),
}


def naive_period(day: date, period: Period) -> date:
    match period:
        case "day":
            return day
        case "week":
            return day - day.weekday() * DAY
        case "month":
            return day.replace(day=1)
        case _:
            return date.min


@pytest.mark.parametrize("resolution", [15, 60])
@pytest.mark.parametrize("period", ["day", "week", "month", "horizon"])
@pytest.mark.parametrize("week", WEEKS)
def test_edges_part_ticks_as_the_local_calendar_does(week: str, period: Period, resolution: int) -> None:
    zone, begin = WEEKS[week]
    grid = Grid(begin, timedelta(minutes=resolution), 9 * 24 * 60 // resolution)
    since = begin - 3 * DAY
    found = edges(grid, zone, period, since)
    assert list(found) == sorted(set(found))
    local = [naive_period(grid.moment(tick).astimezone(ZoneInfo(zone)).date(), period) for tick in range(grid.floor(since), grid.ticks)]
    numbers = [period_of(found, tick) for tick in range(grid.floor(since), grid.ticks)]
    assert numbers[0] == 0
    assert numbers[-1] == len(found) - 2
    assert [a == b for a, b in pairwise(local)] == [a == b for a, b in pairwise(numbers)]


@pytest.mark.parametrize("resolution", [15, 60])
@pytest.mark.parametrize("week", WEEKS)
def test_weekday_bits_are_the_ticks_that_start_on_that_local_day(week: str, resolution: int) -> None:
    zone, begin = WEEKS[week]
    grid = Grid(begin, timedelta(minutes=resolution), 9 * 24 * 60 // resolution)
    for weekday in range(7):
        wanted = [grid.moment(tick).astimezone(ZoneInfo(zone)).weekday() == weekday for tick in range(grid.ticks)]
        assert weekday_bits(grid, zone, weekday) == sum(1 << tick for tick, is_wanted in enumerate(wanted) if is_wanted)


def test_a_day_on_which_clocks_change_is_an_hour_shorter_or_longer() -> None:
    for (zone, begin), hours in ((WEEKS["berlin-spring"], 23), (WEEKS["berlin-autumn"], 25)):
        found = edges(Grid(begin, timedelta(hours=1), 96), zone, "day")
        assert [b - a for a, b in pairwise(found)] == [24, 24, hours, 24, 24]


def test_what_lies_before_all_periods_is_of_none() -> None:
    assert [period_of((-5, 0, 4), each) for each in (-6, -5, -1, 0, 3)] == [-1, 0, 0, 1, 1]
