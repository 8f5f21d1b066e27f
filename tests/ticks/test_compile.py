from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.errors import InputError
from scheduler.model.calendar import Calendar
from scheduler.model.lab import Closure, Qualification
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import InForce
from scheduler.model.request import Link, Mode, Precedence, Select, Task
from scheduler.model.window import window
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.instance import FixedUse
from tests.ticks.labs import ALWAYS, at, between, booked, chamber, frozen, hours, needs, operator, problem, request, task


def ticks(first: float, end: float) -> int:
    """The bits of [first, end) in hours, on a grid of 15 minutes."""
    a, b = int(first * 4), int(end * 4)
    return ((1 << (b - a)) - 1) << a


def test_compile_counts_the_horizon_in_ticks() -> None:
    assert compile_problem(problem(length=10)).ticks == 40


def test_compile_refuses_a_horizon_shorter_than_a_tick() -> None:
    with pytest.raises(InputError, match=r"^horizon: shorter than one tick"):
        compile_problem(problem(length=0.2))


def test_compile_opens_only_ticks_that_are_open_as_a_whole() -> None:
    ragged = Calendar(id="always", time_zone="UTC", openings=(window(at(1) + timedelta(minutes=1), at(3) - timedelta(minutes=1)),))
    assert compile_problem(problem(calendars=(ragged,))).resources[0].open == ticks(1.25, 2.75)


def test_compile_shuts_every_tick_that_a_closure_touches() -> None:
    shut = chamber(closures=(Closure(window=window(at(4) + timedelta(minutes=14), at(5) + timedelta(minutes=1))),))
    assert compile_problem(problem(resources=(shut,), length=10)).resources[0].open == ticks(0, 4) | ticks(5.25, 10)


def test_compile_shares_one_mask_between_equal_calendars() -> None:
    found = compile_problem(problem(resources=(chamber("a"), chamber("b")))).resources
    assert found[0].open is found[1].open


def test_compile_rounds_durations_up_and_keeps_true_minutes() -> None:
    mode = compile_problem(problem(request(task("t", 50 / 60)))).requests[0].tasks[0].modes[0]
    assert (mode.ticks, mode.minutes) == (4, 50)


def test_compile_counts_latest_start_by_the_true_duration() -> None:
    # 50 minutes before a deadline on the hour: 09:10, and the last tick before it is 09:00.
    mode = compile_problem(problem(request(task("t", 50 / 60), deadline=at(10)))).requests[0].tasks[0].modes[0]
    assert mode.last_start == 9 * 4


@pytest.mark.parametrize(("release", "now", "first"), [(3.0, 0, 12), (3.1, 0, 13), (1, 3, 12), (None, 2.5, 10)])
def test_compile_starts_nothing_before_release_or_now(release: float | None, now: float, first: int) -> None:
    asked = request(release=None if release is None else at(release))
    assert compile_problem(problem(asked, now=now)).requests[0].tasks[0].modes[0].first_start == first


def test_compile_drops_a_mode_whose_window_is_too_short_by_a_tick() -> None:
    fits = compile_problem(problem(request(release=at(1), deadline=at(3)))).requests[0]
    tight = compile_problem(problem(request(release=at(1.01), deadline=at(3)))).requests[0]
    assert fits.can_serve
    assert (tight.can_serve, tight.tasks[0].modes, tight.tasks[0].refused) == (False, (), "deadline")


def test_compile_rounds_parts_outward() -> None:
    loading = task(
        "t",
        50 / 60,
        needs("chamber"),
        needs("operator", during="head", part=timedelta(minutes=20)),
        needs("b", "operator", during="tail", part=timedelta(minutes=25)),
    )
    whole, head, tail = compile_problem(problem(request(loading))).requests[0].tasks[0].modes[0].requirements
    assert (whole.begin, whole.end) == (0, 4)
    assert (head.begin, head.end) == (0, 2)
    assert (tail.begin, tail.end) == (1, 4)  # the last 25 of 50 minutes are 25-50


def test_compile_leaves_out_candidates_without_the_capacity() -> None:
    rooms = (chamber("small", capacity=4), chamber("large", capacity=10))
    asked = request(task("t", 1, needs("chamber", "small", "large", demand=5)))
    assert compile_problem(problem(asked, resources=rooms)).requests[0].tasks[0].modes[0].requirements[0].candidates == (1,)


