"""The search in all requests at once: over cores by turns where there are prices, over everything where there are none or where plans must be repeatable."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from time import sleep

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver import all_at_once
from scheduler.solver.all_at_once import PATIENCE, TRIES, AllAtOnce, Try
from scheduler.solver.amounts import plan_tiers, tiers_of
from scheduler.solver.bound import ideal_of
from scheduler.solver.bounds.scale import PriceBound, bound_by_prices
from scheduler.solver.budget import Budget
from scheduler.solver.construct import construct
from scheduler.solver.cpsat.model import ExactModel, build_model
from scheduler.solver.cpsat.search import Found
from scheduler.solver.domains import Explorer, RequestDomain
from scheduler.solver.pooling import Pooling, pool
from scheduler.ticks.instance import Instance, Plan, TickBooking, TickRequest, TickTerm
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.solver.bounds.test_scale import shared
from tests.solver.test_climb import crowd
from tests.solver.tiny import broken, budget, frozen_plan, least_cost, random_lab


def searching(whole: Instance, pooling: Pooling | None = None, patience: float = PATIENCE, tries: Sequence[Try] = TRIES) -> AllAtOnce:
    pooling = pool(whole) if pooling is None else pooling
    explorer = Explorer(pooling.pooled)
    return AllAtOnce(whole, pooling, ideal_of(pooling.pooled, explorer), explorer, lambda plan, bounds: None, tries, patience)


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


def parallel(*tiers: TickTerm) -> tuple[Instance, Plan]:
    """Two heavy requests; a light one costs 22 after them and 21 if it is left out. Of its two tasks, neither of which follows the other, one has a price."""

    def heavy(name: str) -> TickRequest:
        return request(task(mode(4, need([0], 4))), weight=10, due=0, name=name)

    light = request(task(mode(3, need([0], 3))), task(mode(1, need([1], 1))), due=0, name="light")
    resources = [resource("c", "#" * 12), resource("d", "#" * 12)]
    whole = instance(
        12, resources, heavy("first"), heavy("second"), light, scalars={"unserved": 21, "tardiness": 1, "flow_time": 1, "preferences": 0, "moves": 0}
    )
    plan: Plan = {each: (TickBooking(0, 0, 4 * each, ((0,),)),) for each in range(3)}
    return (replace(whole, terms=tiers) if tiers else whole), {**plan, 2: (*plan[2], TickBooking(1, 0, 0, ((1,),)))}


FIRST, SECOND = [TickTerm("unserved", 1, 21, 21_000), TickTerm("tardiness", 1, 1, 1_000), TickTerm("flow_time", 1, 1, 1_000)], TickTerm("preferences", 2, 1, 1)


@pytest.mark.parametrize("tiers", [(), (*FIRST, SECOND)])
def test_who_could_only_start_late_costs_nothing_more_if_left_out(tiers: tuple[TickTerm, ...]) -> None:
    whole, plan = parallel(*tiers)
    found, bounds, _ = searching(whole)(plan, (0,) * len(tiers_of(whole)), prices(whole, plan), budget())
    assert 2 not in found
    assert plan_cost(whole, plan) > plan_cost(whole, found) == least_cost(whole)
    assert bounds == plan_tiers(whole, found)


def test_patience_begins_with_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not with building the model, which takes longer than that where there is much to choose."""
    whole = shared(Random(1))
    plan = poor(whole)

    def slow(whole: Instance, domains: Sequence[RequestDomain]) -> ExactModel:
        sleep(0.4)
        return build_model(whole, domains)

    monkeypatch.setattr("scheduler.solver.cpsat.search.build_model", slow)
    found, _, _ = searching(whole, patience=0.3)(plan, (0,), prices(whole, plan), budget())
    assert plan_cost(whole, plan) > plan_cost(whole, found) == least_cost(whole)


def test_cores_grow_until_one_is_whole() -> None:
    """One start for each request proves nothing, however soon it is solved."""
    whole = shared(Random(1))
    plan = poor(whole)
    found, bounds, _ = searching(whole, tries=[Try(1, has_hint=True)])(plan, (0,), prices(whole, plan), budget())
    assert plan_cost(whole, plan) > plan_cost(whole, found) == least_cost(whole)
    assert bounds == plan_tiers(whole, found)


def test_costs_too_large_for_the_model_end_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def search(*args: object, has_hint: bool, linearization: int | None) -> None:
        asked.append(has_hint)

    monkeypatch.setattr(all_at_once, "search", search)
    whole = shared(Random(1))
    plan = poor(whole)
    assert searching(whole)(plan, (3,), prices(whole, plan), budget(60.0)) == (plan, (3,), 0.0)
    assert len(asked) == 1


def test_the_next_tier_has_patience_of_its_own() -> None:
    watch = all_at_once._Watch(10, 0.2, None)
    assert not watch.is_over()
    sleep(0.15)
    assert not watch.hears(1, 10)
    sleep(0.15)
    assert not watch.is_over()
    sleep(0.15)
    assert watch.is_over()


def test_a_search_that_finds_nothing_makes_way_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = shared(Random(1))
    plan, asked = poor(whole), []

    def search(*args: object, has_hint: bool, linearization: int | None) -> Found:
        given = args[3]
        assert isinstance(given, Budget)
        asked.append((given.seed, has_hint))
        while not given.is_over():
            pass
        return Found(plan, (None,), False, 0.0)

    monkeypatch.setattr(all_at_once, "search", search)
    assert searching(whole, patience=0.05)(plan, (3,), prices(whole, plan), budget(3.0)) == (plan, (3,), 0.0)
    assert len(TRIES) < len(asked) < 60, "and is tried again, with more patience"
    assert asked == [(turn, TRIES[turn % len(TRIES)].has_hint) for turn in range(len(asked))]


def test_repeatable_plans_do_not_depend_on_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many prices there are the clock on the wall tells."""
    whole = shared(Random(1))
    plan = poor(whole)
    monkeypatch.setattr(all_at_once, "price_starts", None)
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
