"""`python -m benchmarks`: generate instances, measure, write tables and examples; solve public benchmarks."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter

from benchmarks.examples import write_examples
from benchmarks.generator import generate
from benchmarks.generator.sizes import SIZES
from benchmarks.measure import METHODS, measure
from benchmarks.offers import measure_offers
from benchmarks.picture import write_picture
from benchmarks.public.run import BENCHMARKS, run
from benchmarks.public.table import public_table
from benchmarks.race.command import add_commands, run_command
from benchmarks.record import NAMES, append, check_heading, write_table
from benchmarks.rolling import WEEKLY, measure_rolling
from benchmarks.told import told, whole_numbers
from scheduler.cli.files import check_writable, limits
from scheduler.config import collect_garbage_rarely
from scheduler.errors import InputError
from scheduler.model.codec import dump
from scheduler.model.limits import Limits


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command that `arguments` (default: the command line) name; the exit status."""
    collect_garbage_rarely()  # as the command line does
    given = _parser().parse_args(arguments)
    return told(lambda: _command(given))


def _command(given: argparse.Namespace) -> int:
    match given.command:
        case "generate":
            begun = perf_counter()
            Path(given.output).write_bytes(dump(generate(given.size, given.seed)) + b"\n")
            print(f"{given.output} written, seconds: {perf_counter() - begun:.3f}")
        case "solve" | "baseline":
            method = "cpsat-empty" if given.command == "baseline" else given.method
            _measure(method, given.size, given.seed, _limits(given), given.progress, is_kept=given.record)
        case "offers":
            print(measure_offers(given.size, given.seed, given.queries))
        case "rolling":
            print(measure_rolling(given.size, given.seed, given.published, given.weekly, given.weeks, _limits(given), given.most_moves))
        case "table":
            return _table(given)
        case "examples":
            write_examples(Path(given.folder))
        case "picture":
            write_picture(given.files, given.output, given.title, is_time_log=given.log_time)
        case "race":
            return run_command(given)
        case "run":
            return run(given.benchmark, given.folder, given.solutions, _limits(given), table=given.csv, only=given.only, jobs=given.jobs)
        case "public-table":
            print(public_table(given.tables, given.reference))
    return 0


def _limits(given: argparse.Namespace) -> Limits:
    return limits(time_limit_seconds=given.time_limit, seed=given.seed, workers=given.workers)


def _measure(method: str, size: str, seed: int, spend: Limits, progress: Path | None, *, is_kept: bool) -> None:
    if is_kept:
        check_heading(NAMES)
    check_writable(progress)
    row = measure(method, size, seed, spend, progress)
    for name, value in asdict(row).items():
        print(f"{name:>14}  {value:,}" if isinstance(value, int) and name != "seed" else f"{name:>14}  {value}")
    if is_kept:
        append(row)


def _table(given: argparse.Namespace) -> int:
    sizes = given.sizes.split(",") if given.sizes else []
    unknown = [each for each in sizes if each not in SIZES]
    if unknown:
        raise InputError(f"no size is called {unknown[0]!r}; there are {', '.join(SIZES)}", "--sizes")
    for size in sizes:
        for seed in whole_numbers(given.seeds, "--seeds"):
            if failed := _in_own_process(given.method, size, seed, given.time_limit, given.workers):
                return failed
    write_table()
    return 0


