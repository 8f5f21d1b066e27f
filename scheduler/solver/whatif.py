"""Scenarios side by side: each planned with the same limits, each compared with the problem as it is."""

from collections.abc import Callable
from dataclasses import replace

from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import Outcome, Progress, Result
from scheduler.model.scenario import Scenarios
from scheduler.planning import apply_scenarios
from scheduler.planning.summary import count
from scheduler.solver.judge import Judge
from scheduler.solver.solve import solve

BASE = "(as it is)"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PlanFigures:
    """One plan of a comparison.

    The scenario lowers the objective by at least `saves_least` and at most `saves_most`: the
    two optima lie between bound and objective of their plans, so the true difference lies between
    `bound(as it is) - objective(scenario)` and `objective(as it is) - bound(scenario)`. None
    where the difference means nothing: for the problem as it is, or with several open tiers.
    """

    scenario: str
    name: str = ""
    outcome: Outcome
    served: int
    unserved: int
    tardy: int
    moves: int
    mean_flow_days: float
    objective: int
    bound: int
    gap: float
    regret_gap: float | None = None
    seconds: float
    saves_least: int | None = None
    saves_most: int | None = None


def compare(
    problem: Problem,
    scenarios: Scenarios,
    *,
    limits: Limits,
    judge: Judge,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[PlanFigures, ...]:
    """The plan of the problem as it is, then of each scenario, in their order.

    A scenario that is wrong is refused before anything is solved. Stopping returns the plans done so far.

    Raises: InputError for a change of something that does not exist; ScheduleRejected as `solve`.
    """
    variants = apply_scenarios(problem, scenarios)
    changed = [(BASE, "", problem), *((each.id, each.name, variant) for each, variant in zip(scenarios.scenarios, variants, strict=True))]
    rows: list[PlanFigures] = []
    elapsed = 0.0
    for name, title, variant in changed:
        if should_stop is not None and should_stop() and rows:
            break
        result = solve(variant, limits=limits, judge=judge, on_progress=_shifted(on_progress, elapsed, name), should_stop=should_stop)
        elapsed += result.seconds
        row = _figures(name, title, variant, result)
        if row is not None:
            rows.append(
                row if not rows or len(result.tiers) != 1 else replace(row, saves_least=rows[0].bound - row.objective, saves_most=rows[0].objective - row.bound)
            )
    return tuple(rows)


def _shifted(on_progress: Callable[[Progress], None] | None, seconds: float, name: str) -> Callable[[Progress], None] | None:
    if on_progress is None:
        return None
    return lambda step: on_progress(replace(step, seconds=step.seconds + seconds, phase=f"{name}: {step.phase}"))


def _figures(name: str, title: str, problem: Problem, result: Result) -> PlanFigures | None:
    if result.schedule is None or result.objective is None or result.bound is None or result.gap is None:
        return None
    counts = count(problem, result.schedule)
    return PlanFigures(
        scenario=name,
        name=title,
        outcome=result.outcome,
        served=counts.served,
        unserved=counts.unserved,
        tardy=counts.tardy,
        moves=counts.moves,
        mean_flow_days=counts.mean_flow_days,
        objective=result.objective,
        bound=result.bound,
        gap=result.gap,
        regret_gap=result.regret_gap,
        seconds=round(result.seconds, 3),
    )
