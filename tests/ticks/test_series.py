"""Series: masks of weekdays, distances of starts, and what frozen tasks of a series leave to the others."""

from datetime import timedelta

import pytest

from scheduler.model.request import Request, Series
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.instance import TickRequest
from tests.ticks.labs import at, frozen, hours, problem, request, task
from tests.ticks.test_compile import ticks

MINUTE = timedelta(minutes=1)


def three(**more: object) -> Request:
    return request(task("a", 1), task("b", 1), task("c", 1), series=(Series(**{"tasks": ("a", "b", "c"), **more}),))


def compiled(asked: Request, *in_force: object, days: int = 21) -> TickRequest:
    return compile_problem(problem(asked, in_force=in_force, length=24 * days)).requests[0]


def test_series_are_distances_of_starts_rounded_to_the_safe_side() -> None:
    found = compiled(three(least_apart=hours(48) + MINUTE, most_apart=hours(72) - MINUTE)).precedences
    assert [(each.before, each.after, each.least, each.most, each.is_series) for each in found] == [
        (0, 1, (48 * 4 + 1,), (72 * 4 - 1,), True),
        (1, 2, (48 * 4 + 1,), (72 * 4 - 1,), True),
    ]


def test_series_without_a_most_apart_have_no_upper_limit() -> None:
    assert [each.most for each in compiled(three(least_apart=hours(48))).precedences] == [(None,), (None,)]


def test_series_on_a_weekday_start_on_that_day_of_the_zone() -> None:
    # The horizon begins on Monday 0:00 UTC, which is 9:00 in Seoul: Tuesday is from 15:00 UTC on.
    mode = compiled(three(weekday="tue", time_zone="Asia/Seoul"), days=10).tasks[0].modes[0]
    assert mode.starts == ticks(15, 39) | ticks(7 * 24 + 15, 8 * 24 + 15)
    assert (mode.first_start, mode.last_start) == (15 * 4, (8 * 24 + 15) * 4 - 1)


def test_a_task_of_two_series_starts_on_both_weekdays() -> None:
    asked = request(
        task("a", 1), task("b", 1), series=(Series(tasks=("a", "b"), weekday="tue"), Series(tasks=("a", "b"), weekday="tue", time_zone="Asia/Seoul"))
    )
    assert compiled(asked, days=7).tasks[0].modes[0].starts == ticks(24, 39)


def test_series_refuse_a_task_whose_weekday_does_not_come() -> None:
    never = compiled(three(weekday="sun"), days=5)
    assert (never.can_serve, never.tasks[0].refused) == (False, "deadline")
    assert compiled(three(weekday="fri"), days=5).can_serve


@pytest.mark.parametrize(
    ("apart", "first", "last"),
    [
        ({"least_apart": hours(24), "most_apart": hours(48)}, 24 + 24, 24 + 48),
        ({"least_apart": hours(24) + MINUTE, "most_apart": hours(48) - MINUTE}, 24 + 24.25, 24 + 47.75),
    ],
)
def test_a_frozen_task_of_a_series_narrows_the_next(apart: dict[str, timedelta], first: float, last: float) -> None:
    found = compiled(three(**apart), frozen("a", 24, 25))
    mode = found.tasks[0].modes[0]
    assert (found.tasks[0].id, mode.first_start, mode.last_start) == ("b", first * 4, last * 4)
    # Between the two that are free the series holds as ever.
    assert [(each.before, each.after) for each in found.precedences] == [(0, 1)]


@pytest.mark.parametrize(
    ("apart", "first", "last"),
    [
        ({"least_apart": hours(24), "most_apart": hours(48)}, 96 - 48, 96 - 24),
        ({"least_apart": hours(24) + MINUTE, "most_apart": hours(48) - MINUTE}, 96 - 47.75, 96 - 24.25),
    ],
)
def test_a_frozen_task_of_a_series_narrows_the_one_before(apart: dict[str, timedelta], first: float, last: float) -> None:
    found = compiled(three(**apart), frozen("c", 96, 97))
    mode = found.tasks[1].modes[0]
    assert (found.tasks[1].id, mode.first_start, mode.last_start) == ("b", first * 4, last * 4)


def test_a_task_between_two_frozen_ones_of_a_series_keeps_both_distances() -> None:
    found = compiled(three(least_apart=hours(24), most_apart=hours(48)), frozen("a", 24, 25), frozen("c", 90, 91))
    mode = found.tasks[0].modes[0]
    assert (mode.first_start, mode.last_start) == (48 * 4, 66 * 4)
    assert found.precedences == ()


def test_the_weekday_of_a_frozen_task_is_not_asked() -> None:
    found = compiled(three(weekday="wed", least_apart=hours(1)), frozen("a", 24, 25), days=7)
    assert at(24).weekday() == 1
    assert found.tasks[0].modes[0].starts == ticks(48, 72)
