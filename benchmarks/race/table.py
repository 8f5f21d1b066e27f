"""The rows of races as tables: per size and limit, what each entrant reached beside ours."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.race.entrants import ENTRANTS, OURS
from benchmarks.race.result import OK

Row = Mapping[str, str]

HEADING = (
    "entrant",
    "counts",
    "objective (median)",
    "ratio to ours",
    "worst",
    "above bound",
    "ratio to ours",
    "worst",
    "first plan s",
    "served",
    "solve s",
    "wall s",
    "CPU s",
    "peak MB",
)

HEAD = """# The race

Written by `python -m benchmarks race table` from `race.csv`; how it is run and what each entrant is told: `benchmarks/README.md`.
Medians over seeds; a ratio above 1 means that ours is better, and is taken seed by seed; *worst* is the one least in our favour.
*Above bound* is the cost above the bound that our own run proved on that instance. *Counts*: plans that our verifier passed, of all runs.
*First plan* and *solve* are from when the entrant has read the problem, as the limit is; wall, CPU and memory are of the whole process with its children.
"""


def as_markdown(rows: Sequence[Row]) -> str:
    """A section for every size, time limit, number of workers and machine; the last row of an entrant on an instance counts."""
    sections: dict[tuple[int, float, str, str], dict[tuple[str, str], Row]] = defaultdict(dict)
    for row in rows:
        key = (int(row["requests"]), float(row["time_limit_s"]), row["workers"], row["machine"])
        sections[key][row["entrant"], row["seed"]] = row
    return HEAD + "".join(_section(key, list(sections[key].values())) for key in sorted(sections))


def _section(key: tuple[int, float, str, str], rows: Sequence[Row]) -> str:
    requests, seconds, workers, machine = key
    ours = {row["seed"]: row for row in rows if row["entrant"] == OURS}
    names = [each for each in ENTRANTS if any(row["entrant"] == each for row in rows)]
    lines = [_line(name, [row for row in rows if row["entrant"] == name], ours) for name in names]
    told = [f"| {' | '.join(each)} |\n" for each in (HEADING, *lines)]
    seeds = ", ".join(sorted({row["seed"] for row in rows}, key=int))
    title = f"\n## {requests:,} requests, {seconds:g} s, {workers} workers\n\n{machine}; seeds {seeds}\n\n"
    return title + told[0] + "|" + "---|" * len(HEADING) + "\n" + "".join(told[1:]) + _notes(rows)


def _line(name: str, rows: Sequence[Row], ours: Mapping[str, Row]) -> list[str]:
    valid = [row for row in rows if row["verdict"] == OK]
    beside = [(row, ours[row["seed"]]) for row in valid if ours.get(row["seed"], {}).get("verdict") == OK]
    ratios = [_ratio(float(row["objective"]), float(best["objective"])) for row, best in beside]
    above = [(float(row["objective"]) - float(best["bound"]), float(best["objective"]) - float(best["bound"])) for row, best in beside if best["bound"]]
    above_ratios = [_ratio(theirs, own) for theirs, own in above]
    return [
        name,
        f"{len(valid)} of {len(rows)}",
        _median([float(row["objective"]) for row in valid], ",.0f"),
        _median(ratios, ".3f"),
        _least(ratios),
        _median([theirs for theirs, _ in above], ",.0f"),
        _median(above_ratios, ".3f"),
        _least(above_ratios),
        *(
            _median([float(row[column]) for row in rows if row[column]], form)
            for column, form in (("first_plan_s", ".2f"), ("served", ",.0f"), ("solve_s", ".1f"))
        ),
        *(_median([float(row[column]) for row in rows if row[column]], form) for column, form in (("wall_s", ".1f"), ("cpu_s", ".1f"), ("peak_mb", ",.0f"))),
    ]


def _ratio(theirs: float, own: float) -> float:
    """How many times as much; both at nothing is even, only ours at nothing is without end."""
    if own > 0:
        return theirs / own
    return 1.0 if theirs <= 0 else float("inf")


def _median(values: Sequence[float], form: str) -> str:
    return format(median(values), form) if values else "-"


def _least(ratios: Sequence[float]) -> str:
    return format(min(ratios), ".3f") if ratios else "-"


def _notes(rows: Sequence[Row]) -> str:
    told = [f"- {row['entrant']}, seed {row['seed']}: {row['verdict']}\n" for row in rows if row["verdict"] != OK]
    return "\n" + "".join(told) if told else ""
