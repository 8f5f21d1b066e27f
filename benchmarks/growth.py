"""How cost grows with size: from a problem file to a first verified plan, phase by phase, and five offers on the booked lab.

`python -m benchmarks.growth FOLDER [--sizes institute,month,...] [--seed N]` writes the problems that are not in FOLDER yet, measures
each size in a process of its own, and prints a Markdown table with log-log slopes. One rule constructs, as it does at the size of a year.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from math import log
from pathlib import Path
from random import Random
from time import perf_counter, process_time, thread_time

from benchmarks.generator import generate
from benchmarks.generator.sizes import SIZES
from benchmarks.machine import peak_megabytes, processor, versions
from benchmarks.offers import OFFERS, quantile
from scheduler.config import collect_garbage_rarely
from scheduler.model.codec import dump, parse
from scheduler.model.problem import Problem
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.offers import best_offers
from scheduler.solver.construct import construct
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule
from scheduler.verify.rules import check_schedule

PHASES = ("parse", "compile", "construct", "extract", "verify")
COLUMNS = (*PHASES, "first plan", "first plan, wall", "MB", "offers p50 ms", "offers p99 ms")
QUERIES = 1_000

Row = dict[str, float]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures the sizes that `arguments` (default: the command line) name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the problem files are, or are written: SIZE + SEED + .json")
    parser.add_argument("--sizes", default="institute,month,backlog,year", help="comma between; year10 takes minutes and gigabytes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one", action="store_true", help="measure the only size in this process and print JSON")
    given = parser.parse_args(arguments)
    sizes = given.sizes.split(",")
    unknown = [each for each in sizes if each not in SIZES]
    if unknown:
        parser.error(f"no size is called {unknown[0]!r}; there are {', '.join(SIZES)}")
    if given.folder.exists() and not given.folder.is_dir():
        parser.error(f"{given.folder} is no folder; name one, or one that can be made")
    if given.one:
        print(json.dumps(measure_file(given.folder / f"{sizes[0]}{given.seed}.json")))
        return
    given.folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, Row] = {}
    for size in sizes:
        path = given.folder / f"{size}{given.seed}.json"
        if not path.exists():
            path.write_bytes(dump(generate(size, given.seed)) + b"\n")
        options = [str(given.folder), "--sizes", size, "--seed", str(given.seed), "--one"]
        done = subprocess.run([sys.executable, "-m", "benchmarks.growth", *options], check=True, capture_output=True, text=True)
        rows[size] = json.loads(done.stdout)
    print(f"CPU seconds unless said otherwise; seed {given.seed}; {processor()}; {versions()}\n\n{table(rows)}")


def measure_file(path: Path) -> Row:
    """What it takes from the problem file at `path` to a verified schedule. Raises: RuntimeError if a rule is broken."""
    collect_garbage_rarely()  # as the command line does
    row: Row = {}
    wall, begun = perf_counter(), process_time()
    problem = parse(Problem, path.read_bytes(), max_bytes=sys.maxsize)
    begun = _note(row, "parse", begun)
    instance = compile_problem(problem)
    begun = _note(row, "compile", begun)
    plan = construct(instance, rules=["heavy_release"])
    begun = _note(row, "construct", begun)
    schedule = extract_schedule(problem, instance, plan, {})
    begun = _note(row, "extract", begun)
    broken = check_schedule(problem, schedule)
    _note(row, "verify", begun)
    row["first plan, wall"] = perf_counter() - wall
    if broken:
        raise RuntimeError(f"{path}: {len(broken)} rules are broken, {broken[0].detail}")
    row["first plan"] = sum(row[each] for each in PHASES)
    row["MB"], row["requests"] = peak_megabytes(), len(problem.requests)
    occupancy = Occupancy(instance)
    for position, placement in plan.items():
        occupancy.book_placement(instance.requests[position], placement)
    random = Random(f"offers:{path.stem}")
    times = []
    for _ in range(QUERIES):
        position = random.randrange(len(instance.requests))
        begun = thread_time()
        best_offers(instance, occupancy, position, OFFERS)
        times.append((thread_time() - begun) * 1000)
    row["offers p50 ms"], row["offers p99 ms"] = quantile(times, 0.5), quantile(times, 0.99)
    return row


def table(rows: dict[str, Row]) -> str:
    """The rows as Markdown, and under them the slopes from each size to the next: the power of the number of requests that a cost grows with."""
    lines = ["| size | requests | " + " | ".join(COLUMNS) + " |", "|" + "---|" * (len(COLUMNS) + 2)]
    lines += [f"| {size} | {row['requests']:,.0f} | " + " | ".join(_figure(row[each]) for each in COLUMNS) + " |" for size, row in rows.items()]
    for (before, small), (after, large) in pairwise(rows.items()):
        lines.append(f"| slope {before} to {after} | | " + " | ".join(f"{slope(small, large, each):.2f}" for each in COLUMNS) + " |")
    return "\n".join(lines)


def slope(small: Row, large: Row, name: str) -> float:
    """The log-log slope of one cost over the number of requests."""
    return log(large[name] / small[name]) / log(large["requests"] / small["requests"])


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def _note(row: Row, name: str, begun: float) -> float:
    now = process_time()
    row[name] = now - begun
    return now


if __name__ == "__main__":
    main()
