from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.generator import generate
from benchmarks.measure import measure
from scheduler.model.codec import parse
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem


def test_generate_command_writes_a_problem_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "problem.json"
    main(["generate", "lab", "--seed", "3", "-o", str(path)])
    assert parse(Problem, path.read_bytes()) == generate("lab", 3)
    assert "seconds:" in capsys.readouterr().out


def test_main_refuses_an_unknown_size(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        main(["generate", "city", "-o", "x.json"])
    assert refusal.value.code == 2
    assert "invalid choice: 'city'" in capsys.readouterr().err


def test_measure_gives_a_verified_row() -> None:
    row = measure("construct", "lab", 1, Limits(time_limit_seconds=4, workers=1))
    assert row.outcome == "feasible"
    assert row.served + row.unserved == row.requests == 50
    assert isinstance(row.objective, int)
    assert row.bound == 0
    assert row.peak_mb > 20


def test_measure_of_the_baseline_never_claims_more_than_it_found() -> None:
    # A second is little for CP-SAT without a hint: it may come back with nothing, and the row must say so.
    row = measure("cpsat-empty", "lab", 1, Limits(time_limit_seconds=1, workers=1))
    assert (row.outcome == "unknown") == (row.objective == "") == (row.bound == "")
    assert row.served + row.unserved == 50
    assert row.outcome != "unknown" or row.served == 0
