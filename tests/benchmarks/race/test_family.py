from datetime import timedelta

import pytest

from benchmarks.race.family import HORIZON, race_problem
from benchmarks.race.statement import starts, state
from scheduler.model.codec import dump, parse
from scheduler.model.problem import Problem
from scheduler.planning.check import check_problem


def test_race_problem_gives_equal_bytes_for_equal_seeds_only() -> None:
    assert dump(race_problem(50, 1)) == dump(race_problem(50, 1))
    assert dump(race_problem(50, 1)) != dump(race_problem(50, 2))


@pytest.mark.parametrize("requests", [1, 50, 500])
def test_race_problem_is_in_order(requests: int) -> None:
    problem = race_problem(requests, 3)
    assert len(problem.requests) == requests
    check_problem(problem)
    assert parse(Problem, dump(problem)) == problem


def test_race_problem_is_of_the_family_promised() -> None:
    problem = race_problem(500, 1)
    modes = [request.tasks[0].modes[0] for request in problem.requests]
    machines = [len(mode.requirements[0].select.ids) for mode in modes]
    assert min(machines) >= 2
    assert max(machines) <= 4
    assert 2.5 <= sum(machines) / 500 <= 3.5
    assert {mode.duration for mode in modes} >= {timedelta(hours=2), timedelta(hours=168)}
    assert 0.3 <= sum(len(mode.requirements) == 4 for mode in modes) / 500 <= 0.5
    assert {each.capacity for each in problem.lab.resources if each.kind == "instrument"} == {1, 4}
    assert HORIZON.length == timedelta(weeks=4)
    assert problem.policy.resolution == timedelta(minutes=30)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_race_problem_has_a_start_for_every_request(seed: int) -> None:
    race = state(race_problem(200, seed))
    assert all(any(starts(race, ask, machine) for machine in ask.machines) for ask in race.asks)


def test_race_problem_refuses_no_requests() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        race_problem(0, 1)
