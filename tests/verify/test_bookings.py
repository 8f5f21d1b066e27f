"""completeness, duration, time_limits, frozen: each just kept, each broken alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.model.problem import InForce
from scheduler.model.schedule import Schedule, Unserved
from scheduler.model.window import Window
from tests.verify.world import (
    HOUR,
    KEPT,
    MINUTE,
    PROBLEM,
    SCHEDULE,
    booked,
    booking,
    broken,
    rebooked,
    seoul,
    served_by,
    shifted,
    with_request,
    without,
)


def and_booked(*new: object, schedule: Schedule = SCHEDULE) -> Schedule:
    return replace(schedule, bookings=schedule.bookings + new)


def and_unserved(*requests: str, schedule: Schedule = SCHEDULE) -> Schedule:
    return replace(schedule, unserved=schedule.unserved + tuple(Unserved(request=each) for each in requests))


@pytest.mark.parametrize(
    ("schedule", "request_id", "task_id"),
    [
        (without("share", "expose"), "share", None),
        (without("nss", "evaluate"), "nss", "evaluate"),
        (replace(SCHEDULE, unserved=()), "out", None),
        (and_unserved("share"), "share", "expose"),
        (and_unserved("out"), "out", None),
        (and_unserved("ghost"), "ghost", None),
        (and_booked(booking("ghost", "test", seoul(27, 9), HOUR, who="tech")), "ghost", "test"),
        (and_booked(booking("nss", "ghost", seoul(27, 9), HOUR, who="tech")), "nss", "ghost"),
        (and_booked(booking("kept", "report", seoul(31, 9), HOUR, who="tech")), "kept", "report"),
        (and_booked(booking("out", "test", seoul(31, 9), HOUR, who="tech")), "out", "test"),
        (rebooked(replace(booked("kept", "report"), mode="fast")), "kept", "report"),
        (and_unserved("kept"), "kept", "report"),
    ],
    ids=[
        "not booked",
        "half",
        "not listed",
        "both",
        "listed twice",
        "ghost listed",
        "ghost request",
        "ghost task",
        "twice",
        "left out, booked",
        "mode",
        "rest",
    ],
)
def test_completeness_refuses(schedule: Schedule, request_id: str, task_id: str | None) -> None:
    assert broken(PROBLEM, schedule) == [("completeness", request_id, task_id)]


def test_completeness_lets_a_request_left_out_keep_its_frozen_bookings() -> None:
    assert broken(PROBLEM, and_unserved("kept", schedule=without("kept", "report"))) == []


def test_completeness_refuses_to_leave_out_a_request_that_is_frozen_whole() -> None:
    problem = replace(PROBLEM, in_force=(*PROBLEM.in_force, InForce(booking=booked("kept", "report"), frozen=True)))
    assert broken(problem, SCHEDULE) == []
    assert broken(problem, and_unserved("kept")) == [("completeness", "kept", None)]


@pytest.mark.parametrize("by", [timedelta(microseconds=1), -timedelta(microseconds=1), HOUR], ids=str)
def test_duration_is_exact(by: timedelta) -> None:
    old = booked("joint", "kickoff").window
    schedule = rebooked(replace(booked("joint", "kickoff"), window=Window(start=old.start, end=old.end + by)))
    # An hour more only keeps the advisors longer; adv-1 is then taken twice.
    expected = [("duration", "joint", "kickoff")] + ([("capacity", "pair", "first")] if by > timedelta(0) else [])
    assert broken(PROBLEM, schedule) == expected


def test_duration_is_that_of_the_mode_booked() -> None:
    fast = replace(PROBLEM.requests[-1].tasks[1].modes[0], id="fast", duration=HOUR / 2)
    report = PROBLEM.requests[-1].tasks[1]
    problem = with_request("kept", tasks=(PROBLEM.requests[-1].tasks[0], replace(report, modes=(*report.modes, fast))))
    assert broken(problem, SCHEDULE) == []
    assert broken(problem, rebooked(replace(booked("kept", "report"), mode="fast"))) == [("duration", "kept", "report")]


@pytest.mark.parametrize(
    ("problem", "request_id", "task_id"),
    [
        (with_request("nss", release=seoul(27, 16) + MINUTE), "nss", "prepare"),
        (with_request("nss", deadline=seoul(31, 11) - MINUTE), "nss", "evaluate"),
        (replace(PROBLEM, now=seoul(27, 9) + MINUTE), "kept", "report"),
        (replace(PROBLEM, horizon=Window(start=seoul(27, 9) + MINUTE, end=PROBLEM.horizon.end)), "kept", "report"),
        (replace(PROBLEM, horizon=Window(start=PROBLEM.now, end=seoul(31, 11) - MINUTE)), "joint", "review"),
    ],
    ids=["release", "deadline", "now", "horizon start", "horizon end"],
)
def test_time_limits_refuse_a_minute_outside(problem: object, request_id: str, task_id: str) -> None:
    assert ("time_limits", request_id, task_id) in broken(problem, SCHEDULE)
    # The end of the horizon cuts two tasks that end together; the others only one.
    assert {rule for rule, *_ in broken(problem, SCHEDULE)} == {"time_limits"}


def test_time_limits_allow_to_touch_now_and_the_horizon() -> None:
    problem = replace(PROBLEM, now=seoul(27, 9), horizon=Window(start=seoul(27, 9), end=seoul(31, 11)))
    assert broken(problem, SCHEDULE) == []


def test_time_limits_do_not_bind_frozen_bookings() -> None:
    problem = with_request("kept", release=seoul(27, 9), deadline=seoul(27, 10))
    assert broken(problem, SCHEDULE) == []


def test_time_limits_tell_start_and_end_apart() -> None:
    schedule = shifted("kept", "report", -48 * HOUR)
    problem = with_request("kept", deadline=seoul(25, 9) + MINUTE)
    assert broken(problem, schedule) == [("time_limits", "kept", "report")] * 2


def test_frozen_booking_must_be_there() -> None:
    schedule = replace(without("kept", "test", without("kept", "report")), unserved=(Unserved(request="out"), Unserved(request="kept")))
    assert broken(PROBLEM, schedule) == [("frozen", "kept", "test")]


def test_frozen_booking_must_not_move() -> None:
    problem = replace(PROBLEM, now=seoul(20, 9), horizon=Window(start=seoul(20, 9), end=PROBLEM.horizon.end))
    assert broken(problem, shifted("kept", "test", MINUTE)) == [("frozen", "kept", "test")]


def test_frozen_booking_must_keep_its_resources() -> None:
    report = booked("kept", "report")
    problem = with_request("kept", tasks=(PROBLEM.requests[-1].tasks[0], PROBLEM.requests[3].tasks[0]))
    meeting = booking("kept", "kickoff", seoul(27, 9), 2 * HOUR, advisors=("adv-1", "adv-2"), room="video")
    schedule = replace(SCHEDULE, bookings=tuple(meeting if each == report else each for each in SCHEDULE.bookings))
    problem = replace(problem, in_force=(InForce(booking=KEPT, frozen=True), InForce(booking=meeting, frozen=True)))
    assert broken(problem, schedule) == []
    assert broken(problem, served_by("kept", "kickoff", schedule, advisors=("adv-2", "adv-1"))) == []
    assert broken(problem, served_by("kept", "kickoff", schedule, advisors=("adv-3", "adv-1"))) == [("frozen", "kept", "kickoff")]


def test_movable_booking_in_force_may_move() -> None:
    problem = replace(PROBLEM, in_force=(*PROBLEM.in_force, InForce(booking=booked("kept", "report"))))
    assert broken(problem, shifted("kept", "report", 72 * HOUR + 24 * HOUR)) == []
