"""The terms of the objective by hand-computed numbers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.model.calendar import ALWAYS_OPEN, Calendar
from scheduler.model.lab import Lab, Resource
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Request
from scheduler.model.schedule import Schedule, Unserved
from scheduler.model.window import Window
from scheduler.verify.score import TERMS, minutes_down, minutes_up, score_schedule
from tests.verify.world import HOUR, PROBLEM, SCHEDULE, booked, booking, need, rebooked, seoul, served_by, shifted, task

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def amounts(problem: Problem, schedule: Schedule) -> dict[str, int]:
    return {each.name: each.amount for each in score_schedule(problem, schedule)}


def one(start: datetime, length: timedelta, **fields: object) -> tuple[Problem, Schedule]:
    """One request with one booking on a lab that never closes."""
    always = Calendar(id="always", time_zone="UTC", weekly=ALWAYS_OPEN)
    lab = Lab(calendars=(always,), resources=(Resource(id="a", kind="person", name="A", calendar="always"),))
    request = Request(id="r", company="acme", tasks=(task("t", length, need("who", "a")),), **fields)
    problem = Problem(now=NOON, horizon=Window(start=NOON, end=NOON + 100 * HOUR), lab=lab, requests=(request,))
    return problem, Schedule(bookings=(booking("r", "t", start, length, who="a"),))


def test_minutes_are_rounded_to_the_named_side() -> None:
    assert minutes_up(NOON + SECOND) - minutes_up(NOON) == 1
    assert minutes_down(NOON + 59 * SECOND) == minutes_down(NOON) == minutes_up(NOON)
    early = datetime(1969, 12, 31, 23, 59, 30, tzinfo=UTC)
    assert (minutes_down(early), minutes_up(early)) == (-1, 0)


def test_terms_are_functions_named_for_their_term() -> None:
    assert {name: term.__name__ for name, term in TERMS.items()} == {name: name for name in TERMS}


@pytest.mark.parametrize(
    ("due", "length", "weight", "expected"),
    [
        (NOON + HOUR, HOUR, 1, 0),
        (NOON + HOUR, HOUR + MINUTE, 1, 1),
        (NOON + HOUR, HOUR + SECOND, 1, 1),
        (NOON + HOUR + 59 * SECOND, HOUR + 59 * SECOND, 1, 1),
        (NOON + HOUR - SECOND, HOUR, 1, 1),
        (NOON + 2 * HOUR, HOUR, 3, 0),
        (NOON, 2 * HOUR, 5, 600),
        (None, 2 * HOUR, 5, 0),
    ],
)
def test_tardiness_counts_weighted_minutes_after_the_due_date(due: datetime | None, length: timedelta, weight: int, expected: int) -> None:
    assert amounts(*one(NOON, length, due=due, weight=weight))["tardiness"] == expected


@pytest.mark.parametrize(
    ("arrival", "release", "expected"),
    [
        (NOON - 24 * HOUR, NOON, 26 * 60),
        (NOON - 30 * SECOND, None, 121),
        (None, NOON + HOUR, 60),
        (None, NOON - HOUR, 180),
        (None, None, 120),
        (NOON + 50 * HOUR, None, 0),
    ],
)
def test_flow_time_counts_from_arrival_or_release_or_now(arrival: datetime | None, release: datetime | None, expected: int) -> None:
    assert amounts(*one(NOON + HOUR, HOUR, arrival=arrival, release=release))["flow_time"] == expected


def test_completion_is_the_last_end_of_all_tasks_and_each_request_rounds_alone() -> None:
    problem, schedule = one(NOON, HOUR)
    tasks = (task("t", HOUR, need("who", "a")), task("u", 30 * SECOND, need("who", "a")), task("v", HOUR, need("who", "a")))
    problem = replace(problem, requests=(replace(problem.requests[0], tasks=tasks), Request(id="s", company="acme", tasks=tasks[1:2])))
    more = (
        booking("r", "u", NOON + 3 * HOUR, 30 * SECOND, who="a"),
        booking("r", "v", NOON + HOUR, HOUR, who="a"),
        booking("s", "u", NOON + 4 * HOUR, 30 * SECOND, who="a"),
    )
    assert amounts(problem, replace(schedule, bookings=schedule.bookings + more))["flow_time"] == 181 + 241


def test_unserved_sums_weights_and_counts_no_time() -> None:
    problem, _ = one(NOON, HOUR, weight=9, due=NOON)
    problem = replace(problem, requests=(*problem.requests, replace(problem.requests[0], id="s", weight=4)))
    schedule = Schedule(unserved=(Unserved(request="r"), Unserved(request="s")))
    assert amounts(problem, schedule) == {"unserved": 13, "tardiness": 0, "moves": 0, "flow_time": 0, "preferences": 0}


def test_frozen_bookings_of_a_request_left_out_count_no_time() -> None:
    problem, schedule = one(NOON, HOUR, due=NOON)
    left_out = replace(schedule, unserved=(Unserved(request="r"),))
    assert amounts(problem, left_out) == {"unserved": 1, "tardiness": 0, "moves": 0, "flow_time": 0, "preferences": 0}


def test_moves_costs_what_each_booking_says_or_the_policy() -> None:
    problem = replace(
        PROBLEM,
        in_force=(
            *PROBLEM.in_force,
            InForce(booking=booked("kept", "report")),
            InForce(booking=booked("joint", "review"), move_cost=30),
            InForce(booking=booked("pair", "first"), move_cost=0),
            InForce(booking=booking("out", "test", seoul(30, 9), HOUR, who="tech"), move_cost=7),
        ),
    )
    assert amounts(problem, SCHEDULE)["moves"] == 7
    assert amounts(problem, served_by("joint", "review", advisors=("adv-2", "adv-1")))["moves"] == 7
    assert amounts(problem, served_by("joint", "review", advisors=("adv-2", "adv-3")))["moves"] == 37
    assert amounts(problem, shifted("joint", "review", HOUR))["moves"] == 37
    assert amounts(problem, shifted("kept", "report", HOUR))["moves"] == 507
    assert amounts(problem, rebooked(replace(booked("kept", "report"), mode="fast")))["moves"] == 507
    assert amounts(problem, shifted("pair", "first", HOUR))["moves"] == 7
    # Frozen bookings have no price.
    assert amounts(problem, shifted("kept", "test", HOUR))["moves"] == 7


def test_preferences_count_resources_that_are_not_preferred() -> None:
    # Two sessions with two advisors each; adv-2 alone is preferred.
    assert amounts(PROBLEM, SCHEDULE)["preferences"] == 2
    assert amounts(PROBLEM, served_by("joint", "review", advisors=("adv-1", "adv-3")))["preferences"] == 3


def test_score_of_the_whole_week_by_hand() -> None:
    # From now (Thursday 26 March, 09:00 in Seoul) to the end of each request, in hours:
    # nss from its release Friday 16:00 to Tuesday 11:00: 91. share to Monday 17:30: 104.5.
    # berlin to Monday 18:00 summer time, which is Tuesday 01:00 in Seoul: 112. joint to Tuesday 11:00: 122.
    # pair to Monday 18:00: 105. bench to Monday 13:00: 100. kept to Friday 10:00: 25.
    flow = (91 + 104.5 + 112 + 122 + 105 + 100 + 25) * 60
    assert amounts(PROBLEM, SCHEDULE) == {"unserved": 7, "tardiness": 0, "moves": 0, "flow_time": flow, "preferences": 2}


def test_score_has_the_terms_of_the_policy_in_its_order() -> None:
    terms = (Term(name="flow_time", weight=2, tier=3), Term(name="unserved", weight=0), Term(name="tardiness", weight=5, tier=2))
    problem, schedule = one(NOON, HOUR, due=NOON)
    score = score_schedule(replace(problem, policy=Policy(terms=terms)), schedule)
    assert [(each.name, each.tier, each.weight, each.amount, each.cost) for each in score] == [
        ("flow_time", 3, 2, 60, 120),
        ("unserved", 1, 0, 0, 0),
        ("tardiness", 2, 5, 60, 300),
    ]
