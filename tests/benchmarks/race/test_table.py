from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.race.result import Row, append, read
from benchmarks.race.table import as_markdown

ROW = Row(
    day="2026-03-02",
    requests=50,
    seed=1,
    entrant="slotwright",
    time_limit_s=10.0,
    workers=2,
    verdict="ok",
    objective=1_500,
    bound=1_000,
    first_plan_s=0.5,
    served=50,
    tardy=0,
    solve_s=10.1,
    wall_s=10.5,
    cpu_s=19.0,
    peak_mb=150,
    machine="a machine, 2 cores",
    versions="some versions",
)
PEER = replace(ROW, entrant="cp-sat", objective=3_000, bound=2_999)


def _cells(rows: list[Row], entrant: str) -> list[str]:
    text = as_markdown([{name: str(value) for name, value in asdict(row).items()} for row in rows])
    return next([cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith(f"| {entrant} |"))


def test_table_sets_cost_above_our_bound_beside_ours() -> None:
    cells = _cells([ROW, PEER], "cp-sat")
    assert cells[1:8] == ["1 of 1", "3,000", "2.000", "2.000", "2,000", "4.000", "4.000"]
    assert _cells([ROW, PEER], "slotwright")[3:8] == ["1.000", "1.000", "500", "1.000", "1.000"]


def test_table_takes_ratios_seed_by_seed_and_names_the_one_least_in_our_favour() -> None:
    rows = [ROW, PEER, replace(ROW, seed=2), replace(PEER, seed=2, objective=1_200), replace(ROW, seed=3), replace(PEER, seed=3, objective=1_800)]
    assert _cells(rows, "cp-sat")[2:5] == ["1,800", "1.200", "0.800"]


def test_table_does_not_count_a_plan_that_breaks_a_rule_and_says_so() -> None:
    broken = replace(PEER, verdict="2 violations: capacity: too much", objective="", served="")
    assert _cells([ROW, broken], "cp-sat")[1:5] == ["0 of 1", "-", "-", "-"]
    text = as_markdown([{name: str(value) for name, value in asdict(row).items()} for row in (ROW, broken)])
    assert "- cp-sat, seed 1: 2 violations: capacity: too much" in text


def test_table_where_ours_is_at_its_bound_has_no_end_of_a_ratio() -> None:
    proved = replace(ROW, bound=1_500)
    assert _cells([proved, PEER], "cp-sat")[6] == "inf"
    assert _cells([proved, replace(PEER, objective=1_500)], "cp-sat")[6] == "1.000"


def test_table_keeps_sizes_and_limits_apart_and_takes_the_last_row_of_a_heat() -> None:
    again = replace(PEER, objective=1_500)
    assert _cells([ROW, PEER, again], "cp-sat")[1:4] == ["1 of 1", "1,500", "1.000"]
    text = as_markdown(
        [{name: str(value) for name, value in asdict(row).items()} for row in (ROW, replace(ROW, requests=100), replace(ROW, time_limit_s=60.0))]
    )
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## 50 requests, 10 s, 2 workers",
        "## 50 requests, 60 s, 2 workers",
        "## 100 requests, 10 s, 2 workers",
    ]


def test_append_keeps_older_rows(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rows.csv"
    append(ROW, path)
    append(PEER, path)
    assert [row["entrant"] for row in read(path)] == ["slotwright", "cp-sat"]
