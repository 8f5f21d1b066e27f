"""The horizon where no calendar guards it: the part that is served does not reach the edge, the task does."""

from dataclasses import replace
from datetime import timedelta

from scheduler.model.window import Window
from scheduler.ticks.compile import compile_problem
from tests.ticks.labs import at, needs, problem, request, task


def test_compile_starts_nothing_before_the_horizon_even_if_only_the_tail_is_served() -> None:
    asked = request(task("t", 2, needs("operator", during="tail", part=timedelta(minutes=15))))
    made = problem(asked, length=48)
    early = Window(start=at(0.5), end=at(48))
    mode = compile_problem(replace(made, horizon=early, now=at(0))).requests[0].tasks[0].modes[0]
    # The grid begins on the hour, half an hour before the horizon.
    assert mode.first_start == 2


def test_compile_ends_nothing_after_the_horizon_even_if_only_the_head_is_served() -> None:
    asked = request(task("t", 2, needs("operator", during="head", part=timedelta(minutes=15))), deadline=at(90))
    mode = compile_problem(problem(asked, length=10)).requests[0].tasks[0].modes[0]
    assert mode.last_start == 8 * 4


def test_compile_counts_minutes_of_a_duration_with_seconds_up() -> None:
    asked = request(task("t", 1 + 30 / 3600, needs("operator")))
    mode = compile_problem(problem(asked)).requests[0].tasks[0].modes[0]
    assert (mode.minutes, mode.ticks) == (61, 5)
