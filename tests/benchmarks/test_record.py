from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.offers import quantile
from benchmarks.record import Row, append, read, write_table
from scheduler.errors import InputError

ROW = Row(
    day="2026-03-02",
    method="solve",
    size="lab",
    seed=1,
    time_limit_s=10.0,
    workers=2,
    requests=50,
    generate_s=0.1,
    parse_s=0.1,
    compile_s=0.1,
    construct_s=0.1,
    first_plan_s="",
    solve_s=1.0,
    verify_s=0.1,
    cpu_s=1.5,
    peak_mb=100,
    outcome="optimal",
    objective=5,
    bound=5,
    gap=0.0,
    regret_gap=0.0,
    served=50,
    unserved=0,
    tardy=0,
    tardiness=0,
    machine="a machine, 2 cores",
    versions="some versions",
)


def test_file_with_other_columns_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("day,method\n2026-03-02,solve\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"rows\.csv: it has other columns"):
        append(ROW, path)
    assert path.read_text(encoding="utf-8") == "day,method\n2026-03-02,solve\n"


def test_append_keeps_older_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    append(ROW, path)
    append(replace(ROW, seed=2), path)
    assert [row["seed"] for row in read(path)] == ["1", "2"]


def test_write_table_has_every_row_and_keeps_notes(tmp_path: Path) -> None:
    rows, table = tmp_path / "rows.csv", tmp_path / "table.md"
    append(ROW, rows)
    write_table(rows, table)
    table.write_text(table.read_text(encoding="utf-8") + "\nWhat we learnt.\n", encoding="utf-8")
    append(replace(ROW, machine="another"), rows)
    write_table(rows, table)
    text = table.read_text(encoding="utf-8")
    assert text.count("| solve | lab |") == 2
    assert "## another" in text
    assert text.endswith("\nWhat we learnt.\n")


def test_quantile_is_a_value_of_the_list() -> None:
    values = [float(each) for each in range(100, 0, -1)]
    assert quantile(values, 0.5) == 51.0
    assert quantile(values, 0.99) == 100.0
    assert quantile([3.0], 0.99) == 3.0
