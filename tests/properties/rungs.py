"""The ways to a schedule, each by itself: the exact model, placement one by one, and the whole solver."""

from collections.abc import Callable

from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.schedule import Schedule
from scheduler.solver.solve import solve
from tests.properties.exact import JUDGE, exact_schedule
from tests.properties.greedy import greedy_schedule


def _solved(problem: Problem) -> Schedule:
    schedule = solve(problem, limits=Limits(time_limit_seconds=5, workers=1), judge=JUDGE).schedule
    assert schedule is not None
    return schedule


RUNGS: dict[str, Callable[[Problem], Schedule]] = {"exact": lambda problem: exact_schedule(problem)[0], "greedy": greedy_schedule, "solve": _solved}
"""By name, what makes a schedule of a problem."""
