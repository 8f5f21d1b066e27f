"""A plan is a hint of every variable, and a feasible one."""

from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.bound import ideal_of, narrow
from scheduler.solver.cpsat.model import build_model, read_plan
from scheduler.solver.domains import Explorer
from scheduler.ticks.instance import Instance, Plan
from tests.placement.random_cases import random_case
from tests.solver.cpsat.hinted import held_at
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
    exact.model.minimize(exact.objective.tier(1).expression())
    solver = held_at(exact, plan)
    assert solver is not None
    assert read_plan(exact, solver.value) == plan
    assert round(solver.objective_value) == plan_cost(whole, plan)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("narrowed", [False, True])
def test_hint_fixes_every_variable_to_the_plan(seed: int, narrowed: bool) -> None:
    for whole in (random_lab(Random(seed)), random_case(Random(seed))):
        check(whole, frozen_plan(whole), narrowed=narrowed)
        check(whole, searched(whole).plan, narrowed=narrowed)
