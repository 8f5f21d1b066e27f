"""The search in all requests at once: over cores by turns where there are prices, over everything where there are none or where plans must be repeatable."""

from random import Random
from time import monotonic

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver import all_at_once
from scheduler.solver.all_at_once import TRIES, AllAtOnce
from scheduler.solver.amounts import plan_tiers
from scheduler.solver.bound import ideal_of
from scheduler.solver.bounds.scale import PriceBound, bound_by_prices
from scheduler.solver.budget import Budget
from scheduler.solver.construct import construct
from scheduler.solver.cpsat.search import Found
from scheduler.solver.domains import Explorer
from scheduler.solver.pooling import Pooling, pool
from scheduler.ticks.instance import Instance, Plan
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.solver.bounds.test_scale import shared
from tests.solver.test_climb import crowd
from tests.solver.tiny import broken, budget, frozen_plan, least_cost, random_lab


def searching(whole: Instance, pooling: Pooling | None = None) -> AllAtOnce:
    pooling = pool(whole) if pooling is None else pooling
    explorer = Explorer(pooling.pooled)
    return AllAtOnce(whole, pooling, ideal_of(pooling.pooled, explorer), explorer, lambda plan, bounds: None)


def poor(whole: Instance) -> Plan:
    return {**construct(whole, rules=["plain_due"]), **frozen_plan(whole)}


def prices(whole: Instance, plan: Plan) -> PriceBound:
    return bound_by_prices(whole, plan, lambda: False)


@pytest.mark.parametrize("has_prices", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_the_best_plan_is_found_and_proved(seed: int, has_prices: bool) -> None:
    whole = (random_lab, crowd, shared)[seed % 3](Random(1100 + seed))
    plan = poor(whole)
    found, bounds, _ = searching(whole)(plan, (0,), prices(whole, plan) if has_prices else None, budget())
    assert plan_cost(whole, found) == least_cost(whole)
    assert bounds == plan_tiers(whole, found)
    assert broken(whole, found) == ""


def test_cores_grow_until_one_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """One start for each request proves nothing, however soon it is solved."""
    monkeypatch.setattr(all_at_once, "TRIES", ((1, True),))
    whole = shared(Random(1))
    plan = poor(whole)
    found, bounds, _ = searching(whole)(plan, (0,), prices(whole, plan), budget())
    assert plan_cost(whole, plan) > plan_cost(whole, found) == least_cost(whole)
    assert bounds == plan_tiers(whole, found)


def test_a_search_that_finds_nothing_makes_way_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shared(Random(1))
    plan, asked = poor(whole), []
    monkeypatch.setattr(all_at_once, "PATIENCE", 0.05)

    def search(*args: object, has_hint: bool, linearization: int | None) -> Found:
        given = args[3]
        assert isinstance(given, Budget)
        asked.append((given.seed, has_hint))
        while not given.is_over():
            pass
        return Found(plan, (None,), False, 0.0)

    monkeypatch.setattr(all_at_once, "search", search)
    began = monotonic()
    assert searching(whole)(plan, (3,), prices(whole, plan), budget(60.0)) == (plan, (3,), 0.0)
    assert monotonic() - began < 10
    assert asked == [(turn, has_hint) for turn, (_, has_hint) in enumerate(TRIES)]


def test_repeatable_plans_do_not_depend_on_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many prices there are the clock on the wall tells."""
    whole = shared(Random(1))
    plan = poor(whole)
    monkeypatch.setattr(all_at_once, "core_of", None)
    found, _, spent = searching(whole)(plan, (0,), prices(whole, plan), budget(deterministic=9.0))
    assert plan_cost(whole, found) == least_cost(whole)
    assert spent > 0


def test_another_plan_of_the_same_cost_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = instance(6, [resource("c", "######")], *(request(task(mode(2, need([0], 2), last=6)), name=f"q{k}") for k in range(2)))
    plan = construct(whole)
    other = {0: plan[1], 1: plan[0]}
    assert plan_cost(whole, other) == plan_cost(whole, plan)
    monkeypatch.setattr(all_at_once, "search", lambda *args, **more: Found(other, (None,), False, 0.0))
    assert searching(whole, Pooling(whole, whole, {}, {}))(plan, (5,), None, budget(1)) == (plan, (5,), 0.0)
