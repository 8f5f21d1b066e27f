import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.model import codec
from scheduler.model.maintenance import maintenance_request
from scheduler.model.policy import Policy
from scheduler.model.problem import Problem
from scheduler.model.window import window
from scheduler.planning import check_problem, check_request
from tests.cli.commands import Shell

TEXT = (Path(__file__).parents[2] / "docs" / "file-formats.md").read_text()


def test_the_example_is_a_problem_that_can_be_planned(shell: Shell) -> None:
    found = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert found
    shell.put("problem.json", found[1])
    ran = shell("solve", "problem.json", "-o", "schedule.json", "--time-limit", "5", "-q")
    assert (ran.code, "served 1 of 1, late 0" in ran.out) == (0, True), ran
    assert shell("verify", "problem.json", "schedule.json").code == 0


FRAGMENTS = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
WHOLE, *ADDED = map(json.loads, FRAGMENTS)


def added(whole: Any, more: Any) -> Any:
    """`whole` with `more` put in: lists are longer, objects wider."""
    if isinstance(whole, list):
        return [*whole, *more]
    if isinstance(whole, dict):
        return {**whole, **{key: added(whole[key], value) if key in whole else value for key, value in more.items()}}
    return more


@pytest.mark.parametrize("number", range(len(ADDED)))
def test_each_fragment_can_be_added_to_the_example(number: int) -> None:
    problem = codec.from_plain(Problem, added(WHOLE, ADDED[number]))
    check_problem(problem)
    for each in problem.requests[1:]:
        check_request(problem.lab, each, problem.now, problem.horizon)


def test_all_fragments_together_are_a_problem_in_order() -> None:
    whole = WHOLE
    for each in ADDED:
        whole = added(whole, each)
    check_problem(codec.from_plain(Problem, whole))


def test_maintenance_in_the_fragment_is_what_the_builder_writes() -> None:
    problem = codec.from_plain(Problem, added(WHOLE, ADDED[-1]))
    written = problem.requests[-1]
    assert written.release is not None
    assert written.deadline is not None
    within = window(written.release, written.deadline)
    assert maintenance_request(problem.lab.resources[0], timedelta(hours=4), within, company="kmi") == written


def test_default_weights_are_those_of_the_policy() -> None:
    terms = TEXT.partition("\nTerms: ")[2].partition("\n\n")[0]
    said = {name: int(weight.replace(",", "")) for name, weight in re.findall(r"`(\w+)`\s*\([^)]*?([\d,]+)\)", terms)}
    assert said == {each.name: each.weight for each in Policy().terms}
