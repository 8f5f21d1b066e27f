import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.__main__ import main
from benchmarks.picture import Line, line_of, line_of_result, read_line, runs_svg
from scheduler.errors import InputError
from scheduler.model.result import Progress, Result

SVG = "{http://www.w3.org/2000/svg}"


def _point(seconds: float, objective: int | None, bound: int | None = None) -> Progress:
    return Progress(seconds=seconds, phase="improve", objective=objective, bound=bound)


def _paths(drawn: str, colour: str = "#1d4ed8") -> list[str]:
    """The stepped lines of a colour."""
    found = [each.get("d", "") for each in ET.fromstring(drawn).iter(f"{SVG}path") if each.get("stroke") == colour]
    return [each for each in found if "V" in each]


def _labels(drawn: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(drawn).iter(f"{SVG}text")]


def test_line_of_a_run_starts_anew_where_a_later_tier_begins() -> None:
    line = line_of([_point(1, 5, 2), _point(2, 3), _point(3, 90, 10), _point(4, 80)], "seed 1")
    assert line.objectives == ((3, 90.0), (4, 80.0))
    assert line.bounds == ((3, 10.0),)


def test_line_of_result_is_labelled_with_its_seed() -> None:
    line = line_of_result(Result(outcome="feasible", seed=7, progress=(_point(1, 5), _point(0.5, None))))
    assert line == Line("seed 7", ((1, 5.0),))


def test_objectives_are_steps_from_left_to_right_that_only_fall() -> None:
    drawn = runs_svg([Line("seed 1", ((0.0, 100.0), (5.0, 80.0), (10.0, 60.0)))], "A run")
    (path,) = _paths(drawn)
    start_y = float(re.match(r"M92 ([\d.]+)", path)[1])  # type: ignore[index]
    xs, ys = [float(x) for x in re.findall(r"H([\d.]+)", path)], [float(y) for y in re.findall(r"V([\d.]+)", path)]
    assert xs == [434.0, 776.0, 776.0]
    assert start_y < ys[0] < ys[1]  # down is a larger y


def test_runs_of_one_label_share_a_colour_and_others_do_not() -> None:
    one, two = ((0.0, 10.0), (1.0, 8.0)), ((0.0, 10.0), (1.0, 7.0))
    drawn = runs_svg([Line("a", one), Line("a", two), Line("b", one)], "Runs")
    assert len(_paths(drawn, "#1d4ed8")) == 2
    assert len(_paths(drawn, "#b45309")) == 1
    assert _labels(drawn).count("a") == 1


def test_values_far_apart_are_on_a_logarithmic_axis_and_near_ones_are_not() -> None:
    far = _labels(runs_svg([Line("a", ((0.0, 100_000.0), (1.0, 1_000.0)))], "Far"))
    assert {"1,000", "10,000", "100,000"} <= set(far)
    near = _labels(runs_svg([Line("a", ((0.0, 120.0), (1.0, 100.0)))], "Near"))
    assert {"100", "105", "110", "115", "120"} <= set(near)


def test_a_bound_of_nothing_does_not_stretch_a_logarithmic_axis() -> None:
    line = Line("a", ((0.0, 100_000.0), (1.0, 1_000.0)), ((0.0, 0.0), (0.5, 500.0)))
    drawn = runs_svg([line], "Bound")
    assert "proved bound" in _labels(drawn)
    assert {"500", "1,000"} <= set(_labels(drawn))
    dashed = [each.get("d", "") for each in ET.fromstring(drawn).iter(f"{SVG}path") if each.get("stroke-dasharray")]
    assert [each for each in dashed if each.startswith("M434 ")]  # from half of the time on, where it is above nothing


def test_time_may_be_on_a_logarithmic_axis_too() -> None:
    drawn = runs_svg([Line("a", ((0.1, 10.0), (10.0, 8.0)))], "Log", is_time_log=True)
    assert {"0.1", "1", "10"} <= set(_labels(drawn))


def test_picture_brings_its_ground_and_escapes_what_it_is_told() -> None:
    drawn = runs_svg([Line("<b>&", ((0.0, 10.0), (1.0, 8.0)))], "<script>")
    root = ET.fromstring(drawn)
    ground = root.find(f"{SVG}rect")
    assert ground is not None
    assert ground.get("fill") == "#ffffff"
    assert "<script>" not in drawn
    assert "<b>&" in _labels(drawn)


def test_runs_without_a_plan_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        runs_svg([Line("a", ())], "Nothing")


def test_read_line_takes_the_entrant_of_a_race_before_the_seed(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    plain = {"seed": 3, "progress": [{"seconds": 0.5, "phase": "bound", "objective": 9, "bound": None}]}
    path.write_text(json.dumps(plain), encoding="utf-8")
    assert read_line(path) == Line("seed 3", ((0.5, 9.0),))
    path.write_text(json.dumps({**plain, "entrant": "cp-sat"}), encoding="utf-8")
    assert read_line(path).label == "cp-sat"
    assert read_line(path, "mine").label == "mine"


@pytest.mark.parametrize("text", ["{}", "nonsense", '{"progress": [{"seconds": 1}]}', "[]"])
def test_read_line_refuses_a_file_without_progress(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="has no progress to draw"):
        read_line(path)


def test_picture_command_writes_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, drawn = tmp_path / "run.json", tmp_path / "run.svg"
    run.write_text(json.dumps({"seed": 3, "progress": [{"seconds": 0.5, "phase": "bound", "objective": 9}]}), encoding="utf-8")
    assert main(["picture", str(run), "-o", str(drawn), "--title", "One run"]) == 0
    assert "One run" in drawn.read_text(encoding="utf-8")
    run.write_text("{}", encoding="utf-8")
    assert main(["picture", str(run), "-o", str(drawn)]) == 2
    assert "has no progress" in capsys.readouterr().err
