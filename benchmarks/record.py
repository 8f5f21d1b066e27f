"""Measurements as rows of a CSV file, and the file as a table for people."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import groupby
from pathlib import Path

from scheduler.errors import InputError

FOLDER = Path(__file__).parent
ROWS, TABLE = FOLDER / "results.csv", FOLDER / "RESULTS.md"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement; seconds are wall-clock but for `cpu_s`, empty text means not measured.

    `method`: solve (the whole ladder), construct (rung 1 alone) or cpsat-empty (the exact model without a hint).
    `first_plan_s`: from the start of the solver to its first plan. `peak_mb`: most memory of the process, parsing included.
    `tardiness`: the objective's term of that name before its weight, minutes late times each request's own weight.
    """

    day: str
    method: str
    size: str
    seed: int
    time_limit_s: float
    workers: int
    requests: int
    generate_s: float
    parse_s: float
    compile_s: float
    construct_s: float
    first_plan_s: float | str
    solve_s: float
    verify_s: float
    cpu_s: float
    peak_mb: int
    outcome: str
    objective: int | str
    bound: int | str
    gap: float | str
    regret_gap: float | str
    served: int
    unserved: int
    tardy: int
    tardiness: int | str
    machine: str
    versions: str


NAMES = [each.name for each in fields(Row)]


def append(row: Row, path: Path = ROWS) -> None:
    """`row` is the last one of the file at `path`, which gets a heading if it is new."""
    append_row(asdict(row), path)


def append_row(row: Mapping[str, object], path: Path) -> None:
    """The values, by the names in the heading that a new file gets, are the last line of the file at `path`. Raises: InputError if it has another heading."""
    check_heading(list(row), path)
    is_new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(row))
        if is_new:
            writer.writeheader()
        writer.writerow(row)


def check_heading(names: Sequence[str], path: Path = ROWS) -> None:
    """Rows of these columns can be appended to the file at `path`: asked before what takes minutes to measure. Raises: InputError."""
    if path.exists():
        with path.open(newline="", encoding="utf-8") as file:
            if next(csv.reader(file), []) != list(names):
                raise InputError("it has other columns than rows have today; move it away, or add to it what is missing", str(path))


def read(path: Path = ROWS) -> list[dict[str, str]]:
    """All rows as text, oldest first."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def as_markdown(rows: Iterable[dict[str, str]]) -> str:
    """A table for every machine with its versions, in the order of the rows."""
    shown = [name for name in NAMES if name not in ("machine", "versions")]
    parts = []
    for (machine, versions), group in groupby(rows, key=lambda row: (row["machine"], row["versions"])):
        parts.append(f"## {machine}\n\n{versions}\n\n| {' | '.join(shown)} |\n|{'---|' * len(shown)}\n")
        parts += [f"| {' | '.join(row[name] for name in shown)} |\n" for row in group]
    return "".join(parts)


HEAD = """# Measurements

Written by `python -m benchmarks table` from `results.csv`; every row is one process on one instance of the seeded generator
(`python -m benchmarks generate SIZE --seed N`). Seconds are wall-clock, but for `cpu_s`; `gap` is (objective - bound) / objective,
`regret_gap` (objective - bound) / (objective - cost of all requests each alone on the lab), measured from its introduction on.
`solve` is the whole ladder, `construct` its first rung alone, `cpsat-empty` the exact model in CP-SAT without a hint. Every plan
counted here passed the verifier.

"""


def write_table(rows: Path = ROWS, table: Path = TABLE) -> None:
    """The table file says what the CSV file says; text after the line `<!-- notes -->` is kept."""
    old = table.read_text(encoding="utf-8") if table.exists() else ""
    _, mark, notes = old.partition("<!-- notes -->")
    table.write_text(f"{HEAD}{as_markdown(read(rows))}\n<!-- notes -->{notes if mark else chr(10)}", encoding="utf-8")
