import csv
import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main as benchmarks_main
from benchmarks.race.command import main
from benchmarks.race.family import race_problem
from benchmarks.race.greedy import first_fit
from benchmarks.race.heat import Heat, run_here
from benchmarks.race.result import judge
from benchmarks.race.statement import Choice, schedule_of, state
from scheduler.model.codec import dump, to_plain
from scheduler.model.limits import Limits

LIMITS = Limits(time_limit_seconds=1, workers=1, seed=1)
PROBLEM = race_problem(12, 1)


def _judged(choices: dict[str, Choice] | None) -> tuple[str, int | str]:
    schedule = None if choices is None else to_plain(schedule_of(PROBLEM, state(PROBLEM), choices))
    heat = Heat(report={"schedule": schedule, "bound": 5, "first_plan_s": 0.1, "versions": ""}, error="", is_installed=True, wall_s=1, cpu_s=1, peak_mb=50)
    row = judge(PROBLEM, 1, "first-fit", LIMITS, heat)
    return row.verdict, row.objective


def test_run_races_in_processes_of_their_own_and_judges_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows, kept = tmp_path / "rows.csv", tmp_path / "kept"
    options = ["--entrants", "first-fit", "--seeds", "1,2", "--time-limit", "1", "--csv", str(rows), "--keep", str(kept)]
    assert main(["run", "--sizes", "12", *options]) == 0
    with rows.open(newline="", encoding="utf-8") as file:
        told = list(csv.DictReader(file))
    assert [(row["seed"], row["entrant"], row["verdict"]) for row in told] == [("1", "first-fit", "ok"), ("2", "first-fit", "ok")]
    assert all(float(row["cpu_s"]) > 0 and int(row["peak_mb"]) > 10 and int(row["objective"]) > 0 for row in told)
    table = rows.with_suffix(".md").read_text(encoding="utf-8")
    assert "## 12 requests, 1 s" in table
    assert table in capsys.readouterr().out
    main(["table", str(rows)])
    assert capsys.readouterr().out == table + "\n"
    assert json.loads((kept / "12-1-first-fit.json").read_bytes())["progress"][0]["objective"] == int(told[0]["objective"])


def test_heat_of_our_solver_reports_its_bound_and_progress(tmp_path: Path) -> None:
    problem, report = tmp_path / "problem.json", tmp_path / "report.json"
    problem.write_bytes(dump(PROBLEM))
    assert run_here("slotwright", problem, report, LIMITS, 2) == 0
    said = json.loads(report.read_bytes())
    assert said["bound"] > 0
    assert 0 < said["first_plan_s"] <= 1.5
    assert said["progress"][-1]["phase"] == "done"


def test_judge_counts_a_clean_plan_at_the_cost_that_our_verifier_finds() -> None:
    verdict, objective = _judged(dict(first_fit(state(PROBLEM))))
    assert verdict == "ok"
    assert isinstance(objective, int)


def test_judge_does_not_count_a_plan_that_breaks_a_rule() -> None:
    ask = state(PROBLEM).asks[0]
    verdict, objective = _judged({ask.id: Choice(0, ask.machines[0], ask.people[0] if ask.people else None)})
    assert "violations: " in verdict
    assert objective == ""


def test_judge_says_if_there_is_no_plan() -> None:
    assert _judged(None) == ("no plan", "")


def test_judge_tells_a_failure_from_what_is_not_installed() -> None:
    heat = Heat(report=None, error="it broke", is_installed=True, wall_s=1, cpu_s=1, peak_mb=50)
    assert judge(PROBLEM, 1, "cp-sat", LIMITS, heat).verdict == "failed: it broke"
    heat = Heat(report=None, error="pip install it", is_installed=False, wall_s=1, cpu_s=1, peak_mb=50)
    assert judge(PROBLEM, 1, "cp-sat", LIMITS, heat).verdict == "not run: pip install it"


def test_run_refuses_an_entrant_that_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--entrants", "gurobi"]) == 2
    assert "no entrant is called 'gurobi'" in capsys.readouterr().err


def test_run_refuses_a_rows_file_with_other_columns_before_anybody_starts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("day,size\n", encoding="utf-8")
    assert main(["run", "--sizes", "4", "--seeds", "1", "--entrants", "first-fit", "--csv", str(rows)]) == 2
    assert "it has other columns" in capsys.readouterr().err
    assert rows.read_text(encoding="utf-8") == "day,size\n"


def test_benchmarks_command_generates_an_instance(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    assert benchmarks_main(["race", "generate", "12", "-o", str(path)]) == 0
    assert path.read_bytes() == dump(PROBLEM) + b"\n"
