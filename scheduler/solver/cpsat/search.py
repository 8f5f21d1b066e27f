"""Solving the exact model tier by tier, from a plan in hand, until proved, stopped or out of time."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from math import ceil, isfinite

from ortools.sat.python import cp_model

from scheduler.errors import ModelInvalid
from scheduler.solver.amounts import plan_tiers, tiers_of
from scheduler.solver.budget import Budget
from scheduler.solver.cpsat.hint import give_hint
from scheduler.solver.cpsat.model import ExactModel, build_model, read_plan
from scheduler.solver.domains import RequestDomain
from scheduler.ticks.instance import Instance, Plan

log = logging.getLogger(__name__)

POLL_SECONDS = 0.1
"""How often a running search asks whether to stop."""

HINT_SECONDS = 2.0
"""Whether a plan keeps the rules of a model is soon found out: each variable is hinted at."""

LARGEST = 2**58
"""CP-SAT computes in 64 bits and refuses objectives that could overflow; stay well below."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best plan, a proved bound per tier (None: nothing proved), whether all is proved, and what was spent of the repeatable clock."""

    plan: Plan
    bounds: tuple[int | None, ...]
    is_proved: bool
    deterministic_seconds: float


Report = Callable[[Plan, int, int], None]
"""Called with (plan, tier position, lower bound of that tier) at every plan found and at the end of every tier."""


class _Watch(cp_model.CpSolverSolutionCallback):
    """Turns every solution into a plan and reports it."""

    def __init__(self, exact: ExactModel, report: Callable[[Plan, int], None]) -> None:
        super().__init__()
        self._exact = exact
        self._report = report

    def on_solution_callback(self) -> None:
        self._report(read_plan(self._exact, self.value), _whole(self.best_objective_bound))


def search(
    instance: Instance,
    domains: Sequence[RequestDomain],
    plan: Plan,
    budget: Budget,
    report: Report | None = None,
    *,
    has_hint: bool = True,
    linearization: int | None = None,
) -> Found | None:
    """The best plan over `domains` from the incumbent `plan`, which they must admit; None if costs are too large for the solver.

    Tiers are solved one after the other; each is then held at its value found, so that no later one harms it. `has_hint` False: the solver is not
    told of the plan, and comes to others; what it finds counts only if it is no worse. `linearization` is the solver's level (None: its own).
    Raises: ModelInvalid.
    """
    exact = build_model(instance, domains)
    tiers = tiers_of(instance)
    sums = [exact.objective.tier(number) for number in tiers]
    if any(each.magnitude() > LARGEST for each in sums):
        return None
    bounds: list[int | None] = [None] * len(tiers)
    begun, spent = plan, 0.0
    for position, total in enumerate(sums):
        left = budget.less(spent)
        if left.is_over():
            return Found(plan, tuple(bounds), False, spent)
        if has_hint or plan is not begun:
            give_hint(exact.model, exact.variables, plan)
        exact.model.clear_objective()  # type: ignore[no-untyped-call]
        exact.model.minimize(total.expression())
        # An earlier tier must leave time for the later ones.
        solver = _solver(left, 1.0 if position == len(tiers) - 1 else 0.6)
        if exact.variables.is_sequenced:
            # Circuits and runs make a large and weak linear relaxation: without it a single worker proves ten jobs five times as fast.
            solver.parameters.linearization_level = 0
        elif linearization is not None:
            solver.parameters.linearization_level = linearization
        watch = _Watch(exact, partial(_pass_on, report, position))
        status = _solve(solver, exact.model, watch, budget)
        if status == cp_model.MODEL_INVALID:
            raise ModelInvalid(f"the solver refused the model: {exact.model.validate()}")
        if status == cp_model.INFEASIBLE:
            give_hint(exact.model, exact.variables, plan)
            if _refuses_hint(exact.model, left):
                raise ModelInvalid("the model has no solution, although the plan in hand is one")
            # OR-Tools 9.15 refuses some models while it simplifies them: github.com/google/or-tools/issues/5274.
            log.info("the solver took a model that has solutions for one without; the plan in hand stays")
            return Found(plan, tuple(bounds), False, spent + solver.deterministic_time)
        found = read_plan(exact, solver.value) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None
        # Judged by the plan itself: the solver's own value may hold slack that no term has pressed out.
        if found is not None and plan_tiers(instance, found) <= plan_tiers(instance, plan):
            plan = found
        value = plan_tiers(instance, plan)[position]
        bound = value if status == cp_model.OPTIMAL else min(value, _whole(solver.best_objective_bound))
        bounds[position] = bound
        if report is not None:
            report(plan, position, bound)
        exact.model.add(total.expression() <= value)
        spent += solver.deterministic_time
    is_proved = all(bound == value for bound, value in zip(bounds, plan_tiers(instance, plan), strict=True))
    return Found(plan, tuple(bounds), is_proved, spent)


def _pass_on(report: Report | None, position: int, plan: Plan, bound: int) -> None:
    if report is not None:
        report(plan, position, bound)


def _whole(bound: float) -> int:
    # Costs are whole and not negative, so a bound above a whole number proves the next one; the margin is for the float.
    return max(0, ceil(bound - 1e-6)) if isfinite(bound) else 0


def _solver(budget: Budget, share: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = budget.workers
    parameters.random_seed = budget.seed
    # It would take Ctrl-C for itself and end this one search, and the next would begin.
    parameters.catch_sigint_signal = False
    parameters.max_time_in_seconds = budget.left * share
    if budget.deterministic_seconds is not None:
        parameters.max_deterministic_time = budget.deterministic_seconds * share
        # Several workers give the same plan again only if they take turns.
        parameters.interleave_search = budget.workers > 1
    return solver


def _refuses_hint(model: cp_model.CpModel, budget: Budget) -> bool:
    """Whether what the model hints at breaks a rule of it, with nothing simplified."""
    solver = _solver(replace(budget, workers=1), 1.0)
    solver.parameters.max_time_in_seconds = min(solver.parameters.max_time_in_seconds, HINT_SECONDS)
    solver.parameters.cp_model_presolve = False
    solver.parameters.fix_variables_to_their_hinted_value = True
    return solver.solve(model) == cp_model.INFEASIBLE


def _solve(solver: cp_model.CpSolver, model: cp_model.CpModel, watch: _Watch, budget: Budget) -> cp_model.CpSolverStatus:
    """The status of the search, which stops as soon as the budget says so.

    It runs beside the calling thread: signals are heard in the main thread, and only while that runs Python.
    """
    try:
        return _run(solver, model, watch, budget)
    except IndexError as error:
        # OR-Tools 9.15 stumbles over the hint of some models while it simplifies them: github.com/google/or-tools/issues/5288.
        log.info("the solver stumbled over a plan to begin with (%s); it begins without one", error)
        model.clear_hints()  # type: ignore[no-untyped-call]
        solver.parameters.max_time_in_seconds = min(solver.parameters.max_time_in_seconds, budget.left)
        return _run(solver, model, watch, budget)


def _run(solver: cp_model.CpSolver, model: cp_model.CpModel, watch: _Watch, budget: Budget) -> cp_model.CpSolverStatus:
    with ThreadPoolExecutor(1, "cp-sat") as pool:
        search = pool.submit(solver.solve, model, watch)
        try:
            while not wait([search], POLL_SECONDS).done:
                # Asked again and again: a stop before the search has begun would go unheard.
                if budget.should_stop is not None and budget.should_stop():
                    solver.stop_search()
        except BaseException:
            while not wait([search], POLL_SECONDS).done:
                solver.stop_search()
            raise
        return search.result()
