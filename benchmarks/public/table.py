"""Tables for RESULTS.md out of the rows of `run`, beside what others have published."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from benchmarks.public import csplib073, osp, tlsps
from scheduler.errors import InputError

Row = Mapping[str, str]


def public_table(tables: Iterable[Path], reference: Path | None) -> str:
    """Markdown: a section for each set that the rows are of.

    `reference` is a folder that has `published.csv` (osp) and `lower_bounds.csv` (csplib073) somewhere below. Raises: InputError.
    """
    rows: list[Row] = [row for table in tables for row in _rows(table)]
    parts = []
    for suffix, section in ((tlsps.SUFFIX, _tlsps), (osp.SUFFIX, _osp), (csplib073.SUFFIX, _csplib073)):
        chosen = [row for row in rows if row["instance"].endswith(suffix)]
        if chosen:
            parts.append(section(chosen, reference))
    return "\n".join(parts)


def _rows(table: Path) -> list[dict[str, str]]:
    try:
        with table.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", str(table)) from None
    if rows and "instance" not in rows[0]:
        raise InputError("has no column 'instance'; give a table that `run --csv` has written", str(table))
    return rows


def _reference(folder: Path | None, name: str) -> list[dict[str, str]]:
    found = sorted(folder.rglob(name)) if folder is not None else []
    if not found:
        raise InputError(f"has no {name} to compare with; name the folder of the benchmarks with --reference", str(folder or "."))
    return _rows_of_reference(found[0])


def _rows_of_reference(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _tlsps(rows: list[Row], reference: Path | None) -> str:
    lines = [[row["instance"], row["status"], row["objective"], row["bound"], row["gap"], row["seconds"]] for row in rows]
    objectives, bounds = _numbers(rows, "objective"), _numbers(rows, "bound")
    gaps = [float(row["gap"]) for row in rows if row["gap"]]
    proved = sum(row["status"] == "optimal" for row in rows)
    mean = f"{sum(gaps) / len(gaps):.4f}" if gaps else ""
    lines.append([f"sum or mean of {len(objectives)} of {len(rows)}", f"{proved} proved", str(sum(objectives)), str(sum(bounds)), mean, ""])
    return _markdown("TLSP-S", ["instance", "status", "objective", "bound", "gap", "seconds"], lines)


def _osp(rows: list[Row], reference: Path | None) -> str:
    published: dict[str, list[dict[str, str]]] = defaultdict(list)
    for each in _reference(reference, "published.csv"):
        published[each["file"]].append(each)
    groups: dict[int, list[tuple[Row, dict[str, str]]]] = defaultdict(list)
    missing = 0
    for row in rows:
        theirs = _published_of(row["instance"], published)
        if theirs is None:
            missing += 1
        else:
            groups[int(theirs["n_jobs"])].append((row, theirs))
    heading = ["jobs", "instances", "solved", "proved", "better", "equal", "worse", "mean % over best", "worst %", "not worse than LNS", "mean seconds"]
    lines = [_osp_line(jobs, groups[jobs]) for jobs in sorted(groups)]
    note = f"\n{missing} instances have no published cost, or only their folder would tell which.\n" if missing else ""
    return _markdown("Oven scheduling against the best published", heading, lines) + note


def _published_of(instance: str, published: Mapping[str, list[dict[str, str]]]) -> dict[str, str] | None:
    """The published row of an instance: by file name, and by use case, as some of them share their file names."""
    path = PurePosixPath(instance)
    found = published.get(path.name, [])
    use_case = re.search(r"use-case-(\d+)", str(path.parent))
    if use_case is not None:
        found = [each for each in found if each["use_case"] == use_case[1]]
    return found[0] if len(found) == 1 else None


def _osp_line(jobs: int, pairs: list[tuple[Row, dict[str, str]]]) -> list[str]:
    solved = [(int(row["objective"]), theirs) for row, theirs in pairs if row["objective"]]
    best = [(ours, int(theirs["published_best_integer"])) for ours, theirs in solved if theirs["published_best_integer"]]
    # LNS figures are published as shares of a normaliser.
    lns = [(ours, round(float(theirs["lns"]) * int(theirs["normaliser"]))) for ours, theirs in solved if theirs["lns"]]
    above = [100 * (ours - theirs) / theirs for ours, theirs in best if theirs]
    seconds = [float(row["seconds"]) for row, _ in pairs if row["seconds"]]
    return [
        str(jobs),
        str(len(pairs)),
        str(len(solved)),
        str(sum(row["status"] == "optimal" for row, _ in pairs)),
        str(sum(ours < theirs for ours, theirs in best)),
        str(sum(ours == theirs for ours, theirs in best)),
        str(sum(ours > theirs for ours, theirs in best)),
        *_mean_and_worst(above),
        f"{sum(ours <= theirs for ours, theirs in lns)} of {len(lns)}",
        f"{sum(seconds) / len(seconds):.1f}" if seconds else "",
    ]


def _csplib073(rows: list[Row], reference: Path | None) -> str:
    bounds = {each["instance"]: int(each["lb_best"]) for each in _reference(reference, "lower_bounds.csv")}
    groups: dict[int, list[tuple[Row, int]]] = defaultdict(list)
    for row in rows:
        name = PurePosixPath(row["instance"]).name
        size = re.match(r"t(\d+)m", name)
        if name in bounds:
            groups[int(size[1]) if size else 0].append((row, bounds[name]))
    lines = []
    for tests in sorted(groups):
        solved = [(int(row["objective"]), bound) for row, bound in groups[tests] if row["objective"]]
        seconds = [float(row["seconds"]) for row, _ in groups[tests] if row["seconds"]]
        above = [100 * (ours - bound) / bound for ours, bound in solved]
        lines.append(
            [
                str(tests),
                str(len(groups[tests])),
                str(len(solved)),
                str(sum(row["status"] == "optimal" for row, _ in groups[tests])),
                str(sum(ours == bound for ours, bound in solved)),
                *_mean_and_worst(above),
                f"{sum(seconds) / len(seconds):.1f}" if seconds else "",
            ]
        )
    heading = ["tests", "instances", "solved", "proved", "at the lower bound", "mean % over it", "worst %", "mean seconds"]
    return _markdown("CSPLib 073 against the proved lower bound", heading, lines)


def _numbers(rows: Iterable[Row], name: str) -> list[int]:
    """The values of a column where there is an objective."""
    return [int(row[name]) for row in rows if row["objective"] and row[name]]


def _mean_and_worst(shares: list[float]) -> list[str]:
    return [f"{sum(shares) / len(shares):.2f}", f"{max(shares):.2f}"] if shares else ["", ""]


def _markdown(title: str, heading: list[str], lines: list[list[str]]) -> str:
    told = [f"| {' | '.join(each)} |" for each in (heading, *lines)]
    return "\n".join([f"### {title}", "", told[0], f"|{'---|' * len(heading)}", *told[1:], ""])
