import csv
import io
import json
import signal
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.public.run import COLUMNS, run
from benchmarks.told import INTERRUPTED
from scheduler.errors import InputError
from scheduler.model.limits import Limits

LIMITS = Limits(time_limit_seconds=5, workers=1, seed=1)

TEXT = """test( 't1', 4, [], [], 'fam1', 1 ).
test( 't2', 3, ['m2'], ['r1'], 'fam1', 1 ).
test( 't3', 2, [], ['r1'], 'fam1', 1 ).
embedded_board( 'm1').
embedded_board( 'm2').
resource( 'r1', 1).
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "instances"
    for name in ("a.pl", "deep/b.pl"):
        path = found / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT, encoding="utf-8")
    return found


def rows(table: Path) -> list[dict[str, str]]:
    with table.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_run_writes_a_solution_and_a_row_for_each_instance(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, out = tmp_path / "rows.csv", tmp_path / "out"
    assert run("csplib073", folder, out, LIMITS, table=table) == 0
    said = json.loads((out / "deep" / "b.json").read_bytes())
    assert (said["status"], said["objective"], said["bound"]) == ("optimal", 5, 5)
    start = {name: each["start"] for name, each in said["tests"].items()}
    assert start["t2"] >= start["t3"] + 2 or start["t3"] >= start["t2"] + 3
    assert [row["instance"] for row in rows(table)] == ["a.pl", "deep/b.pl"]
    assert rows(table)[0].keys() == set(COLUMNS)
    assert rows(table)[0]["gap"] == "0.0"
    assert sorted(path.name for path in out.rglob("*") if path.is_file()) == ["a.json", "b.json"]
    assert "[2/2] deep/b.pl  optimal 5 (bound 5)" in capsys.readouterr().err


def test_run_skips_what_is_solved_and_keeps_its_row(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, out = tmp_path / "rows.csv", tmp_path / "out"
    (out / "deep").mkdir(parents=True)
    before = json.dumps({"status": "feasible", "objective": 8, "bound": 4, "seconds": 9.0, "tests": {}, "cpu_seconds": 1.0})
    (out / "deep" / "b.json").write_text(before, encoding="utf-8")
    assert run("csplib073", folder, out, LIMITS, table=table) == 0
    assert (out / "deep" / "b.json").read_text(encoding="utf-8") == before
    assert [(row["instance"], row["objective"], row["gap"]) for row in rows(table)] == [("a.pl", "5", "0.0"), ("deep/b.pl", "8", "0.5")]
    assert "2 instances, 1 of them solved before" in capsys.readouterr().err


def test_run_goes_on_after_a_bad_file_and_tries_it_again_next_time(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, out = tmp_path / "rows.csv", tmp_path / "out"
    (folder / "a.pl").write_text("nonsense", encoding="utf-8")
    assert run("csplib073", folder, out, LIMITS, table=table) == 1
    assert [row["status"] for row in rows(table)] == ["unreadable", "optimal"]
    assert f"{folder / 'a.pl'}: has no test(...)" in capsys.readouterr().err
    (folder / "a.pl").write_text(TEXT, encoding="utf-8")
    assert run("csplib073", folder, out, LIMITS, table=table) == 0
    assert [row["status"] for row in rows(table)] == ["optimal", "optimal"]


@pytest.mark.parametrize(("only", "found"), [("b*", ["deep/b.pl"]), ("deep/*", ["deep/b.pl"]), ("a.pl", ["a.pl"])])
def test_only_chooses_by_name_or_path(folder: Path, tmp_path: Path, only: str, found: list[str]) -> None:
    assert run("csplib073", folder, tmp_path / "out", LIMITS, table=tmp_path / "rows.csv", only=only) == 0
    assert [row["instance"] for row in rows(tmp_path / "rows.csv")] == found


class InterruptingTerminal(io.StringIO):
    """Somebody presses Ctrl-C as soon as the first instance is told."""

    def write(self, text: str) -> int:
        count = super().write(text)
        if text.startswith("[1/2]"):
            signal.raise_signal(signal.SIGINT)
        return count


@pytest.fixture
def hears_interrupts() -> Iterator[None]:
    """Who starts the tests in the background of a script has them ignore Ctrl-C, and so would this process."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hears_interrupts")
def test_an_interrupted_run_keeps_what_is_done(folder: Path, tmp_path: Path) -> None:
    with redirect_stderr(InterruptingTerminal()) as terminal:
        assert run("csplib073", folder, tmp_path / "out", LIMITS, table=tmp_path / "rows.csv") == INTERRUPTED
    assert [row["instance"] for row in rows(tmp_path / "rows.csv")] == ["a.pl"]
    assert [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()] == ["a.json"]
    assert "interrupted; 1 of 2 are kept" in terminal.getvalue()


def test_run_refuses_a_folder_without_instances(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no file \*\.dzn of 'osp' is here"):
        run("osp", tmp_path, tmp_path / "out", LIMITS)


def test_a_second_run_on_other_instances_keeps_the_rows_of_the_first(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    for only in ("deep/*", "a.pl"):
        assert run("csplib073", folder, tmp_path / "out", LIMITS, table=table, only=only) == 0
    assert [row["instance"] for row in rows(table)] == ["a.pl", "deep/b.pl"]


def test_run_refuses_a_table_with_other_columns_and_leaves_it(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("day,size\n", encoding="utf-8")
    with pytest.raises(InputError, match="it has other columns"):
        run("csplib073", folder, tmp_path / "out", LIMITS, table=table)
    assert table.read_text(encoding="utf-8") == "day,size\n"


def test_run_command_solves_several_at_once(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    options = ["--time-limit", "5", "--workers", "1", "--jobs", "2", "--csv", str(tmp_path / "rows.csv")]
    assert main(["run", "csplib073", str(folder), "--solutions", str(out), *options]) == 0
    assert sorted(row["instance"] for row in rows(tmp_path / "rows.csv")) == ["a.pl", "deep/b.pl"]
    assert main(["run", "osp", str(folder), "--solutions", str(out)]) == 2
    assert "no file" in capsys.readouterr().err
