"""Tasks that pause, against a clock that is looked at every minute; in the weeks in which the clocks change."""

from datetime import UTC, datetime, time, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.model.calendar import WEEKDAYS, Calendar, Hours, WeeklyHours, open_windows
from scheduler.model.window import Windows, window
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.grid import Grid
from scheduler.ticks.pauses import paused_lengths, worked_end
from tests.ticks.labs import ALWAYS, at, between, hours, needs, operator, problem, request, task
from tests.ticks.test_compile import ticks

MINUTE = timedelta(minutes=1)
SPRING, AUTUMN = datetime(2026, 3, 27, 6, tzinfo=UTC), datetime(2026, 10, 23, 6, tzinfo=UTC)
"""Fridays before the clocks of Berlin change."""


def random_openings(seed: int, start: datetime, days: int) -> Windows:
    """Hours with lunch breaks, night shifts and odd minutes."""
    random = Random(seed)
    weekly = []
    for _ in range(random.randint(1, 3)):
        chosen = tuple(random.sample(WEEKDAYS, random.randint(2, 7)))
        opens, closes = (time(random.randint(0, 23), random.choice((0, 0, 15, 30, 7, 52))) for _ in range(2))
        weekly.append(WeeklyHours(days=chosen, hours=Hours(open=opens, close=closes)))
    shut = tuple(
        window(since, since + timedelta(minutes=random.randint(1, 400)))
        for since in (start + timedelta(minutes=random.randint(0, 24 * 60 * days)) for _ in range(random.randint(0, 2)))
    )
    calendar = Calendar(id="c", time_zone="Europe/Berlin", weekly=tuple(weekly), closures=shut)
    return open_windows(calendar, window(start, start + timedelta(days=days)))


def naive_end(openings: Windows, start: datetime, duration: timedelta) -> datetime | None:
    """Minute by minute; None if the start lies in a closure, or the work is never done."""
    left, now = duration // MINUTE, start
    if not openings or not any(each.start <= now < each.end for each in openings):
        return None
    while left:
        if now >= openings[-1].end:
            return None
        left -= any(each.start <= now < each.end for each in openings)
        now += MINUTE
    return now


cases = st.tuples(st.integers(0, 1_000_000), st.sampled_from((SPRING, AUTUMN)), st.integers(1, 900), st.sampled_from((5, 15, 30, 60)))


@settings(deadline=None, max_examples=40)
@given(case=cases)
def test_paused_lengths_are_those_of_a_clock_that_stops_in_closures(case: tuple[int, datetime, int, int]) -> None:
    seed, begin, minutes, resolution = case
    openings, duration = random_openings(seed, begin, 4), timedelta(minutes=minutes)
    grid = Grid(begin, timedelta(minutes=resolution), 4 * 24 * 60 // resolution)
    found: dict[int, timedelta] = {}
    for length, starts in paused_lengths(grid, openings, duration):
        for tick in range(grid.ticks):
            if starts >> tick & 1:
                assert tick not in found
                found[tick] = length
        assert starts >> grid.ticks == 0
    for tick in range(0, grid.ticks, 1 if resolution > 15 else 3):
        end = naive_end(openings, grid.moment(tick), duration)
        assert found.get(tick) == (None if end is None else end - grid.moment(tick))


@settings(deadline=None, max_examples=40)
@given(case=cases, offset=st.integers(0, 3 * 24 * 60))
def test_worked_end_is_that_of_a_clock_that_stops_in_closures(case: tuple[int, datetime, int, int], offset: int) -> None:
    seed, begin, minutes, _ = case
    openings, start = random_openings(seed, begin, 4), begin + timedelta(minutes=offset)
    assert worked_end(openings, start, timedelta(minutes=minutes)) == naive_end(openings, start, timedelta(minutes=minutes))


def test_paused_lengths_between_two_openings_are_at_most_two() -> None:
    grid = Grid(at(0), hours(0.25), 96)
    openings = (between(0, 4), between(6, 10), between(12, 16))
    # Up to 1:00 the work is done before the break, up to 4:00 after one of two hours, and so on.
    assert list(paused_lengths(grid, openings, hours(3))) == [
        (hours(3), ticks(0, 1.25) | ticks(6, 7.25) | ticks(12, 13.25)),
        (hours(5), ticks(1.25, 4) | ticks(7.25, 10)),
    ]


def test_paused_work_that_ends_with_an_opening_does_not_wait_for_the_next() -> None:
    assert worked_end((between(0, 4), between(6, 10)), at(1), hours(3)) == at(4)
    assert worked_end((between(0, 4), between(6, 10)), at(1) + MINUTE, hours(3)) == at(6) + MINUTE


@pytest.mark.parametrize("hour", [4, 5, 5.99])
def test_paused_work_does_not_begin_in_a_closure(hour: float) -> None:
    assert worked_end((between(0, 4), between(6, 10)), at(hour), hours(1)) is None
    assert worked_end((between(0, 4), between(6, 10)), at(6), hours(1)) == at(7)


def pausing(*openings: tuple[float, float], length: float = 3, **more: object) -> object:
    day = Calendar(id="day", time_zone="UTC", openings=tuple(between(*each) for each in openings))
    asked = request(task("t", length, needs("operator"), pauses_in="day"), **more)
    return compile_problem(problem(asked, resources=(operator(),), calendars=(ALWAYS, day), length=24)).requests[0].tasks[0]


def test_compile_makes_a_mode_of_each_length_of_a_task_that_pauses() -> None:
    modes = pausing((1, 5), (6, 10)).modes
    assert [(each.id, each.length, each.ticks, each.minutes) for each in modes] == [("standard", hours(3), 12, 180), ("standard", hours(4), 16, 240)]
    assert [each.starts for each in modes] == [ticks(1, 2.25) | ticks(6, 7.25), ticks(2.25, 5)]
    assert [(each.first_start, each.last_start) for each in modes] == [(4, 28), (9, 19)]


def test_compile_needs_nobody_while_a_task_pauses() -> None:
    assert {each.requirements[0].idle for each in pausing((1, 5), (6, 10)).modes} == {ticks(0, 1) | ticks(5, 6) | ticks(10, 24)}


def test_compile_needs_everybody_in_a_tick_that_is_worked_in_for_a_minute() -> None:
    idle = pausing((1, 4.99), (6.01, 10)).modes[0].requirements[0].idle
    assert idle == ticks(0, 1) | ticks(5, 6) | ticks(10, 24)


def test_compile_counts_the_deadline_of_a_task_that_pauses_by_each_length() -> None:
    # 3 hours from 2:15 on end at 6:15 and later: the closure counts.
    assert [each.starts for each in pausing((1, 5), (6, 10), deadline=at(6.25)).modes] == [ticks(1, 2.25), ticks(2.25, 2.5)]
    assert [each.starts for each in pausing((1, 5), (6, 10), deadline=at(6.24)).modes] == [ticks(1, 2.25)]


def test_compile_refuses_work_that_is_never_done_within_the_openings() -> None:
    assert pausing((1, 5), (6, 10), length=8).modes
    task_refused = pausing((1, 5), (6, 10), length=8.01)
    assert (task_refused.modes, task_refused.refused) == ((), "deadline")


def test_compile_ends_paused_work_at_its_true_minute() -> None:
    # The closure lasts 67 minutes, so the length is no whole number of ticks.
    mode = pausing((1, 3), (3 + 67 / 60, 10)).modes[1]
    assert (mode.length, mode.minutes, mode.ticks) == (hours(3) + 67 * MINUTE, 247, 17)
