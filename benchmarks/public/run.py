"""Solving a folder of public instances, one after the other or several at once; may be interrupted and taken up again."""

import csv
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import Any

from benchmarks.public import csplib073, osp, tlsps
from benchmarks.record import check_heading, read
from benchmarks.told import INTERRUPTED
from scheduler.config import collect_garbage_rarely
from scheduler.errors import InputError
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import Result
from scheduler.planning.check import check_problem
from scheduler.solver.solve import solve
from scheduler.verify.verifier import Verifier

COLUMNS = ("instance", "status", "objective", "bound", "gap", "seconds", "cpu_seconds")


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One set: how its files end, how one is read, and how a result is told in the referee's format."""

    suffix: str
    read: Callable[[Path], Problem]
    answer: Callable[[Problem, Result, str], dict[str, Any]]


BENCHMARKS = {
    "tlsps": Benchmark(tlsps.SUFFIX, tlsps.read, tlsps.answer),
    "osp": Benchmark(osp.SUFFIX, osp.read, osp.answer),
    "csplib073": Benchmark(csplib073.SUFFIX, csplib073.read, csplib073.answer),
}


@dataclass(frozen=True, slots=True)
class Work:
    """One instance to solve, and the file for its solution."""

    benchmark: str
    instance: Path
    solution: Path
    limits: Limits


def run(name: str, folder: Path, solutions: Path, limits: Limits, *, table: Path | None = None, only: str = "*", jobs: int = 1) -> int:
    """Solves each instance below `folder` that has no solution below `solutions` yet; returns the exit status.

    `only` is a pattern for the name or the path below `folder`. The table gets a row for each
    instance that has a solution or failed now, after each; rows of other instances stay. Raises: InputError if there is no instance.
    """
    suffix = BENCHMARKS[name].suffix
    found = sorted(path for path in folder.rglob(f"*{suffix}") if path.is_file())
    paths = [path for path in found if fnmatch(path.name, only) or fnmatch(str(path.relative_to(folder)), only)]
    if not paths:
        raise InputError(f"no file {only if only != '*' else ''}*{suffix} of {name!r} is here; give the folder of its instances", str(folder))
    if table is not None:
        check_heading(COLUMNS, table)
    targets = {path: solutions / path.relative_to(folder).with_suffix(".json") for path in paths}
    rows = {path: row_of(str(path.relative_to(folder)), json.loads(target.read_bytes())) for path, target in targets.items() if target.exists()}
    todo = [Work(name, path, targets[path], limits) for path in paths if path not in rows]
    done = len(rows)
    _say(f"{len(paths)} instances, {done} of them solved before")
    _write_table(table, rows.values())
    failed, begun = 0, monotonic()
    try:
        for path, said in _solved(todo, jobs):
            rows[path] = row_of(str(path.relative_to(folder)), said)
            done, failed = done + 1, failed + ("error" in said)
            _write_table(table, rows.values())
            left = (monotonic() - begun) / (done - len(paths) + len(todo)) * (len(paths) - done)
            _say(_line(rows[path], said, done, len(paths), left))
    except KeyboardInterrupt:
        _say(f"interrupted; {done} of {len(paths)} are kept, the same command goes on from there")
        return INTERRUPTED
    return 1 if failed else 0


def _solved(todo: list[Work], jobs: int) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each instance with its solution, as they come."""
    if jobs <= 1:
        yield from map(solve_one, todo)
        return
    # A process each: memory and CPU seconds are then those of one instance.
    with get_context("spawn").Pool(jobs, initializer=_begin_process, maxtasksperchild=1) as pool:
        yield from pool.imap_unordered(solve_one, todo)


def _begin_process() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent alone, which ends its children
    collect_garbage_rarely()  # as the command line does


def solve_one(work: Work) -> tuple[Path, dict[str, Any]]:
    """The solution of one instance, written; with `error` and not written if there is none to be had."""
    benchmark = BENCHMARKS[work.benchmark]
    try:
        problem = benchmark.read(work.instance)
        check_problem(problem)
        result = solve(problem, limits=work.limits, judge=Verifier())
        said = benchmark.answer(problem, result, work.instance.read_text(encoding="utf-8"))
    except InputError as error:
        return work.instance, {"status": "unreadable", "error": str(error)}
    except Exception as error:  # noqa: BLE001 one defect must not end a night of four hundred instances; it is told, and no solution is written
        return work.instance, {"status": "failed", "error": f"{work.instance}: {type(error).__name__}: {error}"}
    said["cpu_seconds"] = round(result.cpu_seconds, 3)
    write_whole(work.solution, json.dumps(said) + "\n")
    return work.instance, said


def row_of(instance: str, said: dict[str, Any]) -> dict[str, Any]:
    """The row of a solution; empty text for what it does not say."""
    row: dict[str, Any] = {"instance": instance, **{name: said.get(name) for name in COLUMNS[1:]}}
    objective, bound = row["objective"], row["bound"]
    if objective is not None and bound is not None:
        row["gap"] = round((objective - bound) / objective, 4) if objective > bound else 0.0
    return {name: "" if value is None else value for name, value in row.items()}


def write_whole(path: Path, text: str) -> None:
    """The file at once, or not at all: whoever interrupts leaves no half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    half.write_text(text, encoding="utf-8")
    half.replace(path)


def _write_table(table: Path | None, rows: Iterable[dict[str, Any]]) -> None:
    if table is None:
        return
    kept = {**{row["instance"]: row for row in read(table)}, **{row["instance"]: row for row in rows}}
    half = table.with_name(f".{table.name}.{os.getpid()}.part")
    table.parent.mkdir(parents=True, exist_ok=True)
    with half.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(kept[name] for name in sorted(kept, key=Path))
    half.replace(table)


def _line(row: dict[str, Any], said: dict[str, Any], done: int, count: int, left: float) -> str:
    told = said.get("error") or f"{row['instance']}  {row['status']} {row['objective']} (bound {row['bound']})  {row['seconds']} s"
    return f"[{done:>{len(str(count))}}/{count}] {told}  about {left / 60:.0f} min left"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
