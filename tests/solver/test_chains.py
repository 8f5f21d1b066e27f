"""Ejection chains on a standing plan: they make room where there is none, and leave all as it was where that leads nowhere."""

from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.bound import ideal_of
from scheduler.solver.chains import Chains
from scheduler.solver.construct import construct
from scheduler.solver.domains import Explorer
from scheduler.solver.ruin import Ruin
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Instance, Plan, TickBooking
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.placement.random_cases import random_case
from tests.solver.tiny import broken, least_cost


def _chains(whole: Instance, plan: Plan, seed: int = 1) -> Chains:
    return Chains(Standing(whole, plan), ideal_of(whole, Explorer(whole)).scalars, Random(seed), Ruin(whole))


def _at(start: int, resource: int) -> tuple[TickBooking, ...]:
    return (TickBooking(0, 0, start, ((resource,),)),)


def _three_steps() -> tuple[Instance, Plan]:
    """The long one waits for chamber 0, where one of four ticks stands; that one could stand on chamber 1, where one of two does, who could stand on 2."""
    chambers = [resource(name, "#" * 30) for name in "abc"]
    long = request(task(mode(8, need([0], 8), first=0, last=20)), weight=9, due=0, name="long")
    middle = request(task(mode(4, need([0, 1], 4), first=0, last=1)), weight=1, due=0, name="middle")
    short = request(task(mode(2, need([1, 2], 2), first=0, last=1)), weight=1, due=0, name="short")
    return instance(30, chambers, long, middle, short), {0: _at(4, 0), 1: _at(0, 0), 2: _at(0, 1)}


def test_who_is_pushed_away_pushes_away_who_is_smaller() -> None:
    whole, plan = _three_steps()
    chains = _chains(whole, plan)
    assert any(chains.chase(0) for _ in range(50))
    assert {position: (each[0].start, each[0].resources) for position, each in chains.standing.plan.items()} == {
        0: (0, ((0,),)),
        1: (0, ((1,),)),
        2: (0, ((2,),)),
    }
    assert chains.standing.best == chains.standing.total == least_cost(whole)


@pytest.mark.parametrize("seed", range(5))
def test_a_chain_that_leads_nowhere_leaves_all_as_it_was(seed: int) -> None:
    whole, plan = _three_steps()
    chains = _chains(whole, plan, seed)
    standing = chains.standing
    blocked = {0, 1}
    before = (standing.total, list(standing.cost), [sorted(each) for each in standing.booked], [standing.occupancy.free(r) for r in range(3)])
    assert not any(chains.chase(0, blocked) for _ in range(50)), "the third would have to move"
    assert standing.plan == plan
    assert (standing.total, standing.cost, [sorted(each) for each in standing.booked], [standing.occupancy.free(r) for r in range(3)]) == before


def test_who_costs_least_is_left_out() -> None:
    chamber = resource("c", "#" * 4)
    each = [request(task(mode(4, need([0], 4), first=0, last=0)), weight=weight, due=0, name=f"w{weight}") for weight in (2, 9)]
    whole = instance(4, [chamber], *each)
    chains = _chains(whole, {0: _at(0, 0)})
    assert chains.chase(1)
    assert set(chains.standing.plan) == {1}
    assert chains.standing.total == least_cost(whole)
    assert not chains.chase(0), "the other way round it would cost more"


@pytest.mark.parametrize("seed", range(40))
def test_every_plan_keeps_the_rules_and_costs_no_more(seed: int) -> None:
    whole = random_case(Random(seed))
    plan = construct(whole)
    chains = _chains(whole, plan, seed)
    named = {each for each in range(len(whole.requests)) if each % 3} if seed % 2 else None
    chains.run(lambda steps: steps >= 150, among=named)
    standing = chains.standing
    assert broken(whole, standing.plan) == ""
    assert standing.total == standing.best == plan_cost(whole, standing.plan) <= plan_cost(whole, plan)
    if named is not None:
        assert all(standing.plan.get(each) == plan.get(each) for each in range(len(whole.requests)) if each not in named)


def test_the_same_steps_and_seed_give_the_same_plan() -> None:
    whole = random_case(Random(7))
    runs = []
    for _ in range(2):
        chains = _chains(whole, construct(whole), 3)
        runs.append((chains.run(lambda steps: steps >= 100), chains.standing.plan))
    assert runs[0] == runs[1]


def test_it_ends_where_nobody_costs_more_than_alone() -> None:
    chamber = resource("c", "#" * 4)
    whole = instance(4, [chamber], request(task(mode(4, need([0], 4), first=0, last=0)), due=0))
    assert _chains(whole, {0: _at(0, 0)}).run(lambda _: False) == 0
