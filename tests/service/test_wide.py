"""The wide vocabulary through the service: runs are kept, impossible series are left out, closures in which a task pauses block nobody."""

from dataclasses import replace
from datetime import timedelta

from scheduler.model.calendar import WEEKDAYS, Calendar, Hours, WeeklyHours
from scheduler.model.lab import Resource
from scheduler.model.limits import Limits
from scheduler.model.policy import Policy
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Request, Series
from scheduler.model.result import Result
from scheduler.model.schedule import Booking, Run, Schedule, run_id
from scheduler.model.window import window
from scheduler.service import publishing, runs
from scheduler.service.changes import changes_of, pieces_of
from scheduler.service.database import Database
from scheduler.service.snapshot import snapshot
from scheduler.store.bookings import confirmed
from scheduler.ticks.runs import in_runs
from tests.service.world import HOUR, LEASE, NOW, at, booked, given, request, resource, small_lab


def oven(**fields: object) -> Resource:
    return replace(resource("oven", 4), batch=True, **fields)  # type: ignore[arg-type]


def in_run(name: str) -> Booking:
    booking = booked(name, "oven", at(9))
    return replace(booking, allocations=(replace(booking.allocations[0], run_id=run_id("oven", at(9))),))


def by_key(booking: Booking) -> tuple[str, str]:
    return booking.key


def test_runs_are_stored_and_come_back(database: Database) -> None:
    given(database, request("r1"), request("r2", demand=2), lab=small_lab(oven()))
    record = runs.request_run(database, NOW, "ops", Limits())
    work = runs.claim(database, "w", NOW, LEASE)
    assert work is not None
    expected = (Run(id=run_id("oven", at(9)), resource="oven", window=at(9), load=3, capacity=4),)
    schedule = in_runs(work.problem, Schedule(problem=record.problem_digest, bookings=(booked("r1", "oven", at(9)), booked("r2", "oven", at(9)))))
    assert schedule.runs == expected
    made = runs.finish(database, work.claim, Result(outcome="feasible", schedule=schedule), NOW).draft
    assert made is not None
    result = runs.load_result(database, record.id)
    assert result is not None
    assert result.schedule == schedule
    publishing.publish(database, made, 0, NOW, "ops")
    with database.read() as tx:
        assert sorted((each.booking for each in confirmed(tx)), key=by_key) == [in_run("r1"), in_run("r2")]
    again = runs.load_problem(database, runs.request_run(database, NOW, "ops", Limits()).id)
    assert sorted((each.booking for each in again.in_force), key=by_key) == [in_run("r1"), in_run("r2")]


def test_another_name_of_a_run_is_no_change() -> None:
    other = replace(in_run("r1"), allocations=(replace(in_run("r1").allocations[0], run_id="other"),))
    assert changes_of([in_run("r1")], Schedule(bookings=(other,))) == ()
    later = replace(other, window=at(10))
    assert [each.kind for each in changes_of([in_run("r1")], Schedule(bookings=(later,)))] == ["moved"]


def weekly(name: str, count: int) -> Request:
    (task,) = request(name).tasks
    names = tuple(f"t{number}" for number in range(count))
    return replace(request(name), tasks=tuple(replace(task, id=each) for each in names), series=(Series(tasks=names, least_apart=timedelta(days=7)),))


def test_series_longer_than_the_horizon_is_left_out_and_spoils_nothing() -> None:
    horizon = window(NOW, NOW + timedelta(days=28))
    problem, left = snapshot(small_lab(), (weekly("fits", 4), weekly("long", 5)), (), Policy(), NOW, horizon)
    assert [each.id for each in problem.requests] == ["fits"]
    assert [(each.request, "series[0]: the series cannot fit" in each.reasons[0].detail) for each in left] == [("long", True)]


def test_series_that_has_begun_stays() -> None:
    horizon = window(NOW, NOW + timedelta(days=28))
    begun = replace(booked("long", "c1", window(NOW - HOUR, NOW)), task="t0")
    problem, left = snapshot(small_lab(), (weekly("long", 5),), (begun,), Policy(), NOW, horizon)
    assert ([each.id for each in problem.requests], left) == (["long"], ())


def test_request_without_the_recipe_of_a_changed_lab_is_left_out() -> None:
    asked = request("r1", ids=("oven",))
    (mode,) = asked.tasks[0].modes
    hot = replace(asked, tasks=(replace(asked.tasks[0], modes=(replace(mode, requirements=(replace(mode.requirements[0], recipe="hot"),)),)),))
    horizon = window(NOW, NOW + timedelta(days=28))
    for recipes, kept in ((("hot",), 1), (("cold",), 0)):
        problem, left = snapshot(small_lab(oven(recipes=recipes)), (hot,), (), Policy(), NOW, horizon)
        assert (len(problem.requests), len(left)) == (kept, 1 - kept)


def pausing(pauses: bool) -> tuple[Problem, Booking]:
    """A task over two mornings on a chamber that is shut at noon of the first day."""
    mornings = Calendar(id="mornings", time_zone="UTC", weekly=(WeeklyHours(days=WEEKDAYS, hours=Hours(open="00:00", close="04:00")),))  # type: ignore[arg-type]
    lab = small_lab(resource("c1", closures=[at(5, 2)]))
    lab = replace(lab, calendars=(*lab.calendars, mornings))
    asked = request("r1", hours=8 if pauses else 28)
    asked = replace(asked, tasks=(replace(asked.tasks[0], pauses_in="mornings" if pauses else None),))
    booking = booked("r1", "c1", at(0, 28))
    return Problem(now=NOW, horizon=at(0, 99), lab=lab, requests=(asked,), in_force=(InForce(booking=booking),)), booking


def test_pausing_task_leaves_a_closure_to_the_closure() -> None:
    problem, booking = pausing(True)
    pieces = pieces_of(problem, [("b", booking)])["c1"]
    assert [(each.start, each.end) for each in pieces] == [(NOW, NOW + 5 * HOUR), (NOW + 7 * HOUR, NOW + 28 * HOUR)]


def test_task_that_does_not_pause_takes_all_its_time() -> None:
    problem, booking = pausing(False)
    assert [(each.start, each.end) for each in pieces_of(problem, [("b", booking)])["c1"]] == [(NOW, NOW + 28 * HOUR)]
