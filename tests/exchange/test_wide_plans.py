"""Runs, and what is taken before and after a task, in tables, calendars and pictures."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

from scheduler.exchange.bookings_ical import events_of
from scheduler.exchange.parts import Plan
from scheduler.exchange.svg import timeline_svg
from scheduler.exchange.tables import schedule_csv
from scheduler.model import codec
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Mode, Request, Requirement, Select, Task
from scheduler.model.schedule import Allocation, Booking, Run, Schedule, run_id
from scheduler.model.window import window
from tests.exchange.plans import HOUR, NOW, at, lab

WHEN = window(at(2, 9), at(3, 9))
RUN = run_id("salt-1", WHEN)


def wide() -> tuple[Problem, Schedule]:
    """A run of a batch chamber, with an hour of conditioning before and two of storage after."""
    parts = (
        Requirement(id="chamber", select=Select(ids=("salt-1",))),
        Requirement(id="conditioning", select=Select(ids=("kim",)), during="before", part=HOUR),
        Requirement(id="store", select=Select(ids=("kim",)), during="after", part=2 * HOUR),
    )
    request = Request(id="R", company="hanbit", tasks=(Task(id="exposure", modes=(Mode(duration=24 * HOUR, requirements=parts),)),))
    known = lab()
    known = replace(known, resources=tuple(replace(each, batch=True) if each.id == "salt-1" else each for each in known.resources))
    allocations = (
        Allocation(requirement="chamber", resources=("salt-1",), run_id=RUN),
        Allocation(requirement="conditioning", resources=("kim",)),
        Allocation(requirement="store", resources=("kim",)),
    )
    booking = Booking(request="R", task="exposure", window=WHEN, allocations=allocations)
    problem = Problem(now=NOW, horizon=window(at(1), at(31)), lab=known, requests=(request,))
    return problem, Schedule(bookings=(booking,), runs=(Run(id=RUN, resource="salt-1", window=WHEN, load=1, capacity=2),))


def test_parts_before_and_after_lie_beside_the_booking() -> None:
    problem, schedule = wide()
    parts = Plan(problem, schedule).parts(schedule.bookings[0])
    assert [(each.resource.id, each.window, each.run_id) for each in parts] == [
        ("salt-1", WHEN, RUN),
        ("kim", window(at(2, 8), at(2, 9)), None),
        ("kim", window(at(3, 9), at(3, 11)), None),
    ]


def test_csv_names_the_run() -> None:
    (row,) = csv.DictReader(io.StringIO(schedule_csv(*wide()).decode("utf-8-sig")))
    assert row["runs"] == RUN


def test_calendar_of_who_serves_before_and_after_has_both() -> None:
    problem, schedule = wide()
    before, after = events_of(problem, schedule, resource="kim")
    assert (before.window, after.window) == (window(at(2, 8), at(2, 9)), window(at(3, 9), at(3, 11)))
    assert before.uid != after.uid
    assert before.summary.startswith("[사전] ")
    assert after.summary.startswith("[사후] ")
    assert f"배치: {RUN}" in before.description


def test_calendar_of_who_also_serves_the_task_keeps_what_comes_before() -> None:
    problem, schedule = wide()
    booking = schedule.bookings[0]
    by_kim = replace(booking, allocations=(replace(booking.allocations[0], resources=("kim",), run_id=None), *booking.allocations[1:2]))
    before, whole = events_of(problem, replace(schedule, bookings=(by_kim,)), resource="kim")
    assert (before.window, whole.window) == (window(at(2, 8), at(2, 9)), WHEN)


def test_picture_tells_what_lies_before_and_after() -> None:
    for language, words in (("ko", ("전 준비", "후 보관", f"배치 {RUN}")), ("en", ("before the task", "after the task", f"run {RUN}"))):
        drawn = timeline_svg(*wide(), language=language)  # type: ignore[arg-type]
        text = drawn.decode() if isinstance(drawn, bytes) else drawn
        assert [each for each in words if each not in text] == []


def test_schedule_with_runs_round_trips() -> None:
    schedule = wide()[1]
    assert codec.parse(Schedule, codec.dump_file(schedule)) == schedule
    assert schedule.runs[0].load_factor == 0.5


def test_frozen_is_what_the_horizon_of_its_resources_says() -> None:
    problem, schedule = wide()
    problem = replace(problem, in_force=(InForce(booking=schedule.bookings[0]),))

    def state(horizon: timedelta | None) -> str:
        resources = tuple(replace(each, freeze_horizon=horizon) if each.id == "salt-1" else each for each in problem.lab.resources)
        return Plan(replace(problem, lab=replace(problem.lab, resources=resources)), schedule).state(schedule.bookings[0])

    ahead = WHEN.start - NOW
    assert (state(None), state(ahead), state(ahead + HOUR)) == ("kept", "kept", "frozen")
