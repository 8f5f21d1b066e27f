"""Runs as a picture: objective and proved bound over time, a line for each run, as an SVG file.

Reads what `slotwright solve --json` prints and the reports that `benchmarks race run --keep` leaves.
"""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scheduler.errors import InputError
from scheduler.exchange.svg_paper import LINE, MUTED, element, number, picture, text, width
from scheduler.model.result import Progress, Result

_WIDE, _HIGH, _LEFT, _RIGHT, _BOTTOM = 800.0, 380.0, 92.0, 24.0, 46.0
_FIRST_LEGEND, _LEGEND_STEP = 52.0, 18.0
COLOURS = ("#1d4ed8", "#b45309", "#0f766e", "#be123c", "#7c3aed", "#4d7c0f", "#475569", "#0e7490")
"""Each with enough contrast on the white ground that every picture brings along, so that it reads on dark pages too."""

LOG_FROM = 8.0
"""Values that span so many times the least are shown on a logarithmic axis."""

Point = tuple[float, float]
Place = Callable[[Point], Point]


@dataclass(frozen=True, slots=True)
class Line:
    """One run: plans and bounds as (seconds, value), in order of time. Lines of one label share a colour."""

    label: str
    objectives: tuple[Point, ...]
    bounds: tuple[Point, ...] = ()


def line_of(progress: Iterable[Progress], label: str) -> Line:
    """The line of a run. What comes before the objective last rose belongs to an earlier tier and is left out."""
    objectives: list[Point] = []
    bounds: list[Point] = []
    for each in sorted(progress, key=lambda one: one.seconds):
        if each.objective is not None:
            if objectives and each.objective > objectives[-1][1]:
                objectives, bounds = [], []
            objectives.append((each.seconds, float(each.objective)))
        if each.bound is not None:
            bounds.append((each.seconds, float(each.bound)))
    return Line(label, tuple(objectives), tuple(bounds))


def line_of_result(result: Result) -> Line:
    """The line of a result, labelled with its seed."""
    return line_of(result.progress, f"seed {result.seed}")


def read_line(path: Path, label: str | None = None) -> Line:
    """The line of a file; labelled with the entrant of a race, else with its seed, unless told otherwise. Raises: InputError."""
    try:
        plain = json.loads(path.read_bytes())
        points = [_point(each) for each in plain["progress"]]
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror}); give what `slotwright solve --json` printed", str(path)) from None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"has no progress to draw ({error!r}); give what `slotwright solve --json` printed", str(path)) from None
    return line_of(points, label or plain.get("entrant") or f"seed {plain.get('seed', '?')}")


def _point(plain: dict[str, Any]) -> Progress:
    return Progress(seconds=float(plain["seconds"]), phase=plain["phase"], objective=plain.get("objective"), bound=plain.get("bound"))


def runs_svg(lines: Sequence[Line], title: str, *, is_time_log: bool = False) -> str:
    """The runs as one picture: objectives drawn through, bounds dashed. Raises: ValueError if no run has a plan."""
    shown = [each for each in lines if each.objectives]
    if not shown:
        raise ValueError("none of the runs has a plan; there is nothing to draw")
    values = [value for each in shown for _, value in (*each.objectives, *each.bounds)]
    positive = [value for value in values if value > 0]
    # A bound of nothing would stretch a logarithmic axis without end: it is not drawn there.
    is_log = bool(positive) and max(values) / min(positive) >= LOG_FROM and all(value > 0 for each in shown for _, value in each.objectives)
    low, high, marks = _log_axis(min(positive), max(positive)) if is_log else _axis(min(values), max(values))
    end = max(each.objectives[-1][0] for each in shown)
    end = max(end, *(seconds for each in shown for seconds, _ in each.bounds), 0.001)
    begin = max(0.01, min(each.objectives[0][0] for each in shown)) if is_time_log else 0.0
    names = list(dict.fromkeys(each.label for each in shown))
    legend, rows = _legend(names, has_bound=any(each.bounds for each in shown))
    top = _FIRST_LEGEND + _LEGEND_STEP * rows

    def share(value: float, first: float, last: float, *, log: bool) -> float:
        if not log:
            return (value - first) / ((last - first) or 1.0)
        return math.log(max(value, first) / first) / (math.log(last / first) or 1.0)

    def at(point: Point) -> Point:
        x = _LEFT + (_WIDE - _LEFT - _RIGHT) * share(point[0], begin, end, log=is_time_log)
        return x, _HIGH - _BOTTOM - (_HIGH - top - _BOTTOM) * share(point[1], low, high, log=is_log)

    body = [text(16, 30, title, font_size=18, font_weight="700"), *legend, *_grid(marks, _moments(begin, end, is_log=is_time_log), low, begin, at)]
    for each in shown:
        colour = COLOURS[names.index(each.label) % len(COLOURS)]
        bounds = [point for point in each.bounds if not is_log or point[1] > 0]
        body.append(_drawn(bounds, end, at, stroke=colour, stroke_width=1.6, stroke_dasharray="6 3"))
        body.append(_drawn(each.objectives, end, at, stroke=colour, stroke_width=2.2))
    return picture(_WIDE, _HIGH, title, body)


