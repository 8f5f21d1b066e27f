"""Ejection chains on a standing plan: they make room where there is none, and leave all as it was where that leads nowhere."""

from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.bound import ideal_of
from scheduler.solver.chains import Chains
from scheduler.solver.domains import Explorer
from scheduler.solver.ruin import Ruin
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Instance, Plan, TickBooking
from tests.placement.builders import instance, mode, need, request, resource, task
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


def _crowded(seed: int) -> tuple[Instance, Plan]:
    """A dozen requests of unlike lengths, demands and weights for three chambers, placed in the order of their names."""
    random = Random(seed)
    chambers = [resource(name, "#" * 40, capacity=capacity) for name, capacity in (("a", 4), ("b", 3), ("c", 2))]
    each = []
    for number in range(12):
        length, demand = random.randint(1, 10), random.randint(1, 3)
        able = [r for r, chamber in enumerate(chambers) if chamber.capacity >= demand]
        candidates = sorted(random.sample(able, random.randint(1, len(able))))
        wanted = need(candidates, length, demand=demand)
        each.append(request(task(mode(length, wanted, first=0, last=30)), weight=random.randint(1, 9), due=random.choice([0, 8]), name=f"q{number:02}"))
    whole = instance(40, chambers, *each)
    standing = Standing(whole, {})
    for position in range(len(each)):
        placed = standing.find(position, standing.left_out[position])
        if placed is not None:
            standing.put(position, placed.placement, placed.cost)
    return whole, dict(standing.plan)


def test_every_chain_keeps_the_rules_and_the_books() -> None:
    won = 0
    for seed in range(12):
        whole, plan = _crowded(seed)
        named = {each for each in range(len(whole.requests)) if each % 4} if seed % 2 else None
        chains = _chains(whole, plan, seed)
        standing = chains.standing
        for _ in range(30):
            regrets = [each for each, _ in standing.regrets(chains.least) if named is None or each in named]
            if not regrets:
                break
            before, total = dict(standing.plan), standing.total
            if chains.chase(chains.random.choice(regrets), named):
                won += 1
                assert standing.total == standing.best < total
                assert broken(whole, standing.plan) == ""
            else:
                assert standing.plan == before
            fresh = Standing(whole, dict(standing.plan))
            assert (standing.total, standing.cost, [sorted(each) for each in standing.booked]) == (
                fresh.total,
                fresh.cost,
                [sorted(each) for each in fresh.booked],
            )
            assert [standing.occupancy.free(r) for r in range(3)] == [fresh.occupancy.free(r) for r in range(3)]
        assert standing.total == plan_cost(whole, standing.plan)
        if named is not None:
            assert all(standing.plan.get(each) == plan.get(each) for each in range(len(whole.requests)) if each not in named)
    assert won > 30


def test_the_same_steps_and_seed_give_the_same_plan() -> None:
    whole, plan = _crowded(3)
    runs = []
    for _ in range(2):
        chains = _chains(whole, plan, 5)
        runs.append((chains.run(lambda steps: steps >= 100), chains.standing.plan))
    assert runs[0] == runs[1]
    assert runs[0][1] != plan


def test_a_chain_that_is_stopped_leaves_all_as_it_was() -> None:
    whole, plan = _three_steps()
    chains = _chains(whole, plan)
    assert not any(chains.chase(0, None, lambda steps: steps >= chains.steps > 0) for _ in range(20))
    assert chains.standing.plan == plan


def test_it_ends_where_nobody_costs_more_than_alone() -> None:
    chamber = resource("c", "#" * 4)
    whole = instance(4, [chamber], request(task(mode(4, need([0], 4), first=0, last=0)), due=0))
    assert _chains(whole, {0: _at(0, 0)}).run(lambda _: False) == 0
