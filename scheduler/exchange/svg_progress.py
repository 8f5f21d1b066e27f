"""How a run went: the best objective and the proved bound over time, as steps that close the gap."""

import math
from collections.abc import Callable, Sequence

from scheduler.exchange.svg_paper import INK, LINE, MUTED, element, picture, text, width
from scheduler.exchange.svg_words import WORDS, Language
from scheduler.model.result import Progress

_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _BOTTOM = 800.0, 320.0, 84.0, 24.0, 62.0, 44.0
_OBJECTIVE, _BOUND = "#1d4ed8", "#0f766e"

Point = tuple[float, float]
Place = Callable[[Point], Point]


def progress_svg(progress: Sequence[Progress], *, language: Language = "ko") -> str:
    """The objective (falling) and the bound (rising) of one run over its seconds; the gap between them is shaded.

    Only the last tier's figures are comparable: what comes before the objective last rose belongs to an earlier tier and is left out.
    """
    words = WORDS[language]
    shown = _last_tier(progress)
    objectives = [(each.seconds, float(each.objective)) for each in shown if each.objective is not None]
    bounds = [(each.seconds, float(each.bound)) for each in shown if each.bound is not None]
    title = text(16, 30, words["progress"], font_size=18, font_weight="700")
    if not objectives and not bounds:
        return picture(_WIDE, 110, words["progress"], [title, text(16, 66, words["no_progress"], fill=MUTED)])
    values = [value for _, value in objectives + bounds]
    low, high, step = _scale(min(values), max(values))
    end = max(each.seconds for each in shown) or 1.0

    def at(point: Point) -> Point:
        seconds, value = point
        return _LEFT + (_WIDE - _LEFT - _RIGHT) * seconds / end, _HIGH - _BOTTOM - (_HIGH - _TOP - _BOTTOM) * (value - low) / (high - low)

    objective, bound = ([at(point) for point in _steps(points, end)] for points in (objectives, bounds))
    body = [title, *_grid(low, high, step, end, at, words["seconds"])]
    if objective and bound:
        begin = max(objective[0][0], bound[0][0])
        outline = [*_from(objective, begin), *reversed(_from(bound, begin))]
        body.append(element("path", d=_path(outline) + "Z", fill="#dbeafe", fill_opacity="0.6"))
    for points, colour, dashes in ((objective, _OBJECTIVE, ""), (bound, _BOUND, "6 3")):
        if points:
            more: dict[str, str | float] = {"stroke_dasharray": dashes} if dashes else {}
            body.append(element("path", d=_path(points), fill="none", stroke=colour, stroke_width=2.2, stroke_linejoin="round", **more))
    return picture(_WIDE, _HIGH, words["progress"], [*body, *_legend(words, shown)])


def _last_tier(progress: Sequence[Progress]) -> list[Progress]:
    shown: list[Progress] = []
    best: int | None = None
    for each in sorted(progress, key=lambda one: one.seconds):
        if each.objective is not None and best is not None and each.objective > best:
            shown = []
        if each.objective is not None:
            best = each.objective
        shown.append(each)
    return shown


def _steps(points: list[Point], end: float) -> list[Point]:
    """Corners of the step line through `points`, up to `end`."""
    corners: list[Point] = []
    for seconds, value in points:
        if corners:
            corners.append((seconds, corners[-1][1]))
        corners.append((seconds, value))
    return [*corners, (end, corners[-1][1])] if corners else []


def _from(points: list[Point], begin: float) -> list[Point]:
    """The step line `points` from x = `begin` on."""
    before = [point for point in points if point[0] <= begin]
    return [(begin, before[-1][1]), *(point for point in points if point[0] > begin)]


def _path(points: list[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _scale(low: float, high: float) -> tuple[float, float, float]:
    """Round ends around `low..high` and a round step between labels."""
    spread = (high - low) or max(abs(high), 1.0)
    step = 10.0 ** math.floor(math.log10(spread / 4))
    step = next(step * factor for factor in (1, 2, 5, 10) if spread / (step * factor) <= 5)
    step = max(step, 1.0)
    bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
    return bottom, top if top > bottom else bottom + step, step


def _grid(low: float, high: float, step: float, end: float, at: Place, seconds: str) -> list[str]:
    marks = []
    for index in range(round((high - low) / step) + 1):
        value = low + index * step
        _, y = at((0.0, value))
        marks += [
            element("path", d=f"M{_LEFT:.1f} {y:.1f}H{_WIDE - _RIGHT:.1f}", stroke=LINE),
            text(_LEFT - 8, y + 4, f"{value:,.0f}", fill=MUTED, font_size=11, text_anchor="end"),
        ]
    for index in range(5):
        moment = end * index / 4
        x, _ = at((moment, low))
        label = f"{moment:.0f}" if end >= 20 else f"{moment:.2f}" if end < 2 else f"{moment:.1f}"
        marks.append(text(x, _HIGH - _BOTTOM + 18, label, fill=MUTED, font_size=11, text_anchor="middle"))
    middle = (_LEFT + _WIDE - _RIGHT) / 2
    marks.append(element("path", d=f"M{_LEFT:.1f} {_HIGH - _BOTTOM:.1f}H{_WIDE - _RIGHT:.1f}", stroke=MUTED))
    return [*marks, text(middle, _HIGH - 9, seconds, fill=MUTED, font_size=11, text_anchor="middle")]


def _legend(words: dict[str, str], shown: list[Progress]) -> list[str]:
    marks, x = [], _LEFT
    for name, colour, dashes in ((words["objective"], _OBJECTIVE, ""), (words["bound"], _BOUND, "6 3")):
        more: dict[str, str | float] = {"stroke_dasharray": dashes} if dashes else {}
        marks += [element("path", d=f"M{x:.1f} 47H{x + 22:.1f}", stroke=colour, stroke_width=2.2, **more), text(x + 28, 51, name)]
        x += 28 + width(name, 12) + 22
    gap = next((each.gap for each in reversed(shown) if each.gap is not None), None)
    if gap is not None:
        marks.append(text(_WIDE - _RIGHT, 51, words["gap"].format(gap=f"{100 * gap:.1f} %"), fill=INK, font_weight="600", text_anchor="end"))
    return marks
