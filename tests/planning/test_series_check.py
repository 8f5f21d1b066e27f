from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.errors import InputError
from scheduler.model.problem import InForce
from scheduler.model.request import Precedence, Request, Series
from scheduler.planning import check_problem, check_request
from scheduler.planning.series_check import least_step
from tests.planning.small import HORIZON, HOUR, NOW, TUESDAY, booking, by_hand, problem, request, task

DAY = timedelta(days=1)


def weekly(count: int = 3, *, hours: float = 2, apart: timedelta = 7 * DAY, task_fields: dict[str, object] | None = None, **fields: object) -> Request:
    names = tuple(f"s{number}" for number in range(count))
    tasks = tuple(task(each, by_hand(hours), **(task_fields or {})) for each in names)
    return request(tasks=tasks, precedences=(), series=(Series(tasks=names, least_apart=apart),), **fields)


def refusal(asked: Request) -> str:
    with pytest.raises(InputError) as caught:
        check_problem(problem(asked))
    return str(caught.value)


def test_a_series_just_fits_between_release_and_deadline() -> None:
    end = TUESDAY + 14 * DAY + 2 * HOUR
    check_problem(problem(weekly(release=TUESDAY, deadline=end)))
    assert refusal(weekly(release=TUESDAY, deadline=end - HOUR)) == (
        "requests[0].series[0]: the series cannot fit: starting 168 h apart, its task 3 of 3 ends at 2026-03-17T02:00+00:00 at the earliest, "
        "after 2026-03-17T01:00+00:00; give a later date, or ask for fewer or closer tasks"
    )


def test_a_series_just_fits_the_horizon() -> None:
    # 28 days: the fifth start would be on the last instant.
    check_problem(problem(weekly(4)))
    assert refusal(weekly(5)).startswith("requests[0].series[0]: the series cannot fit")
    check_problem(problem(weekly(5, apart=7 * DAY - HOUR, hours=4)))


def test_dates_of_its_tasks_count() -> None:
    check_problem(problem(weekly(3, task_fields={"deadline": NOW + 14 * DAY + 2 * HOUR})))
    assert "task 3 of 3" in refusal(weekly(3, task_fields={"deadline": NOW + 14 * DAY + HOUR}))
    late = weekly(2)
    late = replace(late, tasks=(replace(late.tasks[0], release=HORIZON.end - 7 * DAY), late.tasks[1]))
    assert "task 2 of 2" in refusal(late)


def test_a_series_that_has_begun_is_not_measured_from_now() -> None:
    begun = InForce(booking=replace(booking(NOW - 7 * DAY, task="s0", hours=2)), frozen=True)
    check_problem(problem(weekly(5), in_force=(begun,)))


def test_one_request_is_refused_as_well() -> None:
    check_request(problem().lab, weekly(4, hours=1), NOW, HORIZON)
    with pytest.raises(InputError, match=r"^series\[0\]: the series cannot fit"):
        check_request(problem().lab, weekly(5), NOW, HORIZON)


@pytest.mark.parametrize(
    ("least", "most", "step"),
    [
        (0, 1, 0),
        (1, 1, 1),
        (2, 8, 7 - 25 / 24),
        (2, 5, None),
        (6, 8, 6),
        (8, 13, 8),
        (8.1, 13, 14 - 25 / 24),
        (8.2, 12, None),
    ],
)
def test_a_weekday_makes_steps_whole_weeks(least: float, most: float, step: float | None) -> None:
    series = Series(tasks=("a", "b"), least_apart=least * DAY, most_apart=most * DAY, weekday="tue")
    assert least_step(series) == (None if step is None else step * DAY)


def test_distances_that_no_weekday_has_are_refused() -> None:
    wrong = weekly(2)
    wrong = replace(wrong, series=(replace(wrong.series[0], least_apart=2 * DAY, most_apart=5 * DAY, weekday="tue"),))
    assert refusal(wrong).startswith("requests[0].series[0]: no two starts on one weekday are between 48 h and 120 h apart")


def test_series_and_precedences_in_a_circle_are_refused() -> None:
    wrong = replace(weekly(2), precedences=(Precedence(before="s1", after="s0"),))
    assert refusal(wrong) == (
        "requests[0].series: the tasks wait for each other in a circle: s0 -> s1 -> s0; change the order of a series, or remove one of these precedences"
    )
    check_problem(problem(replace(weekly(2), precedences=(Precedence(before="s0", after="s1"),))))


def test_a_series_of_unknown_tasks_is_refused() -> None:
    wrong = replace(weekly(2), series=(Series(tasks=("s0", "s9")),))
    assert refusal(wrong).startswith("requests[0].series[0].tasks[1]: no task of this request has the id 's9'; correct the id")
