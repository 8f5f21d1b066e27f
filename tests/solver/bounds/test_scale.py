"""Bounds by prices against trying everything, and their value computed anew from the prices alone, tick by tick."""

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.amounts import amounts_left_out, scalar_of
from scheduler.solver.bounds.blocks import SCALE
from scheduler.solver.bounds.scale import PriceBound, bound_by_prices
from scheduler.solver.construct import construct
from scheduler.solver.groups import Group, Groups
from scheduler.ticks.instance import FixedUse, Instance, TickTerm
from tests.placement.builders import cost_of, every_placement, instance, mode, need, request, resource, task, uses_of
from tests.placement.random_cases import random_case
from tests.solver.ovens import ovens
from tests.solver.test_climb import crowd
from tests.solver.tiny import frozen_plan, least_cost, proved, random_lab


def bound(whole: Instance) -> PriceBound:
    return bound_by_prices(whole, {**construct(whole), **frozen_plan(whole)}, lambda: False)


def shared(random: Random) -> Instance:
    """Five or six requests of unlike demands on one shared chamber, some of it taken by a frozen booking."""
    ticks = random.randint(7, 9)
    chamber = resource("c", random.choice(["#" * ticks, "###.#####"[:ticks]]), capacity=random.choice([3, 4]))
    requests = []
    for number in range(random.randint(4, 5)):
        length = random.randint(1, 3)
        only = task(mode(length, need([0], length, demand=random.randint(1, 3)), first=random.randint(0, 1), last=ticks))
        requests.append(request(only, weight=random.randint(1, 3), due=random.choice([None, 2, 4]), name=f"q{number}"))
    whole = instance(ticks, [chamber], *requests, scalars={"unserved": random.choice([12, 10_000])})
    return replace(whole, fixed_uses=(FixedUse(0, 2, 4, 1),)) if random.random() < 0.5 else whole


@pytest.mark.parametrize("seed", range(60))
def test_bound_never_exceeds_the_optimum(seed: int) -> None:
    whole = (random_lab, random_case, crowd, shared)[seed % 4](Random(seed))
    found = bound(whole)
    assert sum(found.least) <= found.certified <= found.scalar <= least_cost(whole)


@pytest.mark.parametrize("seed", range(30))
def test_bound_in_pieces_never_exceeds_the_optimum(seed: int) -> None:
    whole = (random_lab, crowd, shared)[seed % 3](Random(600 + seed))
    plan = {**construct(whole), **frozen_plan(whole)}
    found = bound_by_prices(whole, plan, lambda: False, most_together=2)
    assert sum(found.least) <= found.certified <= found.scalar <= least_cost(whole)


@pytest.mark.parametrize("seed", range(12))
def test_bound_of_ovens_with_shared_runs_never_exceeds_the_optimum(seed: int) -> None:
    whole = ovens(seed, 4, frozen=seed % 2 == 1)
    found = bound(whole)
    plan = {**construct(whole), **frozen_plan(whole)}
    assert found.scalar <= plan_cost(whole, plan)


