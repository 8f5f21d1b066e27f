"""alternatives, calendar, capacity: each just kept, each broken alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.model.calendar import DayException
from scheduler.model.lab import Closure, Feature, Qualification
from scheduler.model.problem import InForce
from scheduler.model.schedule import Allocation, Schedule, Unserved
from scheduler.model.window import Window
from scheduler.verify.rules import check_schedule
from tests.verify.world import (
    HOUR,
    MINUTE,
    PROBLEM,
    SCHEDULE,
    booked,
    booking,
    broken,
    need,
    rebooked,
    seoul,
    served_by,
    shifted,
    task,
    with_request,
    with_resource,
    without,
)

INSTANT = timedelta(microseconds=1)


def allocated(request: str, task: str, *allocations: Allocation) -> Schedule:
    old = booked(request, task)
    return rebooked(replace(old, allocations=old.allocations + allocations))


@pytest.mark.parametrize(
    ("schedule", "key"),
    [
        (served_by("nss", "prepare", who="adv-3"), ("nss", "prepare")),
        (served_by("nss", "prepare", who="ghost"), ("nss", "prepare")),
        (served_by("nss", "evaluate", scope="bench-1"), ("nss", "evaluate")),
        (served_by("nss", "expose", load="tech"), ("nss", "expose")),
        (served_by("joint", "review", advisors="adv-1"), ("joint", "review")),
        (served_by("joint", "review", advisors=("adv-1", "adv-1")), ("joint", "review")),
        (served_by("joint", "review", advisors=("adv-1", "adv-2", "adv-3")), ("joint", "review")),
        (allocated("nss", "prepare", Allocation(requirement="helper", resources=("op-2",))), ("nss", "prepare")),
        (rebooked(replace(booked("bench", "cut"), allocations=booked("bench", "cut").allocations[:1])), ("bench", "cut")),
    ],
    ids=["not named", "no such resource", "kind", "no qualification", "too few", "one twice", "too many", "not required", "missing"],
)
def test_alternatives_refuse(schedule: Schedule, key: tuple[str, str]) -> None:
    found = broken(PROBLEM, schedule)
    assert ("alternatives", *key) in found
    # Fewer, other or more people in one session are other people than in the next: the link says so too.
    assert {rule for rule, *_ in found} <= ({"alternatives", "links"} if key[0] == "joint" else {"alternatives"})


def test_alternatives_refuse_two_allocations_of_one_requirement() -> None:
    schedule = allocated("joint", "review", Allocation(requirement="room", resources=("video",)))
    assert broken(PROBLEM, schedule) == [("alternatives", "joint", "review")]


def test_alternatives_do_not_accept_halves_of_a_requirement_as_a_whole() -> None:
    old = booked("joint", "review")
    halves = (Allocation(requirement="advisors", resources=("adv-1",)), Allocation(requirement="advisors", resources=("adv-2",)))
    assert {rule for rule, *_ in broken(PROBLEM, rebooked(replace(old, allocations=(*halves, old.allocations[1]))))} == {"alternatives"}


@pytest.mark.parametrize("low_high", [(51, 500), (10, 499), (600, 700)], ids=str)
def test_alternatives_refuse_a_feature_that_does_not_cover(low_high: tuple[int, int]) -> None:
    features = (Feature(name="magnification", low=low_high[0], high=low_high[1]), Feature(name="weight", low=0, high=1000))
    assert broken(with_resource("scope", features=features), SCHEDULE) == [("alternatives", "nss", "evaluate")]


def test_alternatives_accept_a_feature_that_covers_exactly() -> None:
    assert broken(with_resource("scope", features=(Feature(name="magnification", low=50, high=500),)), SCHEDULE) == []


def test_alternatives_do_not_join_two_ranges_of_a_feature() -> None:
    features = (Feature(name="magnification", low=50, high=200), Feature(name="magnification", low=200, high=500))
    assert broken(with_resource("scope", features=features), SCHEDULE) == [("alternatives", "nss", "evaluate")]


def test_alternatives_refuse_another_site_but_accept_a_resource_without_one() -> None:
    assert broken(with_resource("scope", site=None), SCHEDULE) == []
    found = check_schedule(with_resource("scope", site="busan"), SCHEDULE)
    assert [(each.rule, each.resources[:1]) for each in found] == [("alternatives", ("scope",)), ("location", ("scope",))]


@pytest.mark.parametrize(
    "rights",
    [
        (),
        (Qualification(name="nss"),),
        (Qualification(name="rating", valid_until=seoul(31, 11) - INSTANT),),
        (Qualification(name="rating", valid_from=seoul(31, 9) + INSTANT),),
        (Qualification(name="rating", valid_until=seoul(31, 10)), Qualification(name="rating", valid_from=seoul(31, 10) + INSTANT)),
        (Qualification(name="rating", valid_until=seoul(31, 10)), Qualification(name="grading", valid_from=seoul(31, 10))),
    ],
    ids=["none", "another", "ends early", "begins late", "hole", "other name goes on"],
)
def test_alternatives_refuse_without_the_right_at_every_instant(rights: tuple[Qualification, ...]) -> None:
    problem = with_resource("op-1", qualifications=(Qualification(name="nss"), *rights))
    assert broken(problem, SCHEDULE) == [("alternatives", "nss", "evaluate")]


@pytest.mark.parametrize(
    "rights",
    [
        (Qualification(name="rating", valid_from=seoul(31, 9), valid_until=seoul(31, 11)),),
        (Qualification(name="rating", valid_from=seoul(31, 10)), Qualification(name="rating", valid_until=seoul(31, 10))),
        (Qualification(name="rating", valid_until=seoul(30, 10)), Qualification(name="rating", valid_from=seoul(31, 8))),
    ],
    ids=["exactly", "renewed", "again"],
)
def test_alternatives_accept_the_right_for_just_the_part(rights: tuple[Qualification, ...]) -> None:
    assert broken(with_resource("op-1", qualifications=(Qualification(name="nss"), *rights)), SCHEDULE) == []


def test_alternatives_need_the_right_in_the_part_served_only() -> None:
    # op-2 unloads from 16:30 and from 17:00; what was before does not matter.
    rights = (Qualification(name="nss", valid_from=seoul(30, 16, 30)),)
    assert broken(with_resource("op-2", qualifications=rights), SCHEDULE) == []
    rights = (Qualification(name="nss", valid_from=seoul(30, 16, 31)),)
    assert broken(with_resource("op-2", qualifications=rights), SCHEDULE) == [("alternatives", "nss", "expose")]


def test_calendar_refuses_a_head_that_ends_after_closing() -> None:
    found = check_schedule(PROBLEM, shifted("share", "expose", MINUTE))
    assert [(each.rule, each.resources) for each in found] == [("calendar", ("op-1",))]


@pytest.mark.parametrize(("by", "clean"), [(-MINUTE, True), (-HOUR, True), (MINUTE, False), (-HOUR - MINUTE, True)], ids=str)
def test_calendar_knows_that_berlin_lost_an_hour(by: timedelta, clean: bool) -> None:
    # Loaded from 17:00 winter time, unloaded until 18:00 summer time: a minute later is too late for both.
    assert broken(PROBLEM, shifted("berlin", "expose", by)) == ([] if clean else [("calendar", "berlin", "expose")] * 2)


def test_calendar_after_the_change_is_an_hour_earlier_in_utc() -> None:
    schedule = served_by("berlin", "expose", unload="op-b")
    late = timedelta(minutes=30)
    problem = with_resource("chamber-b", closures=(Closure(window=Window(start=seoul(27, 0), end=booked("berlin", "expose").window.start - late)),))
    assert broken(problem, shifted("berlin", "expose", -late, schedule)) == []
    assert broken(problem, shifted("berlin", "expose", -late - MINUTE, schedule)) == [("calendar", "berlin", "expose")]


def test_calendar_refuses_a_part_that_begins_before_opening() -> None:
    assert broken(PROBLEM, shifted("kept", "report", -MINUTE)) == [("calendar", "kept", "report")]


def test_calendar_refuses_a_part_across_the_night() -> None:
    problem = with_request("bench", links=())
    schedule = shifted("bench", "weigh", 8 * HOUR, shifted("bench", "cut", 24 * HOUR))
    # 19:00-21:00 is shut for the bench and for the technician.
    assert broken(problem, schedule) == [("calendar", "bench", "weigh")] * 2


def test_calendar_follows_an_exception() -> None:
    calendars = tuple(
        replace(each, exceptions=(DayException(date=seoul(31, 9).date(), name="election"),)) if each.id == "office" else each for each in PROBLEM.lab.calendars
    )
    problem = replace(PROBLEM, lab=replace(PROBLEM.lab, calendars=calendars))
    assert {(rule, request) for rule, request, _ in broken(problem, SCHEDULE)} == {("calendar", "nss"), ("calendar", "joint")}


def test_calendar_of_a_resource_must_exist() -> None:
    assert broken(with_resource("scope", calendar="ghost"), SCHEDULE) == [("calendar", "nss", "evaluate")]


@pytest.mark.parametrize(
    ("start", "end", "clean"),
    [
        (seoul(30, 17, 30), seoul(31, 9), True),
        (seoul(26, 12), seoul(27, 17), True),
        (seoul(26, 12), seoul(27, 17, 0) + INSTANT, False),
        (seoul(29, 12), seoul(29, 12) + INSTANT, False),
        (seoul(30, 17) - INSTANT, seoul(31, 9), False),
    ],
)
def test_calendar_knows_closures(start: object, end: object, clean: bool) -> None:
    problem = with_resource("chamber-1", closures=(Closure(window=Window(start=start, end=end)),))
    found = broken(problem, SCHEDULE)
    assert (found == []) is clean
    assert {rule for rule, *_ in found} <= {"calendar"}


def test_calendar_binds_frozen_bookings() -> None:
    problem = with_resource("chamber-1", closures=(Closure(window=Window(start=seoul(25, 11), end=seoul(25, 12))),))
    assert broken(problem, SCHEDULE) == [("calendar", "kept", "test")]


def test_calendar_is_not_slow_on_absurd_dates() -> None:
    schedule = shifted("kept", "report", timedelta(days=365 * 7000))
    assert broken(PROBLEM, schedule) == [("time_limits", "kept", "report")]


def test_capacity_refuses_one_unit_too_many() -> None:
    found = check_schedule(with_resource("chamber-1", capacity=3), SCHEDULE)
    # The frozen booking needs 4 alone; of the two others the later one is too much.
    assert [(each.rule, each.request, each.resources) for each in found] == [("capacity", "kept", ("chamber-1",)), ("capacity", "share", ("chamber-1",))]


def test_capacity_refuses_a_person_in_two_places() -> None:
    assert broken(PROBLEM, served_by("nss", "expose", unload="op-1", schedule=served_by("share", "expose", unload="op-1"))) == []
    assert broken(PROBLEM, shifted("pair", "first", -MINUTE)) == [("capacity", "pair", "first")]


def test_capacity_counts_one_booking_that_takes_a_resource_twice() -> None:
    old = next(each for each in PROBLEM.requests if each.id == "joint").tasks
    chairs = tuple(
        replace(each, modes=(replace(each.modes[0], requirements=(*each.modes[0].requirements[:1], replace(each.modes[0].requirements[1], demand=3))),))
        for each in old
    )
    assert broken(with_request("joint", tasks=chairs), SCHEDULE) == [("capacity", "joint", "kickoff"), ("capacity", "joint", "review")]
    twice = tuple(
        replace(each, modes=(replace(each.modes[0], requirements=(*each.modes[0].requirements, replace(each.modes[0].requirements[1], id="screen"))),))
        for each in old
    )
    screens = Allocation(requirement="screen", resources=("video",))
    schedule = replace(SCHEDULE, bookings=tuple(replace(b, allocations=(*b.allocations, screens)) if b.request == "joint" else b for b in SCHEDULE.bookings))
    assert broken(with_request("joint", tasks=twice), schedule) == []
    problem = with_resource("video", with_request("joint", tasks=twice), capacity=1)
    assert broken(problem, schedule) == [("capacity", "joint", "kickoff"), ("capacity", "joint", "review")]


def test_capacity_counts_the_head_only_while_it_lasts() -> None:
    # op-1 is free from the end of loading on: reports may be written meanwhile.
    problem = with_request("kept", tasks=(PROBLEM.requests[-1].tasks[0], task("report", HOUR, need("who", "op-1"))))
    schedule = served_by("kept", "report", shifted("kept", "report", 72 * HOUR), who="op-1")
    assert broken(problem, schedule) == []
    head = shifted("kept", "report", -72 * HOUR + 7.5 * HOUR, schedule)
    assert broken(problem, head) == [("capacity", "nss", "expose")]


def test_capacity_counts_frozen_bookings_even_of_requests_left_out() -> None:
    late = booking("kept", "test", seoul(26, 16), 26 * HOUR, chamber="chamber-1")
    problem = replace(PROBLEM, in_force=(InForce(booking=late, frozen=True),))
    schedule = rebooked(late)
    assert broken(problem, schedule) == [("capacity", "nss", "expose")]
    left_out = replace(without("kept", "report", schedule), unserved=(*SCHEDULE.unserved, Unserved(request="kept")))
    assert broken(problem, left_out) == [("capacity", "nss", "expose")]