def write_picture(files: Sequence[Path], output: Path, title: str, *, is_time_log: bool = False) -> None:
    """Draws the runs in `files`. Raises: InputError."""
    try:
        drawn = runs_svg([read_line(each) for each in files], title, is_time_log=is_time_log)
    except ValueError as error:
        raise InputError(str(error), str(output)) from None
    try:
        output.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror}); give another file or make its folder", str(output)) from None


def _drawn(points: Sequence[Point], end: float, at: Place, **attributes: str | float) -> str:
    """A step line that stays where it was until something better comes."""
    if not points:
        return ""
    x, y = at(points[0])
    path = [f"M{number(x)} {number(y)}"]
    for point in points[1:]:
        x, y = at(point)
        path.append(f"H{number(x)}V{number(y)}")
    path.append(f"H{number(at((end, 0.0))[0])}")
    return element("path", d="".join(path), fill="none", stroke_linejoin="round", **attributes)


def _axis(low: float, high: float) -> tuple[float, float, list[float]]:
    """Round ends around the values, and what is marked."""
    spread = (high - low) or max(abs(high), 1.0)
    step = 10.0 ** math.floor(math.log10(spread / 4))
    step *= next(factor for factor in (1, 2, 5, 10) if spread / (step * factor) <= 5)
    first = math.floor(low / step)
    marks = [index * step for index in range(first, max(math.ceil(high / step), first + 1) + 1)]
    return marks[0], marks[-1], marks


def _log_axis(low: float, high: float) -> tuple[float, float, list[float]]:
    """The values' own ends, and marks at 1, 2 and 5 of every decade; the decades alone if these are many."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1, 2, 5) if len(decades) <= 4 else (1,)
    marks = [factor * 10.0**decade for decade in decades for factor in factors]
    return low / 1.1, high * 1.1, [each for each in marks if low / 1.1 <= each <= high * 1.1]


def _moments(begin: float, end: float, *, is_log: bool) -> list[float]:
    if not is_log:
        return [each for each in _axis(0.0, end)[2] if each <= end]
    return [each for each in _log_axis(begin, end)[2] if begin <= each <= end]


def _grid(marks: Sequence[float], moments: Sequence[float], low: float, begin: float, at: Place) -> list[str]:
    drawn = []
    for value in marks:
        _, y = at((begin, value))
        drawn.append(element("path", d=f"M{number(_LEFT)} {number(y)}H{number(_WIDE - _RIGHT)}", stroke=LINE))
        drawn.append(text(_LEFT - 8, y + 4, f"{value:,.0f}", fill=MUTED, font_size=11, text_anchor="end"))
    for moment in moments:
        x, y = at((moment, low))
        drawn.append(element("path", d=f"M{number(x)} {number(y)}v5", stroke=MUTED))
        drawn.append(text(x, y + 18, f"{moment:,g}", fill=MUTED, font_size=11, text_anchor="middle"))
    _, y = at((begin, low))
    drawn.append(element("path", d=f"M{number(_LEFT)} {number(y)}H{number(_WIDE - _RIGHT)}", stroke=MUTED))
    drawn.append(text((_LEFT + _WIDE - _RIGHT) / 2, _HIGH - 9, "seconds", fill=MUTED, font_size=11, text_anchor="middle"))
    return drawn


def _legend(names: Sequence[str], *, has_bound: bool) -> tuple[list[str], int]:
    """The labels with their colours, and in how many rows they stand."""
    drawn, x, row = [], _LEFT, 0
    shown = [(name, COLOURS[index % len(COLOURS)], "") for index, name in enumerate(names)]
    for name, colour, dashes in [*shown, *([("proved bound", MUTED, "6 3")] if has_bound else [])]:
        if x + 28 + width(name, 12) > _WIDE - _RIGHT and x > _LEFT:
            x, row = _LEFT, row + 1
        y = _FIRST_LEGEND + _LEGEND_STEP * row
        more: dict[str, str | float] = {"stroke_dasharray": dashes} if dashes else {}
        drawn.append(element("path", d=f"M{number(x)} {number(y - 4)}H{number(x + 22)}", stroke=colour, stroke_width=2.2, **more))
        drawn.append(text(x + 28, y, name))
        x += 28 + width(name, 12) + 20
    return drawn, row + 1
