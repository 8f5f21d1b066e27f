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
    assert main(["generate", "lab", "--seed", "3", "-o", str(path)]) == 0
    assert parse(Problem, path.read_bytes()) == generate("lab", 3)
    assert "seconds:" in capsys.readouterr().out


def test_main_refuses_an_unknown_size(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        main(["generate", "city", "-o", "x.json"])
    assert refusal.value.code == 2
    assert "invalid choice: 'city'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["solve", "lab", "--time-limit", "0"], "--time-limit: "),
        (["baseline", "lab", "--workers", "0"], "--workers: "),
        (["solve", "lab", "--progress", "."], ".: is a directory; give a file"),
        (["generate", "lab", "-o", "."], ".: is a directory; give a file"),
        (["generate", "lab", "-o", "nowhere/x.json"], "nowhere/x.json: No such file or directory; check the path"),
        (["table", "--sizes", "lab,city"], "--sizes: no size is called 'city'; there are lab, "),
        (["table", "--sizes", "lab", "--seeds", "1,b"], "--seeds: '1,b' is no list of whole numbers"),
        (["race", "run", "--sizes", "0"], "--sizes: '0' is no list of whole numbers"),
        (["race", "heat", "first-fit", "nowhere.json", "-o", "x.json"], "nowhere.json: No such file or directory; check the path"),
    ],
)
def test_bad_input_is_told_in_one_sentence(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1


def test_an_interrupt_ends_a_command_without_a_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("benchmarks.__main__.measure_offers", interrupted)
    assert main(["offers", "lab"]) == 130
    assert capsys.readouterr().err == "interrupted; rows that were written are kept\n"


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