@pytest.mark.parametrize("most_together", [2, 400])
@pytest.mark.parametrize("seed", range(30))
def test_prices_alone_give_the_bound_again(seed: int, most_together: int) -> None:
    """Weak duality with nothing shared: every placement of every request, its anchor's parts paid tick by tick."""
    whole = (crowd, shared)[seed % 2](Random(100 + seed))
    found = bound_by_prices(whole, {**construct(whole), **frozen_plan(whole)}, lambda: False, most_together=most_together)
    asked = {(measure, tick): price for measure, steps in found.prices.items() for first, last, price in steps for tick in range(first, last)}
    total = 0
    for position, each in enumerate(whole.requests):
        least = SCALE * scalar_of(whole, amounts_left_out(each))
        for placement in every_placement(whole, each):
            paid = 0
            for booking, uses in ((booking, uses_of(each, (booking,))) for booking in placement if booking.task == found.anchors[position]):
                assert booking.task == 0
                paid += sum(
                    measure.of(demand) * price
                    for r, start, end, demand in uses
                    for (measure, t), price in asked.items()
                    if measure.resource == r and start <= t < end
                )
            least = min(least, SCALE * cost_of(whole, each, placement) + paid)
        total += least
    for (measure, tick), price in asked.items():
        data = whole.resources[measure.resource]
        taken = sum(use.demand for use in whole.fixed_uses if use.resource == measure.resource and use.start <= tick < use.end)
        free = data.capacity - taken if data.open >> tick & 1 else 0
        total -= price * _most(measure.units, free)
    assert -(-total // SCALE) >= found.certified


def _most(units: tuple[tuple[int, int], ...], free: int) -> int:
    return max([0, *(counted + _most(units, free - demand) for demand, counted in units if demand <= free)])


def test_bound_is_exact_where_two_wait_for_one_chamber() -> None:
    """Two runs of three ticks from tick 0 on: one is complete at 3, the other at 6."""
    both = [request(task(mode(3, need([0], 3), last=9)), name=f"q{k}") for k in range(2)]
    whole = instance(9, [resource("c", "#" * 9)], *both, scalars={"unserved": 10_000})
    found = bound(whole)
    assert sum(found.least) < found.scalar == least_cost(whole)


def test_pausing_work_pays_nothing_while_the_chamber_is_closed() -> None:
    """Each takes five ticks of which the chamber is open in four; both fit, one after the other."""
    calendar = "##.####.##"
    idle = ~int(calendar.replace("#", "1").replace(".", "0")[::-1], 2) & ((1 << 10) - 1)
    part = replace(need([0], 5), idle=idle)
    both = [request(task(replace(mode(5, part, last=9), starts=0b100001)), name=f"q{k}") for k in range(2)]
    whole = instance(10, [resource("c", calendar)], *both, scalars={"unserved": 10_000})
    assert bound(whole).scalar <= plan_cost(whole, construct(whole))


def known_groups(whole: Instance, random: Random) -> list[Group]:
    """Groups at random, with the best that trying everything finds for them alone: whole queues, parts of one, and from several."""
    order = random.sample(range(len(whole.requests)), len(whole.requests))
    cuts = sorted(random.sample(range(len(order) + 1), 2))
    parts = [tuple(sorted(order[low:high])) for low, high in pairwise((0, *cuts))]
    return [Group(each, least_cost(replace(whole, requests=tuple(whole.requests[k] for k in each))), 0) for each in parts if each]


@pytest.mark.parametrize("seed", range(40))
def test_bound_with_what_is_known_of_groups_proves_no_less_and_never_exceeds_the_optimum(seed: int) -> None:
    random = Random(400 + seed)
    whole = (random_lab, crowd, shared)[seed % 3](random)
    groups = known_groups(whole, random)
    found = bound_by_prices(whole, {**construct(whole), **frozen_plan(whole)}, lambda: False, groups=groups)
    known = Groups(found.least, (0,) * len(whole.requests), groups).total.scalar
    assert max(known, bound(whole).scalar) <= found.scalar <= least_cost(whole)
    assert found.certified <= found.scalar == found.known.total.scalar
    assert sorted(member for each in found.groups for member in each.members) == list(range(len(whole.requests)))


def test_what_is_known_of_one_queue_adds_to_what_prices_prove_of_another() -> None:
    """Pairs on two chambers: each pair costs 9 where its members cost 3 each alone."""
    pairs = [request(task(mode(3, need([c], 3), last=9)), name=f"q{c}{k}") for c in range(2) for k in range(2)]
    whole = instance(9, [resource("a", "#" * 9), resource("b", "#" * 9)], *pairs, scalars={"unserved": 10_000})
    plan = construct(whole)
    known = [Group((0, 1), 9, 0)]
    stopped = bound_by_prices(whole, plan, lambda: True, least=(3, 3, 3, 3), groups=known)
    assert (stopped.scalar, stopped.certified) == (15, 12)
    assert bound_by_prices(whole, plan, lambda: False, groups=known).scalar == least_cost(whole)


def test_bound_that_is_stopped_at_once_is_still_one() -> None:
    whole = crowd(Random(3))
    found = bound_by_prices(whole, construct(whole), lambda: True)
    assert found.scalar <= least_cost(whole)
    assert found.prices == {}


def test_bound_of_the_first_tier_leaves_the_others_out() -> None:
    whole = crowd(Random(8))
    served = replace(
        whole,
        terms=(TickTerm("unserved", 1, 1, 100_000), TickTerm("flow_time", 2, 1, 1)),
    )
    found = bound(served)
    assert found.first <= sum(each.weight for each in served.requests)
    assert found.scalar >= 100_000 * found.first


def test_bound_holds_in_numbers_beyond_64_bits() -> None:
    whole = crowd(Random(2))
    huge = replace(whole, terms=tuple(replace(term, weight=term.weight * 10**18, scalar=term.scalar * 10**18) for term in whole.terms))
    best = least_cost(whole)
    found = bound(huge).scalar
    assert sum(bound(whole).least) * 10**18 <= found <= best * 10**18


@pytest.mark.parametrize("seed", range(6))
def test_bound_never_exceeds_what_the_exact_rung_proves(seed: int) -> None:
    whole = crowd(Random(200 + seed))
    assert bound(whole).scalar <= proved(whole).scalar
