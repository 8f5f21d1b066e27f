import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.examples import MAKERS, files_of
from benchmarks.generator import generate
from scheduler.model.codec import parse
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.planning import check_problem
from scheduler.solver.solve import solve
from scheduler.verify.verifier import Verifier
from tests.examples.facts import FACTS, SETTINGS, Plan, double_booked

FOLDER = Path(__file__).parents[2] / "examples"
NAMES = sorted(each.name for each in FOLDER.iterdir() if each.is_dir())


def _problem(name: str, expect: dict[str, Any]) -> Problem:
    if "generate" in expect:
        return generate(*expect["generate"])
    return parse(Problem, (FOLDER / name / "problem.json").read_bytes())


def test_examples_are_those_that_the_scripts_make() -> None:
    assert set(NAMES) == set(MAKERS)


@pytest.mark.parametrize("name", NAMES)
def test_example_is_up_to_date(name: str) -> None:
    made = files_of(MAKERS[name]())
    assert {each.name for each in (FOLDER / name).iterdir()} == set(made)
    for file, data in made.items():
        assert (FOLDER / name / file).read_bytes() == data, "run: python -m benchmarks examples"


@pytest.mark.parametrize("name", NAMES)
def test_example_plan_shows_what_is_expected(name: str) -> None:
    expect = json.loads((FOLDER / name / "expect.json").read_text(encoding="utf-8"))
    problem = _problem(name, expect)
    check_problem(problem)
    result = solve(problem, limits=Limits(time_limit_seconds=expect["time_limit_seconds"]), judge=Verifier())
    assert result.schedule is not None
    assert Verifier().violations(problem, result.schedule) == ()
    plan = Plan(problem, result)
    assert list(double_booked(plan)) == []
    facts = expect.keys() - SETTINGS
    assert len(facts) >= 2
    wrong = [sentence for fact in sorted(facts) for sentence in FACTS[fact](plan, expect[fact])]
    assert wrong == []
