"""Weeks of a small lab, planned beside what is published."""

import re

import pytest

from benchmarks.rolling import measure_rolling
from scheduler.model.limits import Limits


@pytest.mark.parametrize("most_moves", [0, 3])
def test_new_requests_are_planned_beside_what_is_published(most_moves: int, capsys: pytest.CaptureFixture[str]) -> None:
    said = measure_rolling("institute", 1, 40, 6, 2, Limits(time_limit_seconds=2, workers=1), most_moves)
    found = re.search(r"moves (\d+); served (\d+) of 12 new; violations (\d+)", said)
    assert found is not None, said
    moves, served, violations = (int(each) for each in found.groups())
    assert moves <= 2 * most_moves
    assert served >= 10
    assert violations == 0
    assert capsys.readouterr().out.count("week ") == 2
