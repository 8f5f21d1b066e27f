import re
from pathlib import Path

from scheduler.model.policy import Policy
from tests.cli.commands import Shell

TEXT = (Path(__file__).parents[2] / "docs" / "file-formats.md").read_text()


def test_the_example_is_a_problem_that_can_be_planned(shell: Shell) -> None:
    found = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert found
    shell.put("problem.json", found[1])
    ran = shell("solve", "problem.json", "-o", "schedule.json", "--time-limit", "5", "-q")
    assert (ran.code, "served 1 of 1, late 0" in ran.out) == (0, True), ran
    assert shell("verify", "problem.json", "schedule.json").code == 0


def test_default_weights_are_those_of_the_policy() -> None:
    terms = TEXT.partition("\nTerms: ")[2].partition("\n\n")[0]
    said = {name: int(weight.replace(",", "")) for name, weight in re.findall(r"`(\w+)`\s*\([^)]*?([\d,]+)\)", terms)}
    assert said == {each.name: each.weight for each in Policy().terms}
