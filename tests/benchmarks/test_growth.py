"""The growth table: what is measured, and slopes that are known."""

import math
from pathlib import Path

import pytest

from benchmarks.generator import generate
from benchmarks.growth import COLUMNS, main, measure_file, slope, table
from scheduler.model.codec import dump


def test_slope_is_the_power_with_which_a_cost_grows() -> None:
    assert slope({"requests": 10, "parse": 3}, {"requests": 1_000, "parse": 3 * 100**1.5}, "parse") == pytest.approx(1.5)


def test_file_is_measured_and_told_in_one_row(tmp_path: Path) -> None:
    path = tmp_path / "lab1.json"
    path.write_bytes(dump(generate("lab", 1)))
    row = measure_file(path)
    assert row["requests"] == 50
    assert row["first plan"] == pytest.approx(math.fsum(row[each] for each in COLUMNS[:5]))
    assert table({"lab": row}).splitlines()[2].startswith("| lab | 50 | ")


def test_command_makes_the_folder_it_writes_problems_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(tmp_path / "new" / "out"), "--sizes", "lab"])
    assert (tmp_path / "new" / "out" / "lab1.json").exists()
    assert "| lab | 50 | " in capsys.readouterr().out


def test_command_refuses_a_size_that_nobody_knows_and_a_file_for_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([str(tmp_path), "--sizes", "lab,huge"])
    assert "no size is called 'huge'; there are lab, " in capsys.readouterr().err
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match="2"):
        main([str(tmp_path / "file"), "--sizes", "lab"])
    assert "file is no folder" in capsys.readouterr().err
