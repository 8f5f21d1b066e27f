from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.public.table import public_table
from scheduler.errors import InputError

HEADING = "instance,status,objective,bound,gap,seconds,cpu_seconds\n"


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    folder = tmp_path / "reference"
    (folder / "deep").mkdir(parents=True)
    written(
        folder / "deep" / "published.csv",
        "use_case,instance,file,n_jobs,normaliser,lns,published_best_integer\n"
        "1,1,a.dzn,10,1000,0.25,200\n2,1,a.dzn,10,1000,0.1,100\n1,2,b.dzn,25,1000,,100\n2,3,c.dzn,25,1000,0.103,100\n",
    )
    written(folder / "lower_bounds.csv", "instance,lb_best\nt20m1r1-1.pl,100\nt20m1r1-2.pl,200\n")
    return folder


def test_osp_is_compared_with_the_best_published_by_number_of_jobs(tmp_path: Path, reference: Path) -> None:
    rows = written(
        tmp_path / "rows.csv",
        HEADING
        + "use-case-1/a.dzn,optimal,200,200,0,1.0,1\nuse-case-2/a.dzn,feasible,110,100,0.09,3.0,5\n"
        + "b.dzn,feasible,99,90,0.1,2.0,4\nc.dzn,partial,,5,,2.0,4\na.dzn,optimal,1,1,0,1,1\n",
    )
    text = public_table([rows], reference)
    # 0 % and 10 % over the best; not worse than LNS are 200 of 250, but not 110 of 100.
    assert "| 10 | 2 | 2 | 1 | 0 | 1 | 1 | 5.00 | 10.00 | 1 of 2 | 2.0 |" in text
    assert "| 25 | 2 | 1 | 0 | 1 | 0 | 0 | -1.00 | -1.00 | 0 of 0 | 2.0 |" in text
    assert "1 instances have no published cost" in text


def test_csplib073_is_compared_with_the_lower_bound(tmp_path: Path, reference: Path) -> None:
    rows = written(tmp_path / "rows.csv", HEADING + "x/t20m1r1-1.pl,optimal,100,100,0,1.0,1\nx/t20m1r1-2.pl,feasible,220,180,0.18,2.0,1\n")
    assert "| 20 | 2 | 2 | 1 | 1 | 5.00 | 10.00 | 1.5 |" in public_table([rows], reference)


def test_tlsps_has_every_instance_and_their_sum(tmp_path: Path) -> None:
    one = written(tmp_path / "one.csv", HEADING + "a.lp,optimal,40,40,0.0,1.0,1\n")
    other = written(tmp_path / "other.csv", HEADING + "b.lp,feasible,100,80,0.2,2.0,1\nc.lp,failed,,,,,\n")
    text = public_table([one, other], None)
    assert "| b.lp | feasible | 100 | 80 | 0.2 | 2.0 |" in text
    assert "| sum or mean of 2 of 3 | 1 proved | 140 | 120 | 0.1000 |  |" in text


def test_a_table_needs_its_reference_and_its_columns(tmp_path: Path) -> None:
    rows = written(tmp_path / "rows.csv", HEADING + "b.dzn,optimal,99,99,0,2.0,4\n")
    with pytest.raises(InputError, match=r"has no published\.csv to compare with"):
        public_table([rows], None)
    with pytest.raises(InputError, match=r"has no column 'instance'"):
        public_table([written(tmp_path / "other.csv", "a,b\n1,2\n")], None)


def test_public_table_command_prints(tmp_path: Path, reference: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = written(tmp_path / "rows.csv", HEADING + "t20m1r1-1.pl,optimal,100,100,0,1.0,1\n")
    assert main(["public-table", str(rows), "--reference", str(reference)]) == 0
    assert "| 20 | 1 | 1 | 1 | 1 | 0.00 | 0.00 | 1.0 |" in capsys.readouterr().out
    assert main(["public-table", str(tmp_path / "gone.csv")]) == 2
    assert "gone.csv: cannot be read" in capsys.readouterr().err