def test_compile_limits_a_candidate_to_the_validity_of_its_qualification() -> None:
    people = (
        operator("always", qualifications=(Qualification(name="nss"),)),
        operator("until", qualifications=(Qualification(name="nss", valid_until=at(5.1)),)),
        operator("renewed", qualifications=(Qualification(name="nss", valid_until=at(5)), Qualification(name="nss", valid_from=at(5)))),
        operator("expired", qualifications=(Qualification(name="nss", valid_until=at(-1)),)),
        operator("other", qualifications=(Qualification(name="css"),)),
    )
    asked = request(task("t", 1, replace(needs("operator"), select=Select(qualification="nss"))))
    found = compile_problem(problem(asked, resources=people, length=10)).requests[0].tasks[0].modes[0].requirements[0]
    assert found.candidates == (0, 1, 2)
    assert found.limited == ((1, ticks(0, 5)),)


def test_compile_turns_lags_into_distances_of_starts() -> None:
    asked = request(task("a", 50 / 60), task("b", 1), precedences=(Precedence(before="a", after="b", min_lag=timedelta(minutes=20), max_lag=hours(2)),))
    found = compile_problem(problem(asked)).requests[0].precedences[0]
    assert (found.least, found.most) == ((5,), (11,))  # 70 minutes up, 170 minutes down


def test_compile_gives_each_mode_kept_its_own_distance() -> None:
    slow, fast = Mode(id="slow", duration=hours(40), requirements=(needs("chamber"),)), Mode(id="fast", duration=hours(1), requirements=(needs("chamber"),))
    asked = request(Task(id="a", modes=(slow, fast)), task("b", 1), precedences=(Precedence(before="a", after="b"),), deadline=at(30))
    found = compile_problem(problem(asked)).requests[0]
    assert [mode.id for mode in found.tasks[0].modes] == ["fast"]
    assert found.precedences[0].least == (4,)


def test_compile_counts_due_and_arrival_in_minutes() -> None:
    found = compile_problem(problem(request(release=at(2), due=at(3) + timedelta(seconds=59), arrival=at(1)))).requests[0]
    assert (found.due_minute, found.arrival_minute) == (180, 60)


def test_compile_folds_frozen_bookings_into_uses() -> None:
    asked = request(task("t", 2, needs("chamber", demand=3), needs("operator", during="tail", part=hours(0.5))))
    found = compile_problem(
        problem(asked, resources=(chamber(capacity=5), operator()), in_force=(frozen("t", 1.1, 3.1, chamber="chamber", operator="operator"),))
    )
    assert [(each.resource, each.start, each.end, each.demand) for each in found.fixed_uses] == [(0, 4, 13, 3), (1, 10, 13, 1)]
    assert (found.requests[0].tasks, found.requests[0].can_serve, found.requests[0].fixed_completion) == ((), True, 186)


def test_compile_clips_frozen_uses_to_the_grid() -> None:
    found = compile_problem(problem(in_force=(frozen("t", -1, 1),)))
    assert found.fixed_uses == (FixedUse(0, 0, 4, 1, site=0, at=-4, owner=(-2, 0), minutes=120),)


def test_compile_narrows_a_free_task_by_its_frozen_predecessor() -> None:
    chain = request(task("a", 2), task("b", 1), precedences=(Precedence(before="a", after="b", min_lag=hours(1), max_lag=hours(5)),))
    mode = compile_problem(problem(chain, in_force=(frozen("a", 4, 6),))).requests[0].tasks[0].modes[0]
    assert (mode.first_start, mode.last_start) == (7 * 4, 11 * 4)


def test_compile_narrows_a_free_task_by_its_frozen_successor() -> None:
    chain = request(task("a", 2), task("b", 1), precedences=(Precedence(before="a", after="b", min_lag=hours(1), max_lag=hours(5)),))
    mode = compile_problem(problem(chain, in_force=(frozen("b", 20, 21),))).requests[0].tasks[0].modes[0]
    assert (mode.first_start, mode.last_start) == (13 * 4, 17 * 4)  # ends between 15 and 19


