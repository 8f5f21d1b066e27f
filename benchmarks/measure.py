"""Measuring one method on one instance, each phase by itself; a plan that breaks a rule is no result."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TypeVar

from benchmarks.baseline import solve_from_nothing
from benchmarks.machine import peak_megabytes, processor, versions
from benchmarks.record import Row
from scheduler.errors import ScheduleRejected
from scheduler.model.codec import digest, dump, parse
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import Progress, Result, TierValue, tier_costs
from scheduler.planning.summary import count
from scheduler.solver.construct import construct
from scheduler.solver.solve import solve
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule
from scheduler.ticks.instance import Instance
from scheduler.verify.verifier import Verifier

METHODS = ("solve", "construct", "cpsat-empty")
LARGEST_FILE = 2_000_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timed:
    """What a phase gave, and how long it took."""

    seconds: float
    cpu_seconds: float


def timed(work: Callable[[], T]) -> tuple[T, Timed]:
    """The value of `work`, with its wall-clock and CPU seconds."""
    wall, cpu = perf_counter(), process_time()
    value = work()
    return value, Timed(round(perf_counter() - wall, 3), round(process_time() - cpu, 3))


def generated(size: str, seed: int) -> tuple[bytes, float]:
    """The problem file of an instance and the seconds it took; made by a process of its own, so that its memory is not counted here."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "problem.json"
        command = [sys.executable, "-m", "benchmarks", "generate", size, "--seed", str(seed), "-o", str(path)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return path.read_bytes(), float(said.rsplit(":", 1)[1])


def _read(size: str, seed: int) -> tuple[Problem, float, Timed]:
    """The problem, and what making and parsing its file took; the bytes are let go here."""
    data, made = generated(size, seed)
    problem, parsed = timed(lambda: parse(Problem, data, max_bytes=LARGEST_FILE))
    return problem, made, parsed


def measure(method: str, size: str, seed: int, limits: Limits, progress: Path | None = None) -> Row:
    """One row; the course of the run goes to the file `progress`, for pictures.

    Raises: ScheduleRejected if the plan breaks a rule; KeyError for an unknown method.
    """
    problem, made, parsed = _read(size, seed)
    instance, compiled = timed(lambda: compile_problem(problem))
    constructed = Timed(0.0, 0.0)
    first: list[float] = []

    def hear(progress: Progress) -> None:
        if progress.objective is not None and not first:
            first.append(round(progress.seconds, 3))

    if method == "solve":
        # The solver compiles and constructs for itself; what these phases take alone is measured before.
        _, constructed = timed(partial(construct, instance))
        del instance
        result, solved = timed(lambda: solve(problem, limits=limits, judge=Verifier(), on_progress=hear))
    else:
        maker = {"construct": _constructed, "cpsat-empty": solve_from_nothing}[method]
        result, solved = timed(partial(maker, problem, instance, limits))
    peak = peak_megabytes()
    if progress is not None:
        progress.write_bytes(dump(replace(result, schedule=None)))
    violations, verified = timed(lambda: Verifier().violations(problem, result.schedule) if result.schedule else ())
    if violations:
        raise ScheduleRejected(f"{method} on {size}, seed {seed}: {violations[0]}")
    counts = count(problem, result.schedule) if result.schedule else None
    return Row(
        day=datetime.now(UTC).date().isoformat(),
        method=method,
        size=size,
        seed=seed,
        time_limit_s=limits.time_limit_seconds,
        workers=limits.workers,
        requests=len(problem.requests),
        generate_s=made,
        parse_s=parsed.seconds,
        compile_s=compiled.seconds,
        construct_s=constructed.seconds if method == "solve" else solved.seconds if method == "construct" else 0.0,
        first_plan_s=first[0] if first else "",
        solve_s=solved.seconds,
        verify_s=verified.seconds,
        cpu_s=solved.cpu_seconds,
        peak_mb=peak,
        outcome=result.outcome,
        objective="" if result.objective is None else result.objective,
        bound="" if result.bound is None else result.bound,
        gap="" if result.gap is None else round(result.gap, 4),
        regret_gap="" if result.regret_gap is None else round(result.regret_gap, 4),
        served=counts.served if counts else 0,
        unserved=counts.unserved if counts else len(problem.requests),
        tardy=counts.tardy if counts else 0,
        tardiness=next((term.amount for term in result.score if term.name == "tardiness"), ""),
        machine=processor(),
        versions=versions(),
    )


def _constructed(problem: Problem, instance: Instance, limits: Limits) -> Result:
    """The first rung alone, without a bound."""
    plan = construct(instance)
    schedule = extract_schedule(problem, instance, plan, {}, digest=digest(problem))
    score = Verifier().score(problem, schedule)
    objective = tier_costs(score)[0]
    return Result(outcome="feasible", schedule=schedule, score=score, tiers=(TierValue(tier=1, objective=objective, bound=0),), seed=limits.seed)
