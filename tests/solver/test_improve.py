"""Ruin and recreate on a standing plan: what it takes out, what it keeps up to date, what it never loses."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.solver.bound import ideal_of
from scheduler.solver.construct import construct
from scheduler.solver.domains import Explorer
from scheduler.solver.improve import Improver
from scheduler.solver.ruin import Ruin
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Instance, TickBooking
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.placement.random_cases import random_case
from tests.solver.tiny import broken, least_cost


def _queue(*weights: int) -> Instance:
    """Requests of two ticks, due at once, that wait for one chamber."""
    chamber = resource("c", "#" * 20)
    each = [request(task(mode(2, need([0], 2), first=0, last=18)), weight=weight, due=0, name=f"q{number}") for number, weight in enumerate(weights)]
    return instance(20, [chamber], *each)


def _free(occupancy: Occupancy) -> list[int]:
    return [occupancy.free(each) for each in range(len(occupancy.instance.resources))]


def test_who_stands_where_the_seed_could_is_in_its_way() -> None:
    whole = _queue(1, 1, 9)
    plan = construct(whole, rules=["plain_due"])
    last = max(plan, key=lambda each: plan[each][0].start)
    found = {each for seed in range(20) for each in Ruin(whole).members(Standing(whole, plan), last, Random(seed))}
    assert found == {0, 1, 2} - {last}


def test_a_run_of_another_recipe_goes_as_a_whole() -> None:
    oven = replace(resource("o", "#" * 20, capacity=4), is_batch=True)
    loads = [request(task(mode(3, replace(need([0], 3), recipe=recipe), first=0, last=17)), name=f"q{k}") for k, recipe in enumerate((0, 0, 1))]
    whole = instance(20, [oven], *loads)
    placed = {0: 0, 1: 0, 2: 3}
    standing = Standing(whole, {each: (TickBooking(0, 0, start, ((0,),)),) for each, start in placed.items()})
    found = {tuple(sorted(Ruin(whole).members(standing, 2, Random(seed)))) for seed in range(20)}
    assert (0, 1) in found, "there are units for it beside them, but not in their run"


def test_a_request_alone_has_nobody_in_its_way() -> None:
    whole = _queue(1)
    assert Ruin(whole).members(Standing(whole, construct(whole)), 0, Random(1)) == []


@pytest.mark.parametrize("seed", range(12))
def test_taking_out_and_putting_back_changes_nothing(seed: int) -> None:
    whole = random_case(Random(seed))
    plan = construct(whole)
    standing = Standing(whole, plan)
    before = (standing.total, list(standing.cost), _free(standing.occupancy), [sorted(each) for each in standing.booked])
    assert standing.total == plan_cost(whole, plan)
    out = [(position, standing.cost[position], standing.take_out(position)) for position in sorted(plan)]
    assert standing.plan == {}
    assert not any(standing.booked)
    for position, cost, placement in reversed(out):
        assert placement is not None
        standing.put(position, placement, cost)
    assert (standing.total, standing.cost, _free(standing.occupancy), [sorted(each) for each in standing.booked]) == before


def test_the_heavy_one_comes_to_the_front_and_that_is_best() -> None:
    whole = _queue(1, 1, 9)
    last = {0: construct(_queue(1))[0]}
    standing = Standing(whole, {})
    for position in (0, 1, 2):
        placed = standing.find(position, 10**12)
        assert placed is not None
        standing.put(position, placed.placement, placed.cost)
    least = ideal_of(whole, Explorer(whole)).scalars
    Improver(standing, least, Random(1)).run(lambda: 0.5, lambda made: made >= 200)
    standing.return_to_best()
    assert standing.plan[2][0].start == last[0][0].start
    assert standing.total == least_cost(whole)


@pytest.mark.parametrize("seed", range(12))
def test_only_those_named_are_touched(seed: int) -> None:
    whole = random_case(Random(seed))
    plan = construct(whole)
    named = {each for each in range(len(whole.requests)) if each % 2}
    standing = Standing(whole, plan)
    Improver(standing, ideal_of(whole, Explorer(whole)).scalars, Random(seed)).run(lambda: 0.5, lambda made: made >= 100, among=named)
    standing.return_to_best()
    assert {each: standing.plan.get(each) for each in range(len(whole.requests)) if each not in named} == {
        each: plan.get(each) for each in range(len(whole.requests)) if each not in named
    }
    assert broken(whole, standing.plan) == ""
    assert standing.total == plan_cost(whole, standing.plan) <= plan_cost(whole, plan)