@pytest.mark.parametrize(
    ("kind", "candidates"),
    [("same_site", (0, 1)), ("different_institutes", (2,)), ("same_resource", (0,))],
)
def test_compile_narrows_candidates_by_a_link_to_a_frozen_task(kind: str, candidates: tuple[int, ...]) -> None:
    rooms = (chamber("a"), chamber("b"), chamber("c", site="busan"))
    wanted = needs("chamber", "a", "b", "c")
    link = Link(kind=kind, tasks=("x", "y"), requirement="chamber" if kind == "same_resource" else None)
    asked = request(task("x", 1, wanted), task("y", 1, wanted), links=(link,))
    found = compile_problem(problem(asked, resources=rooms, in_force=(frozen("x", 0, 1, chamber="a"),))).requests[0]
    assert found.tasks[0].modes[0].requirements[0].candidates == candidates
    assert found.links == ()


def test_compile_narrows_people_by_a_link_to_a_frozen_task() -> None:
    crew = (operator("a"), operator("b"), chamber())
    wanted = (needs("operator", "a", "b"), needs("chamber"))
    asked = request(task("x", 1, *wanted), task("y", 1, *wanted), links=(Link(kind="same_people", tasks=("x", "y")),))
    found = compile_problem(problem(asked, resources=crew, in_force=(frozen("x", 0, 1, operator="b", chamber="chamber"),))).requests[0]
    assert [each.candidates for each in found.tasks[0].modes[0].requirements] == [(1,), (2,)]


def test_compile_gives_up_where_frozen_people_cannot_be_matched() -> None:
    crew = (operator("a"), operator("b"))
    asked = request(
        task("x", 1, needs("operator", "a", "b", count=2)), task("y", 1, needs("operator", "a", "b")), links=(Link(kind="same_people", tasks=("x", "y")),)
    )
    found = compile_problem(problem(asked, resources=crew, in_force=(frozen("x", 0, 1, operator=("a", "b")),))).requests[0]
    assert (found.can_serve, found.tasks[0].refused) == (False, "links")


def test_compile_says_when_too_few_qualify() -> None:
    asked = request(task("t", 2, needs("chamber", "chamber", count=2)))
    found = compile_problem(problem(asked)).requests[0]
    assert (found.can_serve, found.tasks[0].refused) == (False, "qualification")


def test_compile_places_current_bookings() -> None:
    held = InForce(booking=booked("t", 3, 5), move_cost=7)
    number, place, cost = compile_problem(problem(in_force=(held,))).requests[0].current[0]
    assert (number, cost) == (0, 7)
    assert place is not None
    assert (place.start, place.resources) == (12, ((0,),))


@pytest.mark.parametrize("booking", [booked("t", 3, 4), booked("t", 3, 5, chamber="operator"), booked("t", 47, 49), booked("t", 1, 3)])
def test_compile_knows_a_current_booking_that_cannot_stand(booking: object) -> None:
    asked = request(release=at(2))
    assert compile_problem(problem(asked, in_force=(InForce(booking=booking),))).requests[0].current[0][1] is None


def test_compile_scalars_order_plans_like_tiers() -> None:
    policy = Policy(terms=(Term(name="unserved", weight=3, tier=1), Term(name="tardiness", weight=2, tier=2), Term(name="flow_time", weight=1, tier=2)))
    found = compile_problem(problem(request(weight=5, due=at(1)), policy=policy, length=10))
    most_of_tier_2 = 2 * 5 * (600 - 60) + 600
    assert found.scalars["unserved"] == 3 * (1 + most_of_tier_2)
    assert (found.scalars["tardiness"], found.scalars["flow_time"], found.scalars["moves"]) == (2, 1, 0)


def test_compile_keeps_a_preference_that_nobody_can_meet() -> None:
    asked = request(task("t", 1, needs("chamber", preferred=("gone",))))
    assert compile_problem(problem(asked)).requests[0].tasks[0].modes[0].requirements[0].preferred == frozenset({-1})


def test_compile_clips_calendars_to_the_horizon() -> None:
    shifted = replace(problem(), horizon=between(0.5, 10))
    assert compile_problem(replace(shifted, lab=replace(shifted.lab, calendars=(ALWAYS,)))).resources[0].open == ticks(0.5, 10)