def _in_own_process(method: str, size: str, seed: int, time_limit: float, workers: int) -> int:
    """Peak memory is per process, so every row gets one; its exit status."""
    options = ["--method", method, "--seed", str(seed), "--time-limit", str(time_limit), "--workers", str(workers), "--record"]
    return subprocess.run([sys.executable, "-m", "benchmarks", "solve", size, *options], check=False).returncode


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    command = commands.add_parser("generate", help="write an instance as a problem file")
    _add_instance(command)
    command.add_argument("-o", "--output", required=True, help="where to write it")

    command = commands.add_parser("solve", help="measure one run, phase by phase")
    _add_instance(command)
    _add_limits(command)
    command.add_argument("--method", choices=METHODS, default="solve")
    command.add_argument("--record", action="store_true", help="append the row to benchmarks/results.csv")
    command.add_argument("--progress", type=Path, help="where the course of the run goes, for `picture`")

    command = commands.add_parser("baseline", help="measure the exact model in CP-SAT from an empty hint")
    _add_instance(command, default="institute")
    _add_limits(command)
    command.add_argument("--record", action="store_true", help="append the row to benchmarks/results.csv")
    command.add_argument("--progress", type=Path, help="where the course of the run goes, for `picture`")

    command = commands.add_parser("offers", help="how fast five offers are on a booked lab")
    _add_instance(command, default="year")
    command.add_argument("--queries", type=int, default=2_000)

    command = commands.add_parser("rolling", help="a week's new requests beside a published half-year, week by week")
    _add_instance(command, default="half")
    command.add_argument("--published", type=int, default=26 * WEEKLY, help="requests planned and published first")
    command.add_argument("--weekly", type=int, default=WEEKLY, help="new requests of each week")
    command.add_argument("--weeks", type=int, default=5)
    command.add_argument("--most-moves", type=lambda said: None if said == "any" else int(said), default=0, help="confirmed bookings that may move, or 'any'")
    _add_limits(command, seconds=8.0)

    command = commands.add_parser("table", help="measure sizes and seeds, each in a process of its own, and write benchmarks/RESULTS.md")
    command.add_argument("--sizes", default="", help="comma between; none: only write the table anew")
    command.add_argument("--seeds", default="1,2,3", help="comma between")
    command.add_argument("--method", choices=METHODS, default="solve")
    _add_limits(command)

    command = commands.add_parser("examples", help="write the examples anew")
    command.add_argument("folder", nargs="?", default="examples")

    command = commands.add_parser("run", help="solve a folder of public instances; goes on where it was interrupted")
    command.add_argument("benchmark", choices=list(BENCHMARKS))
    command.add_argument("folder", type=Path, help="its instances, at any depth")
    command.add_argument("--solutions", type=Path, required=True, help="folder for a JSON file per instance; what is there already is skipped")
    command.add_argument("--csv", type=Path, help="file for a row per instance")
    command.add_argument("--only", default="*", help="pattern for names or paths of instances, such as '*-n10-*'")
    command.add_argument("--jobs", type=int, default=1, help="instances at once, each with all the workers")
    command.add_argument("--seed", type=int, default=1)
    _add_limits(command)

    command = commands.add_parser("public-table", help="what `run` found beside what is published, as Markdown")
    command.add_argument("tables", type=Path, nargs="+", metavar="CSV")
    command.add_argument("--reference", type=Path, help="folder with published.csv and lower_bounds.csv at any depth")

    command = commands.add_parser("picture", help="objective and bound over time of some runs, as an SVG file")
    command.add_argument("files", type=Path, nargs="+", metavar="JSON", help="what `slotwright solve --json` printed, or reports of `race run --keep`")
    command.add_argument("-o", "--output", type=Path, required=True)
    command.add_argument("--title", default="Objective and proved bound over time")
    command.add_argument("--log-time", action="store_true", help="seconds on a logarithmic axis")

    add_commands(commands.add_parser("race", help="our solver and what a user would pick instead, on the same problems and cores"))
    return parser


def _add_instance(command: argparse.ArgumentParser, default: str | None = None) -> None:
    if default is None:
        command.add_argument("size", choices=list(SIZES))
    else:
        command.add_argument("size", choices=list(SIZES), nargs="?", default=default)
    command.add_argument("--seed", type=int, default=1)


def _add_limits(command: argparse.ArgumentParser, seconds: float = 60.0) -> None:
    command.add_argument("--time-limit", type=float, default=seconds, help="seconds of the solver")
    command.add_argument("--workers", type=int, default=2)


if __name__ == "__main__":
    sys.exit(main())
