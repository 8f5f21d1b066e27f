"""All rules together: a clean schedule is clean, order does not matter, edges are sharp, a year is quick."""

import random
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.model.calendar import ALWAYS_OPEN, Calendar
from scheduler.model.lab import Lab, Resource, Site
from scheduler.model.problem import Problem
from scheduler.model.request import Request
from scheduler.model.schedule import Booking, Schedule
from scheduler.model.window import Window
from scheduler.verify.rules import RULES, check_schedule
from scheduler.verify.score import score_schedule
from tests.verify.world import HOUR, MINUTE, OFFICE, PROBLEM, SCHEDULE, booking, broken, need, seoul, shifted, task, with_request, without


def test_check_schedule_accepts_a_schedule_that_is_tight_everywhere() -> None:
    assert check_schedule(PROBLEM, SCHEDULE) == ()


def test_rules_are_functions_named_for_their_rule() -> None:
    assert {name: check.__name__ for name, check in RULES.items()} == {name: f"check_{name}" for name in RULES}


def test_check_schedule_refuses_an_empty_schedule() -> None:
    frozen = [("completeness", each.id, None) for each in sorted(PROBLEM.requests, key=lambda each: each.id)]
    assert broken(PROBLEM, Schedule()) == [*frozen, ("frozen", "kept", "test")]


def test_check_schedule_tells_one_sentence_about_each() -> None:
    schedule = shifted("nss", "expose", 61 * MINUTE, shifted("pair", "first", -HOUR, without("bench", "cut")))
    found = check_schedule(PROBLEM, schedule)
    assert {each.rule for each in found} == {"completeness", "capacity", "calendar", "precedence"}
    for each in found:
        assert each.detail.endswith(".")
        assert each.detail[0].isupper()
        assert "\n" not in each.detail
        assert each.request in each.detail


def shuffled(schedule: Schedule, random_: random.Random) -> Schedule:
    def mixed(each: Booking) -> Booking:
        allocations = [replace(a, resources=tuple(random_.sample(a.resources, len(a.resources)))) for a in each.allocations]
        return replace(each, allocations=tuple(random_.sample(allocations, len(allocations))))

    bookings = [mixed(each) for each in random_.sample(schedule.bookings, len(schedule.bookings))]
    return replace(schedule, bookings=tuple(bookings), unserved=tuple(random_.sample(schedule.unserved, len(schedule.unserved))))


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), moved=st.sampled_from([each.key for each in SCHEDULE.bookings]), hours=st.integers(-30, 30))
def test_order_of_bookings_allocations_and_resources_does_not_matter(seed: int, moved: tuple[str, str], hours: int) -> None:
    schedule = shifted(*moved, hours * HOUR)
    other = shuffled(schedule, random.Random(seed))
    assert broken(PROBLEM, other) == broken(PROBLEM, schedule)
    assert score_schedule(PROBLEM, other) == score_schedule(PROBLEM, schedule)


# In the tight schedule nearly every booking is held by something on both sides; how far each may go alone:
FREE_MINUTES = {
    ("nss", "prepare"): (0, 0),  # release date; the technician's cut-off is the start of the exposure
    ("nss", "expose"): (0, 0),
    ("nss", "evaluate"): (0, 0),
    ("share", "expose"): (0, 0),
    ("joint", "kickoff"): (0, 0),  # opening hours; adv-1 goes on
    ("joint", "review"): (0, 7 * 60),
    ("pair", "second"): (5 * 60, 0),
    ("bench", "cut"): (0, 0),
    ("bench", "weigh"): (0, 5 * 60),
    ("kept", "report"): (0, 6 * 60),
}


@settings(deadline=None, max_examples=60)
@given(key=st.sampled_from(sorted(FREE_MINUTES)), beyond=st.integers(1, 5), later=st.booleans())
def test_a_booking_minutes_off_its_edge_is_detected(key: tuple[str, str], beyond: int, later: bool) -> None:
    before, after = FREE_MINUTES[key]
    edge = after * MINUTE if later else -before * MINUTE
    assert broken(PROBLEM, shifted(*key, edge)) == []
    off = edge + (beyond * MINUTE if later else -beyond * MINUTE)
    found = check_schedule(PROBLEM, shifted(*key, off))
    # Of two that collide the one that comes second is told of; then what they share says that it is about this one.
    taken = {resource for each in SCHEDULE.bookings if each.key == key for resource in each.resources}
    assert any(each.request == key[0] or taken.intersection(each.resources) for each in found)


def test_a_year_is_checked_and_scored_in_seconds() -> None:
    problem, schedule = year(2_000)
    started = time.process_time()
    assert check_schedule(problem, schedule) == ()
    score_schedule(problem, schedule)
    # 2,000 requests take a twelfth of a national year, which has to be done in 2.5 s; five times that for a busy machine.
    assert time.process_time() - started < 5 * 2.5 / 12


SHIFTS = (("load", "head"), ("unload", "tail"))


def year(requests: int) -> tuple[Problem, Schedule]:
    """Requests of preparation, 72 hours with loading and unloading, and evaluation, each with resources of its own day."""
    per_group = 50
    groups = -(-requests // per_group)
    resources = []
    for group in range(groups):
        resources += [Resource(id=f"chamber-{group}", kind="chamber", name="", site="guro", calendar="always", capacity=1)]
        resources += [Resource(id=f"{who}-{group}", kind="person", name="", site="guro", calendar="office") for who in ("op", "tech")]
    lab = Lab(
        sites=(Site(id="guro", name="", institute="ktl", time_zone="Asia/Seoul"),),
        calendars=(Calendar(id="always", time_zone="UTC", weekly=ALWAYS_OPEN), Calendar(id="office", time_zone="Asia/Seoul", weekly=OFFICE)),
        resources=tuple(resources),
    )
    wanted, booked = [], []
    monday = seoul(5, 9, month=1)
    for number in range(requests):
        group, week = number % groups, number // groups
        request_id, begin = f"r{number}", monday + timedelta(days=7 * week)
        tasks = (
            task("prepare", HOUR, need("who", f"tech-{group}")),
            task("expose", 24 * HOUR, need("chamber", f"chamber-{group}"), *(need(each, f"op-{group}", during=when, part=HOUR) for each, when in SHIFTS)),
            task("evaluate", HOUR, need("who", f"tech-{group}")),
        )
        wanted.append(Request(id=request_id, company="acme", tasks=tasks))
        booked += [
            booking(request_id, "prepare", begin, HOUR, who=f"tech-{group}"),
            booking(request_id, "expose", begin + HOUR, 24 * HOUR, chamber=f"chamber-{group}", load=f"op-{group}", unload=f"op-{group}"),
            booking(request_id, "evaluate", begin + 26 * HOUR, HOUR, who=f"tech-{group}"),
        ]
    horizon = Window(start=monday, end=monday + timedelta(days=366))
    return Problem(now=monday, horizon=horizon, lab=lab, requests=tuple(wanted)), Schedule(bookings=tuple(booked))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_quiet_about_a_problem_without_requests(rule: str) -> None:
    assert with_request("nobody") == PROBLEM
    empty = replace(PROBLEM, requests=(), in_force=())
    assert [each for each in check_schedule(empty, Schedule()) if each.rule == rule] == []
