"""`python -m benchmarks race`: runs heats in alternation, judges them, writes rows and tables."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.race.entrants import ENTRANTS, OURS
from benchmarks.race.family import race_problem
from benchmarks.race.heat import Heat, run_heat, run_here
from benchmarks.race.result import NAMES, ROWS, Row, append, judge, read
from benchmarks.race.table import as_markdown
from benchmarks.record import check_heading
from benchmarks.told import told, whole_numbers
from scheduler.cli.files import limits
from scheduler.errors import InputError
from scheduler.model.codec import dump
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem

SIZES = "50,100,500,2000"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command that `arguments` (default: the command line) name; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks race", description=__doc__)
    add_commands(parser)
    return told(lambda: run_command(parser.parse_args(arguments)))


def add_commands(parser: argparse.ArgumentParser) -> None:
    """What `race` understands."""
    commands = parser.add_subparsers(dest="race", required=True)

    command = commands.add_parser("run", help="all entrants on all sizes and seeds, in turn, each in a process of its own")
    command.add_argument("--sizes", default=SIZES, help="numbers of requests, comma between")
    command.add_argument("--seeds", default="1,2,3", help="comma between; a seed makes the instance and is given to the entrants too")
    command.add_argument("--entrants", default=",".join(ENTRANTS), help=f"comma between, of {', '.join(ENTRANTS)}")
    command.add_argument("--csv", type=Path, default=ROWS, help="rows are appended here")
    command.add_argument("--keep", type=Path, help="folder for the reports of all heats, with their progress for `picture`")
    _add_limits(command)

    command = commands.add_parser("table", help="the rows as Markdown")
    command.add_argument("csv", type=Path, nargs="?", default=ROWS, metavar="CSV", help="written beside it, ending in .md; default: what `run` writes")

    command = commands.add_parser("generate", help="write an instance as a problem file")
    command.add_argument("requests", type=int)
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("-o", "--output", type=Path, required=True)

    command = commands.add_parser("heat", help="one entrant on a problem file, in this process; `run` calls this")
    command.add_argument("entrant", choices=list(ENTRANTS))
    command.add_argument("problem", type=Path)
    command.add_argument("-o", "--output", type=Path, required=True)
    command.add_argument("--seed", type=int, default=1)
    _add_limits(command)


def _add_limits(command: argparse.ArgumentParser) -> None:
    command.add_argument("--time-limit", type=float, default=60.0, help="seconds of each entrant, building its model included")
    command.add_argument("--workers", type=int, default=2)
    command.add_argument("--cores", type=int, default=2, help="processor cores that each may use")


def run_command(given: argparse.Namespace) -> int:
    """Runs what was parsed; the exit code. Raises: InputError, OSError."""
    match given.race:
        case "generate":
            given.output.write_bytes(dump(race_problem(given.requests, given.seed)) + b"\n")
        case "heat":
            return run_here(given.entrant, given.problem, given.output, _limits(given, given.seed), given.cores)
        case "table":
            _write_table(given.csv)
        case "run":
            return _run(given)
    return 0


def _write_table(rows: Path) -> None:
    text = as_markdown(read(rows))
    rows.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


def _limits(given: argparse.Namespace, seed: int) -> Limits:
    return limits(time_limit_seconds=given.time_limit, seed=seed, workers=given.workers)


def _run(given: argparse.Namespace) -> int:
    names = given.entrants.split(",")
    unknown = [each for each in names if each not in ENTRANTS]
    if unknown:
        raise InputError(f"no entrant is called {unknown[0]!r}; there are {', '.join(ENTRANTS)}", "--entrants")
    sizes, seeds = whole_numbers(given.sizes, "--sizes"), whole_numbers(given.seeds, "--seeds")
    check_heading(NAMES, given.csv)
    if not _warm_up(names):
        names.remove("timefold")
    rows: list[Row] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "problem.json"
        for size in sizes:
            for seed in seeds:
                problem = race_problem(size, seed)
                path.write_bytes(dump(problem))
                # A B C A B C: what else happens on the machine hits all alike.
                rows += [_heat(given, problem, path, seed, name) for name in names]
    _write_table(given.csv)
    return 1 if any(row.entrant == OURS and row.verdict != "ok" for row in rows) else 0


def _warm_up(names: Sequence[str]) -> bool:
    """Compiles what has to be compiled before anything is timed; whether that can run."""
    if "timefold" not in names:
        return True
    from benchmarks.race.entrant import NotInstalledError  # noqa: PLC0415
    from benchmarks.race.with_timefold import prepare  # noqa: PLC0415

    try:
        prepare()
    except NotInstalledError as error:
        print(f"timefold does not run: {error}", file=sys.stderr)
        return False
    return True


def _heat(given: argparse.Namespace, problem: Problem, path: Path, seed: int, name: str) -> Row:
    spend = _limits(given, seed)
    heat = run_heat(name, path, spend, given.cores)
    row = judge(problem, seed, name, spend, heat)
    append(row, given.csv)
    if given.keep is not None and heat.report is not None:
        _keep(given.keep, heat, row)
    objective = f"{row.objective:,}" if isinstance(row.objective, int) else "-"
    print(
        f"{row.requests:6} seed {seed}  {name:<15} {objective:>14}  first {row.first_plan_s or '-'} s  cpu {row.cpu_s} s  {row.peak_mb} MB  {row.verdict}",
        flush=True,
    )
    return row


def _keep(folder: Path, heat: Heat, row: Row) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    report = {**(heat.report or {}), "seed": row.seed, "entrant": row.entrant, "objective": row.objective}
    (folder / f"{row.requests}-{row.seed}-{row.entrant}.json").write_text(json.dumps(report), encoding="utf-8")
