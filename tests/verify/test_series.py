"""series: just kept, and broken alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.model.problem import Problem
from scheduler.model.request import Request, Series
from scheduler.model.schedule import Schedule
from scheduler.verify.rules import check_schedule
from tests.verify.small import resource, stated
from tests.verify.world import HOUR, MINUTE, berlin, booking, need, seoul, task

DAY = timedelta(days=1)


def repeated(*starts: datetime, **fields: Any) -> list[tuple[str, str | None]]:
    """(rule, task) of what is wrong with a series that starts at these moments."""
    names = tuple(f"t{number}" for number in range(len(starts)))
    series = Series(**{"tasks": names} | fields)
    request = Request(id="r", company="acme", tasks=tuple(task(name, HOUR, need("use", "x")) for name in names), series=(series,))
    bookings = tuple(booking("r", name, start, HOUR, use="x") for name, start in zip(names, starts, strict=True))
    empty, _ = stated([resource("x", capacity=9)])
    problem = Problem(now=empty.now, horizon=empty.horizon, lab=empty.lab, requests=(request,))
    return [(each.rule, each.task) for each in check_schedule(problem, Schedule(bookings=bookings))]


@pytest.mark.parametrize(
    ("apart", "clean"), [(7 * DAY, True), (6 * DAY, True), (8 * DAY, True), (6 * DAY - MINUTE, False), (8 * DAY + MINUTE, False), (-7 * DAY, False)]
)
def test_series_keeps_its_distance(apart: timedelta, clean: bool) -> None:
    found = repeated(seoul(17, 9), seoul(17, 9) + apart, least_apart=6 * DAY, most_apart=8 * DAY)
    assert found == ([] if clean else [("series", "t1")])


def test_series_is_between_neighbours_in_its_order() -> None:
    starts = [seoul(day, 9) for day in (3, 5, 7)]
    assert repeated(*starts, least_apart=2 * DAY, most_apart=2 * DAY) == []
    assert repeated(*starts, least_apart=2 * DAY + MINUTE) == [("series", "t1"), ("series", "t2")]
    assert repeated(*starts, tasks=("t0", "t2"), least_apart=4 * DAY, most_apart=4 * DAY) == []
    assert repeated(*starts, tasks=("t2", "t1")) == [("series", "t1")]
    # Without distances only the order counts; two may start at once.
    assert repeated(starts[0], starts[0]) == []


def test_series_distance_is_elapsed_time_when_clocks_change() -> None:
    weekly = (berlin(24, 10), berlin(31, 10))
    assert repeated(*weekly, least_apart=7 * DAY - HOUR, most_apart=7 * DAY - HOUR) == []
    assert repeated(*weekly, least_apart=7 * DAY) == [("series", "t1")]
    # In Seoul the clocks stay.
    assert repeated(seoul(24, 10), seoul(31, 10), least_apart=7 * DAY, most_apart=7 * DAY) == []


def test_series_weekday_is_a_local_one() -> None:
    # Monday 30 March begins in Berlin at 22:00 UTC of Sunday, after the change.
    weekly: dict[str, Any] = {"weekday": "mon", "time_zone": "Europe/Berlin"}
    assert repeated(berlin(23, 0), berlin(30, 0), **weekly) == []
    assert repeated(berlin(23, 0), berlin(30, 0) - MINUTE, **weekly) == [("series", "t1")]
    assert repeated(berlin(23, 0) - MINUTE, berlin(30, 23), **weekly) == [("series", "t0")]
    assert repeated(berlin(23, 0), berlin(30, 0), **weekly | {"time_zone": "UTC"}) == [("series", "t0"), ("series", "t1")]


def test_series_of_a_request_left_out_binds_neighbours_only() -> None:
    names = ("t0", "t1", "t2")
    tasks = tuple(task(name, HOUR, need("use", "x")) for name in names)
    request = Request(id="r", company="acme", tasks=tasks, series=(Series(tasks=names, most_apart=DAY),))
    empty, _ = stated([resource("x")])
    problem = Problem(now=empty.now, horizon=empty.horizon, lab=empty.lab, requests=(request,))
    schedule = Schedule(bookings=tuple(booking("r", name, seoul(day, 9), HOUR, use="x") for name, day in (("t0", 3), ("t2", 9))))
    assert [(each.rule, each.task) for each in check_schedule(problem, schedule)] == [("completeness", "t1")]
