"""Lengths that a mode may have: in batch runs, and inside one opening; and parts before and after at the ends of the horizon."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduler.model.calendar import Calendar
from scheduler.model.request import Mode, Request, Task
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.instance import TickMode, TickTask
from tests.ticks.labs import ALWAYS, between, chamber, frozen, hours, needs, operator, problem, request, task
from tests.ticks.test_compile import ticks

OVEN = chamber("oven", capacity=4, batch=True)


def batch_task(name: str, length: float, most: float | None = None, recipe: str | None = "nss", who: tuple[str, ...] = ("oven",), **more: Any) -> Task:
    wanted = (needs("chamber", *who, recipe=recipe), needs("operator", during="tail", part=hours(0.25)))
    return Task(id=name, modes=(Mode(duration=hours(length), max_duration=None if most is None else hours(most), requirements=wanted),), **more)


def modes(*requests: Request, in_force: tuple[Any, ...] = (), calendars: tuple[Calendar, ...] = (ALWAYS,)) -> tuple[TickMode, ...]:
    """Those of the first task of the first request."""
    given = problem(*requests, resources=(OVEN, chamber("box"), operator()), in_force=in_force, calendars=calendars)
    return compile_problem(given).requests[0].tasks[0].modes


def lengths(found: tuple[TickMode, ...]) -> list[tuple[timedelta, bool]]:
    return [(each.length, each.opens_run) for each in found]


def test_a_batch_task_may_last_as_long_as_any_other_of_its_recipe_up_to_its_most() -> None:
    others = [
        request(batch_task("t", length, recipe=recipe), id=f"o{n}") for n, (length, recipe) in enumerate([(3, "nss"), (5, "nss"), (5.01, "nss"), (4, "css")])
    ]
    found = modes(request(batch_task("t", 2, 5)), *others)
    assert lengths(found) == [(hours(2), True), (hours(3), False), (hours(5), False)]
    assert [each.id for each in found] == ["standard"] * 3
    assert [each.last_start for each in found] == [46 * 4, 45 * 4, 43 * 4]
    # The tail is at the end of each.
    assert [each.requirements[1].begin for each in found] == [7, 11, 19]


def test_a_batch_task_without_a_most_lasts_its_duration() -> None:
    assert lengths(modes(request(batch_task("t", 2)), request(batch_task("t", 3), id="o"))) == [(hours(2), True)]


def test_lengths_within_one_tick_are_different_lengths() -> None:
    found = modes(request(batch_task("t", 50 / 60, 1)), request(batch_task("t", 55 / 60), id="o"))
    assert [(each.minutes, each.ticks, each.opens_run) for each in found] == [(50, 4, True), (55, 4, False)]


def test_a_task_that_need_not_run_in_a_batch_lasts_longer_in_one_only() -> None:
    either = batch_task("t", 2, 3, who=("box", "oven"))
    found = modes(request(either), request(batch_task("t", 3), id="o"))
    assert [each.requirements[0].candidates for each in found] == [(0, 1), (0,)]


def test_a_task_that_never_runs_in_a_batch_has_one_length() -> None:
    assert lengths(modes(request(batch_task("t", 2, 3, who=("box",))), request(batch_task("t", 3), id="o"))) == [(hours(2), True)]


def test_a_batch_task_may_join_a_frozen_run_that_is_longer_than_its_members_need() -> None:
    other = request(batch_task("t", 1, 4), id="o")
    held = frozen("t", 3, 6.5, chamber="oven", operator="operator")
    held = replace(held, booking=replace(held.booking, request="o"))
    assert lengths(modes(request(batch_task("t", 2, 4)), other, in_force=(held,))) == [(hours(2), True), (hours(3.5), False)]


def test_a_longer_run_that_time_does_not_allow_is_no_mode() -> None:
    longer = request(batch_task("t", 5), id="o")
    assert lengths(modes(request(batch_task("t", 2, 5), deadline=between(0, 5).end), longer)) == [(hours(2), True), (hours(5), False)]
    assert lengths(modes(request(batch_task("t", 2, 5), deadline=between(0, 4.99).end), longer)) == [(hours(2), True)]


# --- within ---


def within(length: float, *openings: tuple[float, float], **more: Any) -> TickTask:
    day = Calendar(id="day", time_zone="UTC", openings=tuple(between(*each) for each in openings))
    given = problem(request(task("t", length, needs("operator"), within="day"), **more), resources=(operator(),), calendars=(ALWAYS, day), length=24)
    return compile_problem(given).requests[0].tasks[0]


def test_a_task_within_hours_starts_where_all_of_it_lies_in_one_opening() -> None:
    (mode,) = within(3, (1, 5), (6, 8), (9, 12)).modes
    assert mode.starts == ticks(1, 2.25) | ticks(9, 9.25)
    assert (mode.first_start, mode.last_start) == (4, 36)


def test_openings_that_touch_are_one() -> None:
    (mode,) = within(3, (1, 3), (3, 5)).modes
    assert mode.starts == ticks(1, 2.25)


@pytest.mark.parametrize(("opening", "starts"), [((1.01, 4.25), ticks(1.25, 1.5)), ((1, 4.24), ticks(1, 1.25)), ((1.01, 4.24), None)])
def test_a_task_within_ragged_hours_keeps_inside(opening: tuple[float, float], starts: int | None) -> None:
    assert [each.starts for each in within(3, opening).modes] == ([] if starts is None else [starts])


def test_a_task_within_hours_may_end_between_ticks_with_the_opening() -> None:
    # 50 minutes to 1:50, and not a minute more.
    (mode,) = within(50 / 60, (1, 1 + 50 / 60)).modes
    assert mode.starts == ticks(1, 1.25)
    assert within(50 / 60, (1, 1 + 49 / 60)).refused == "deadline"


def test_a_batch_task_within_hours_is_there_with_each_of_its_lengths() -> None:
    day = Calendar(id="day", time_zone="UTC", openings=(between(1, 4), between(6, 8)))
    found = modes(request(batch_task("t", 2, 3, within="day")), request(batch_task("t", 3), id="o"), calendars=(ALWAYS, day))
    assert [each.starts for each in found] == [ticks(1, 2.25) | ticks(6, 6.25), ticks(1, 1.25)]


# --- before and after ---


def with_part(during: str, minutes: float, length: float = 2, now: float = 0, **more: Any) -> TickTask:
    asked = request(task("t", length, needs("chamber"), needs("operator", during=during, part=timedelta(minutes=minutes))), **more)
    return compile_problem(problem(asked, length=10, now=now)).requests[0].tasks[0]


@pytest.mark.parametrize(("minutes", "now", "first"), [(60, 0, 4), (61, 0, 5), (60, 1, 8), (60, 1.1, 9)])
def test_what_is_taken_before_a_task_is_not_taken_in_the_past(minutes: float, now: float, first: int) -> None:
    (mode,) = with_part("before", minutes, now=now).modes
    assert mode.first_start == first
    assert (mode.requirements[1].begin, mode.requirements[1].end) == (-(-minutes // 15) * -1, 0)


def test_what_is_taken_before_a_task_may_be_taken_before_its_release() -> None:
    (mode,) = with_part("before", 60, release=between(3, 4).start).modes
    assert mode.first_start == 12


@pytest.mark.parametrize(("minutes", "length", "begin", "end"), [(60, 2, 8, 12), (61, 2, 8, 13), (60, 50 / 60, 3, 8), (10, 50 / 60, 3, 4)])
def test_what_is_taken_after_a_task_is_rounded_outward(minutes: float, length: float, begin: int, end: int) -> None:
    (mode,) = with_part("after", minutes, length).modes
    assert (mode.requirements[1].begin, mode.requirements[1].end, mode.requirements[1].minutes) == (begin, end, minutes)


def test_a_before_that_leaves_no_time_refuses_the_task() -> None:
    assert with_part("before", 480).modes[0].first_start == 32
    refused = with_part("before", 481)
    assert (refused.modes, refused.refused) == ((), "deadline")
