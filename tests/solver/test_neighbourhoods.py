"""Each kind of neighbourhood names different requests of the plan; runs are taken whole where they must be."""

from random import Random
from time import monotonic

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.amounts import amounts_of, scalar_of
from scheduler.solver.bound import ideal_of
from scheduler.solver.budget import Budget
from scheduler.solver.construct import construct
from scheduler.solver.domains import Explorer
from scheduler.solver.neighbourhoods import LEFT_OUT, Landscape, kinds_for, with_whole_runs
from scheduler.solver.polish import polish
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule
from scheduler.ticks.instance import Instance, Plan
from scheduler.verify.rules import check_schedule
from tests.properties.random_traits import random_traits


def landscape(whole: Instance, plan: Plan) -> Landscape:
    cost = [scalar_of(whole, amounts_of(whole, request, plan.get(position))) for position, request in enumerate(whole.requests)]
    return Landscape(whole, ideal_of(whole, Explorer(whole)), plan, cost)


@pytest.mark.parametrize("seed", range(4))
def test_every_kind_names_requests_once(seed: int) -> None:
    whole = compile_problem(random_traits(seed, 10))
    land = landscape(whole, construct(whole))
    offered = 0
    for name, kind in kinds_for(whole).items():
        members = kind(land, Random(seed), 5)
        assert len(set(members)) == len(members), name
        assert set(members) <= set(range(len(whole.requests))), name
        offered += len(members) > 1
    assert offered > 0


def test_who_is_left_out_is_taken_with_those_in_the_way() -> None:
    whole = compile_problem(random_traits(1, 10))
    plan = construct(whole)
    missing = next(each for each, placement in plan.items() if placement)
    kind = kinds_for(whole)[LEFT_OUT]
    land = landscape(whole, {each: placement for each, placement in plan.items() if each != missing})
    seeds = {kind(land, Random(number), 6)[0] for number in range(20)}
    assert missing in seeds
    assert seeds.isdisjoint(land.plan)
    everything = landscape(whole, plan)
    if len(plan) == sum(domain.can_serve for domain in everything.ideal.domains):
        assert kind(everything, Random(1), 6) == ()


@pytest.mark.parametrize("seed", range(12))
def test_no_run_is_left_longer_than_anybody_in_it_needs(seed: int) -> None:
    whole = compile_problem(random_traits(seed, 14))
    land = landscape(whole, construct(whole))
    for (resource, start, end), inside in land.runs.items():
        for member in inside:
            taken = with_whole_runs(land, [member])
            left = [each for each in inside if each not in taken]
            openers = [
                each
                for each in left
                for booking in land.plan[each]
                if booking.start == start
                and any(resource in served for served in booking.resources)
                and whole.requests[each].tasks[booking.task].modes[booking.mode].opens_run
            ]
            assert not left or openers, (resource, start, end)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("seed", range(2))
def test_polish_keeps_every_rule_never_loses_and_can_be_repeated(seed: int, workers: int) -> None:
    problem = random_traits(seed, 9)
    whole = compile_problem(problem)
    start = construct(whole)
    ideal = ideal_of(whole, Explorer(whole))
    budget = Budget(monotonic() + 60, 0.1, seed, workers)
    found = polish(whole, ideal, start, budget).plan
    assert plan_cost(whole, found) <= plan_cost(whole, start)
    assert check_schedule(problem, extract_schedule(problem, whole, found, {})) == ()
    assert polish(whole, ideal, start, budget).plan == found
