"""A plan is a hint of every variable, and a feasible one."""

from random import Random

import pytest
from ortools.sat.python import cp_model

from scheduler.placement.cost import plan_cost
from scheduler.solver.bound import ideal_of, narrow
from scheduler.solver.cpsat.hint import give_hint, hint_values
from scheduler.solver.cpsat.model import build_model, read_plan
from scheduler.solver.domains import Explorer
from scheduler.ticks.instance import Instance, Plan
from tests.placement.random_cases import random_case
from tests.solver.tiny import frozen_plan, random_lab, searched


def check(whole: Instance, plan: Plan, *, narrowed: bool) -> None:
    explorer = Explorer(whole)
    ideal = ideal_of(whole, explorer)
    spare = plan_cost(whole, plan) - ideal.scalar
    domains = list(ideal.domains)
    if narrowed:
        domains = [
            narrow(whole, each, domain, scalar + spare, explorer) for each, domain, scalar in zip(whole.requests, ideal.domains, ideal.scalars, strict=True)
        ]
    exact = build_model(whole, domains)
    sums = [exact.objective.tier(1).expression()]
    exact.model.minimize(sums[0])
    give_hint(exact.model, exact.variables, plan)
    assert len(hint_values(exact.variables, plan)) == len(exact.model.proto.variables)
    solver = cp_model.CpSolver()
    solver.parameters.catch_sigint_signal = False  # or Ctrl-C is lost to Python for good
    solver.parameters.fix_variables_to_their_hinted_value = True
    solver.parameters.num_workers = 1
    assert solver.status_name(solver.solve(exact.model)) == "OPTIMAL"
    assert read_plan(exact, solver.value) == plan
    assert round(solver.objective_value) == plan_cost(whole, plan)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("narrowed", [False, True])
def test_hint_fixes_every_variable_to_the_plan(seed: int, narrowed: bool) -> None:
    for whole in (random_lab(Random(seed)), random_case(Random(seed))):
        check(whole, frozen_plan(whole), narrowed=narrowed)
        check(whole, searched(whole).plan, narrowed=narrowed)
