"""What a command prints: one JSON object for machines, a few lines for people."""

import json
from typing import Any

import typer

from scheduler.cli.figures import percent
from scheduler.model.codec import to_plain
from scheduler.model.problem import Problem
from scheduler.model.result import Result, Score
from scheduler.model.schedule import Reason, Schedule
from scheduler.planning.summary import count

OPTIMALITY = {
    "optimal": "proved optimal",
    "feasible": "feasible",
    "infeasible": "no plan exists",
    "unknown": "no plan found in time",
}


def print_json(plain: Any) -> None:
    """One JSON object on standard output."""
    typer.echo(json.dumps(plain, ensure_ascii=False))


def score_plain(score: Score) -> list[dict[str, Any]]:
    """The terms of a score as JSON-ready dicts."""
    return [{"name": t.name, "tier": t.tier, "weight": t.weight, "amount": t.amount, "cost": t.cost} for t in score]


def result_plain(problem: Problem, result: Result, *, was_stopped: bool = False) -> dict[str, Any]:
    """The one object of `solve --json`; `was_stopped`: somebody ended the run before its time."""
    counts = count(problem, result.schedule) if result.schedule else None
    return {
        "outcome": result.outcome,
        "stopped": was_stopped,
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "regret_gap": result.regret_gap,
        "tiers": [
            {"tier": t.tier, "objective": t.objective, "bound": t.bound, "ideal": t.ideal, "gap": t.gap, "regret_gap": t.regret_gap} for t in result.tiers
        ],
        "score": score_plain(result.score),
        "served": counts.served if counts else None,
        "unserved": counts.unserved if counts else None,
        "tardy": counts.tardy if counts else None,
        "moves": counts.moves if counts else None,
        "seconds": round(result.seconds, 3),
        "cpu_seconds": round(result.cpu_seconds, 3),
        "seed": result.seed,
        "workers": result.workers,
        "versions": result.versions,
        "digest": result.digest,
        "detail": result.detail,
        "left_out": [
            {"request": each.request, "reasons": [{"code": r.code, "task": r.task, "detail": r.detail} for r in each.reasons]}
            for each in (result.schedule.unserved if result.schedule else ())
        ],
        "progress": [to_plain(each) for each in result.progress],
    }


def print_result(problem: Problem, result: Result, *, was_stopped: bool = False) -> None:
    """A result for people: what was reached and what is left open; `was_stopped` as in `result_plain`."""
    ended = ", stopped" if was_stopped else ""
    typer.echo(f"{OPTIMALITY[result.outcome]}{ended} after {result.seconds:.1f} s ({result.cpu_seconds:.1f} CPU s, seed {result.seed})")
    if result.detail:
        typer.echo(result.detail)
    if result.schedule is None:
        return
    counts = count(problem, result.schedule)
    typer.echo(f"served {counts.served} of {counts.served + counts.unserved}, late {counts.tardy}, moved {counts.moves}")
    for each in result.tiers:
        # With a single tier nobody need know that there are tiers.
        name = f"tier {each.tier}  " if len(result.tiers) > 1 else ""
        typer.echo(f"{name}objective {each.objective:,}  bound {each.bound:,}  gap {percent(each.gap)}{_regret(each.regret_gap)}")
    print_score(result.score)
    print_left_out(result.schedule)


def _regret(regret_gap: float | None) -> str:
    return "" if regret_gap is None else f"  regret gap {percent(regret_gap)}"


def print_score(score: Score) -> None:
    """A line per term."""
    widest = max([12, *(len(term.name) for term in score)])
    for term in score:
        typer.echo(f"  {term.name:<{widest}} tier {term.tier}  {term.amount:>12,} x {term.weight:<10,} = {term.cost:,}")


def print_left_out(schedule: Schedule, most: int = 20) -> None:
    """A line per request left out, with its reasons."""
    for each in schedule.unserved[:most]:
        typer.echo(f"left out: {each.request}: {'; '.join(reason_line(r) for r in each.reasons) or 'no reason recorded'}")
    if len(schedule.unserved) > most:
        typer.echo(f"... and {len(schedule.unserved) - most} more (all are in the schedule file)")


def reason_line(reason: Reason) -> str:
    """`code: detail`."""
    return f"{reason.code}: {reason.detail}" if reason.detail else reason.code
