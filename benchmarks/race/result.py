"""A heat judged: a row of the CSV file."""

import csv
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import processor, versions
from benchmarks.race.entrants import OURS
from benchmarks.race.heat import Heat, schedule_in
from benchmarks.record import append_row
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import tier_costs
from scheduler.planning.summary import count
from scheduler.verify.verifier import Verifier

FOLDER = Path(__file__).parent / "results"
ROWS = FOLDER / "race.csv"

OK = "ok"


@dataclass(frozen=True, slots=True)
class Row:
    """One heat. `verdict`: ok, or why it does not count. `objective` is our verifier's; empty text means there is none.

    `bound` is what the entrant itself proves; only ours is used, as nobody has checked the others'.
    `first_plan_s` and `solve_s` count from when the entrant has read the problem, as the limit does; `wall_s`, `cpu_s` and `peak_mb` are of its whole
    process and all below it.
    """

    day: str
    requests: int
    seed: int
    entrant: str
    time_limit_s: float
    workers: int
    verdict: str
    objective: int | str
    bound: int | str
    first_plan_s: float | str
    served: int | str
    tardy: int | str
    solve_s: float | str
    wall_s: float
    cpu_s: float
    peak_mb: int
    machine: str
    versions: str


NAMES = [each.name for each in fields(Row)]


def judge(problem: Problem, seed: int, name: str, limits: Limits, heat: Heat) -> Row:
    """The row of a heat: the plan counts only if our verifier finds no rule broken."""
    report = heat.report or {}
    schedule = schedule_in(report) if report else None
    objective: int | str = ""
    served: int | str = ""
    tardy: int | str = ""
    if not heat.is_installed:
        verdict = f"not run: {heat.error}"
    elif heat.report is None:
        verdict = f"failed: {heat.error}"
    elif schedule is None:
        verdict = "no plan"
    else:
        verifier = Verifier()
        violations = verifier.violations(problem, schedule)
        verdict = OK if not violations else f"{len(violations)} violations: {violations[0]}"
        if not violations:
            objective = tier_costs(verifier.score(problem, schedule))[0]
            counts = count(problem, schedule)
            served, tardy = counts.served, counts.tardy
    bound, first = report.get("bound"), report.get("first_plan_s")
    return Row(
        day=datetime.now(UTC).date().isoformat(),
        requests=len(problem.requests),
        seed=seed,
        entrant=name,
        time_limit_s=limits.time_limit_seconds,
        workers=limits.workers,
        verdict=verdict,
        objective=objective,
        bound="" if bound is None else bound,
        first_plan_s="" if first is None else first,
        served=served,
        tardy=tardy,
        solve_s=report.get("solve_s", ""),
        wall_s=heat.wall_s,
        cpu_s=heat.cpu_s,
        peak_mb=heat.peak_mb,
        machine=processor(),
        versions=versions() if name == OURS else str(report.get("versions", "")),
    )


def append(row: Row, path: Path) -> None:
    """`row` is the last one of the file, which gets a heading if it is new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    append_row(asdict(row), path)


def read(path: Path) -> list[dict[str, str]]:
    """All rows as text, in order."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
