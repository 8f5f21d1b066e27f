"""What CP-SAT does by itself: the same exact model, an empty hint, all workers."""

from ortools.sat.python import cp_model

from scheduler.errors import ModelInvalid
from scheduler.model.codec import digest
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import Outcome, Result, TierValue
from scheduler.solver.amounts import plan_tiers, tiers_of
from scheduler.solver.cpsat.model import build_model, read_plan
from scheduler.solver.domains import Explorer
from scheduler.ticks.extract import extract_schedule
from scheduler.ticks.instance import Instance


def solve_from_nothing(problem: Problem, instance: Instance, limits: Limits) -> Result:
    """The best plan of the first tier that CP-SAT finds within the time limit without any plan to start from.

    The time limit is CP-SAT's own: building the model comes on top, in its favour.
    Raises: ModelInvalid.
    """
    explorer = Explorer(instance)
    exact = build_model(instance, [explorer.explore(each) for each in instance.requests])
    tier = tiers_of(instance)[0]
    exact.model.minimize(exact.objective.tier(tier).expression())
    solver = cp_model.CpSolver()
    solver.parameters.catch_sigint_signal = False  # or Ctrl-C is lost to Python for good
    solver.parameters.num_workers = limits.workers
    solver.parameters.random_seed = limits.seed
    solver.parameters.max_time_in_seconds = limits.time_limit_seconds
    status = solver.solve(exact.model)
    if status == cp_model.MODEL_INVALID:
        raise ModelInvalid(f"CP-SAT refused the model: {exact.model.validate()}")
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Result(outcome="unknown", seed=limits.seed, workers=limits.workers)
    plan = read_plan(exact, solver.value)
    objective = plan_tiers(instance, plan)[0]
    value = TierValue(tier=tier, objective=objective, bound=min(objective, max(0, round(solver.best_objective_bound))))
    schedule = extract_schedule(problem, instance, plan, {}, digest=digest(problem))
    outcome: Outcome = "optimal" if status == cp_model.OPTIMAL else "feasible"
    return Result(outcome=outcome, schedule=schedule, tiers=(value,), seed=limits.seed, workers=limits.workers)
