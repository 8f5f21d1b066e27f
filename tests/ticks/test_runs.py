"""Batch runs of a schedule: ids, and what each holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scheduler.model.base import ID_LENGTH
from scheduler.model.calendar import Calendar
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Mode, Request, Task
from scheduler.model.schedule import Booking, Run
from scheduler.model.window import window
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule, plan_of
from scheduler.ticks.instance import TickBooking
from scheduler.ticks.runs import run_id, with_runs
from scheduler.verify.rules import check_schedule
from tests.ticks.labs import at, between, booked, chamber, hours, needs, operator, problem, request, task

OVEN = chamber("oven", capacity=5, batch=True)
BOX = chamber("box")


def asked(name: str, length: float = 2, most: float = 4, demand: int = 2, recipe: str | None = "nss") -> Request:
    wanted = (needs("place", "oven", "box", demand=demand, recipe=recipe),)
    return request(Task(id="t", modes=(Mode(duration=hours(length), max_duration=hours(most), requirements=wanted),)), id=name)


def given(*requests: Request, in_force: tuple[InForce, ...] = ()) -> Problem:
    return problem(*requests, resources=(BOX, OVEN, operator()), in_force=in_force)


def at_place(name: str, start: float, end: float, where: str = "oven") -> Booking:
    return booked("t", start, end, name, place=where)


def test_bookings_with_the_same_place_and_window_are_one_run() -> None:
    made = given(asked("a"), asked("b", demand=3), asked("c"))
    told, runs = with_runs(made, [at_place("a", 1, 3), at_place("b", 1, 3), at_place("c", 3, 5)])
    name = "oven@20260302T010000Z"
    assert [each.allocations[0].run_id for each in told] == [name, name, "oven@20260302T030000Z"]
    assert runs == (
        Run(id=name, resource="oven", recipe="nss", window=between(1, 3), load=5, capacity=5),
        Run(id="oven@20260302T030000Z", resource="oven", recipe="nss", window=between(3, 5), load=2, capacity=5),
    )


def test_a_booking_without_a_batch_resource_is_told_as_it_is() -> None:
    booking = at_place("a", 1, 3, "box")
    assert with_runs(given(asked("a", demand=1)), [booking]) == ([booking], ())


def test_runs_are_told_by_resource_and_start_whatever_the_order_of_bookings() -> None:
    kit = (chamber("z", batch=True, capacity=2), chamber("a", batch=True, capacity=2))
    made = problem(*(request(task("t", 2, needs("place", "a", "z")), id=name) for name in "pqr"), resources=kit)
    _, runs = with_runs(made, [at_place("p", 5, 7, "a"), at_place("q", 3, 5, "z"), at_place("r", 1, 3, "z")])
    assert [(each.resource, each.window.start, each.recipe) for each in runs] == [("z", at(1), None), ("z", at(3), None), ("a", at(5), None)]


def test_a_run_id_fits_however_long_the_name_of_the_resource() -> None:
    start = datetime(2026, 3, 2, 1, tzinfo=UTC)
    long = [run_id("x" * length, window(start, start + timedelta(hours=1))) for length in (ID_LENGTH - 20, ID_LENGTH - 17, ID_LENGTH)]
    assert len(set(long)) == 3
    assert all(len(each) <= ID_LENGTH for each in long)
    assert run_id("x", window(start.astimezone(), start + timedelta(hours=1))) == "x@20260302T010000Z"


def test_a_frozen_booking_gets_the_id_of_its_run() -> None:
    held = InForce(booking=at_place("a", 1, 3), frozen=True)
    made = given(asked("a"), asked("b"), in_force=(held,))
    instance = compile_problem(made)
    schedule = extract_schedule(made, instance, {0: (), 1: (TickBooking(0, 0, 4, ((1,),)),)}, {})
    assert [each.allocations[0].run_id for each in schedule.bookings] == ["oven@20260302T010000Z"] * 2
    assert [each.load for each in schedule.runs] == [4]
    assert check_schedule(made, schedule) == ()


def test_a_run_keeps_the_id_that_it_has() -> None:
    called = replace(at_place("a", 1, 3), allocations=(replace(at_place("a", 1, 3).allocations[0], run_id="our-run-7"),))
    free, joined, apart = (TickBooking(0, 0, start, ((1,),)) for start in (4, 4, 12))
    for frozen in (True, False):
        made = given(asked("a"), asked("b"), asked("c", demand=1), in_force=(InForce(booking=called, frozen=frozen),))
        instance = compile_problem(made)
        schedule = extract_schedule(made, instance, {0: () if frozen else (free,), 1: (joined,), 2: (apart,)}, {})
        assert [each.allocations[0].run_id for each in schedule.bookings] == ["our-run-7", "our-run-7", "oven@20260302T030000Z"]
        assert [(each.id, each.load) for each in schedule.runs] == [("our-run-7", 4), ("oven@20260302T030000Z", 1)]
        assert schedule.bookings[0] == called
        assert check_schedule(made, schedule) == ()
        # Beside a schedule in which it stands.
        told, _ = with_runs(given(asked("b")), [at_place("b", 1, 3)], standing=[called])
        assert told[0].allocations[0].run_id == "our-run-7"


def test_plan_of_is_the_inverse_of_extract_for_batch_bookings() -> None:
    made = given(asked("a"), asked("b", 3))
    instance = compile_problem(made)
    longer = instance.requests[0].tasks[0].modes[1]
    assert (longer.length, longer.opens_run) == (hours(3), False)
    # Mode 1 of the first is its standard mode in a run of three hours.
    plan = {0: (TickBooking(0, 1, 4, ((1,),)),), 1: (TickBooking(0, 0, 4, ((1,),)),)}
    schedule = extract_schedule(made, instance, plan, {})
    assert [(each.mode, each.window) for each in schedule.bookings] == [("standard", between(1, 4))] * 2
    assert check_schedule(made, schedule) == ()
    assert plan_of(made, instance, schedule) == plan


def test_a_current_booking_in_a_longer_run_is_located_as_that() -> None:
    held = InForce(booking=at_place("a", 1, 4))
    made = given(asked("a"), asked("b", 3), in_force=(held,))
    assert compile_problem(made).requests[0].current[0][1] == TickBooking(0, 1, 4, ((1,),))
    alone = given(asked("a"), in_force=(held,))
    assert compile_problem(alone).requests[0].current[0][1] is None


def test_plan_of_is_the_inverse_of_extract_for_tasks_that_pause() -> None:
    day = Calendar(id="day", time_zone="UTC", openings=(between(1, 3), between(3 + 67 / 60, 10)))
    asked_for = request(task("t", 3, needs("operator"), pauses_in="day"))
    made = problem(asked_for, resources=(operator(),), calendars=(*problem().lab.calendars, day))
    instance = compile_problem(made)
    plan = {0: (TickBooking(0, 1, 5, ((0,),)),)}
    schedule = extract_schedule(made, instance, plan, {})
    assert schedule.bookings[0].window == between(1.25, 4.25 + 67 / 60)
    assert check_schedule(made, schedule) == ()
    assert plan_of(made, instance, schedule) == plan
