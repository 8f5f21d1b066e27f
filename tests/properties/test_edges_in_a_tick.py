"""What lies between two ticks, and before the first, decides all the same; on every rung."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduler.model.changeover import Changeover, Otherwise
from scheduler.model.problem import InForce, Problem, Quota
from scheduler.model.request import Mode, Select, Task
from scheduler.model.schedule import Schedule
from scheduler.model.travel import Travel, Way, Ways
from scheduler.verify.rules import check_schedule
from tests.properties.rungs import RUNGS
from tests.ticks.labs import at, booked, chamber, hours, needs, operator, problem, request, task, with_lab

MINUTE = timedelta(minutes=1)
each_rung = pytest.mark.parametrize("rung", RUNGS)


def solved(rung: str, made: Problem) -> Schedule:
    schedule = RUNGS[rung](made)
    assert check_schedule(made, schedule) == ()
    return schedule


def frozen(name: str, start: float, end: float, **served: str) -> InForce:
    return InForce(booking=booked("t", start, end, name, **served), frozen=True)


def bath(minutes: float, **more: Any) -> Task:
    return task("t", minutes / 60, needs("bath", recipe="nss", **more))


@each_rung
@pytest.mark.parametrize(("minutes", "meets"), [(50, True), (51, True), (60, True), (49, False)])
def test_nobody_ends_just_before_what_must_not_be_disturbed(rung: str, minutes: float, meets: bool) -> None:
    # Beside 50 minutes that are undisturbed: the same 50 minutes may be, and what ends later within the same tick or with it.
    made = problem(request(bath(50, undisturbed=True), id="a"), request(bath(minutes), id="b"), resources=(chamber("bath", capacity=2),))
    first, second = (each.window for each in solved(rung, made).bookings)
    assert (first.start < second.end and second.start < first.end) == meets


@each_rung
def test_nobody_joins_a_frozen_run_that_begins_between_ticks(rung: str) -> None:
    # From 1:05 to 2:00: in ticks it looks as if it began at 1:00.
    asked = [request(task("t", 55 / 60, needs("oven", recipe="nss")), id=name, release=at(1)) for name in "ab"]
    made = problem(*asked, resources=(chamber("oven", capacity=2, batch=True),), in_force=(frozen("a", 1 + 5 / 60, 2, oven="oven"),))
    assert [each.window.start for each in solved(rung, made).bookings] == [at(1 + 5 / 60), at(2)]


@each_rung
def test_runs_that_differ_by_seconds_are_different_runs(rung: str) -> None:
    lengths = (hours(1) + timedelta(seconds=17), hours(1) + MINUTE)
    tasks = [Task(id="t", modes=(Mode(duration=each, requirements=(needs("oven"),)),)) for each in lengths]
    asked = [request(each, id=f"r{number}") for number, each in enumerate(tasks)]
    made = problem(*asked, resources=(chamber("oven", capacity=2, batch=True),))
    assert len({each.window.start for each in solved(rung, made).bookings}) == 2


@each_rung
def test_who_travels_and_has_frozen_work_only_is_no_obstacle(rung: str) -> None:
    walker = operator("walker", travel=Travel(ways="w"))
    asked = (request(task("t", 1, needs("walker"), site="busan"), id="a"), request(task("t", 1, needs("chamber")), id="b"))
    made = problem(*asked, resources=(walker, chamber()), in_force=(frozen("a", 3, 4, walker="walker"),))
    made = with_lab(made, ways=(Ways(id="w", ways=(Way(start="seoul", end="busan", time=hours(1)),)),))
    assert {each.request: each.window.start for each in solved(rung, made).bookings} == {"a": at(3), "b": at(0)}


@each_rung
def test_the_changeover_counts_from_what_was_frozen_before_the_horizon(rung: str) -> None:
    # The kit was left at "css" an hour ago, whatever it was at first.
    asked = [request(task("t", 1, needs("kit", recipe=recipe)), id=name) for name, recipe in (("a", "css"), ("b", "nss"))]
    kit = chamber("kit", changeover="switch", initial_recipe="nss")
    made = problem(*asked, resources=(kit,), in_force=(frozen("a", -2, -1, kit="kit"),))
    made = with_lab(made, changeovers=(Changeover(id="switch", otherwise=Otherwise(time=hours(3))),))
    assert [each.window.start for each in solved(rung, made).bookings] == [at(-2), at(2)]


@each_rung
def test_a_week_begins_before_the_horizon(rung: str) -> None:
    # The horizon begins on Tuesday; Monday's booking is of the same week, and the next week begins on the 9th.
    advisor = operator("advisor", most_a_week=1)
    asked = [request(task("t", 1, needs("advisor")), id=name) for name in "ab"]
    made = problem(*asked, resources=(advisor,), in_force=(frozen("a", 1, 2, advisor="advisor"),), length=8 * 24)
    made = replace(made, now=at(24), horizon=replace(made.horizon, start=at(24)))
    assert [each.window.start for each in solved(rung, made).bookings] == [at(1), at(7 * 24)]


@each_rung
def test_a_quota_counts_what_was_done_before_the_horizon(rung: str) -> None:
    asked = [request(task("t", 1, needs("chamber")), id=name) for name in "ab"]
    made = problem(*asked, in_force=(frozen("a", 1, 2, chamber="chamber"),), length=8 * 24)
    limit = Quota(id="q", select=Select(kind="chamber"), most=hours(1), period="week")
    made = replace(made, now=at(24), horizon=replace(made.horizon, start=at(24)), quotas=(limit,))
    assert [each.window.start for each in solved(rung, made).bookings] == [at(1), at(7 * 24)]
