"""The queues of a plan searched one after the other, beside what all others have booked."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver import queue_by_queue
from scheduler.solver.bounds.scale import PriceBound, bound_by_prices
from scheduler.solver.construct import construct
from scheduler.solver.groups import Group
from scheduler.solver.large import Shares
from scheduler.solver.queue_by_queue import LONG, SHORT, QueueByQueue
from scheduler.ticks.instance import Instance, Plan
from tests.placement.builders import cost_of, instance, mode, need, request, resource, task
from tests.solver.tiny import broken, budget, least_cost

SEEDS = range(12)


def two_queues(seed: int) -> tuple[Instance, Plan]:
    """Four or five requests wait for one chamber, two or three for another; in the plan whoever counts least comes first."""
    random = Random(seed)
    chambers = [resource("c", "###.#####"), resource("d", "#########")]
    requests = [
        request(task(mode(length, need([chamber], length), last=9)), weight=random.randint(1, 9), due=0, name=f"q{chamber}{number}")
        for chamber, count in enumerate((random.randint(4, 5), random.randint(2, 3)))
        for number in range(count)
        for length in [random.randint(1, 2)]
    ]
    whole = instance(9, chambers, *requests, scalars={"unserved": random.choice([500, 10_000])})
    upside_down = replace(whole, requests=tuple(replace(each, weight=10 - each.weight) for each in whole.requests))
    return whole, construct(upside_down, rules=["heaviest"])


def prices(whole: Instance, plan: Plan) -> PriceBound:
    return bound_by_prices(whole, plan, lambda: False)


def searching(whole: Instance) -> QueueByQueue:
    return QueueByQueue(whole, lambda plan, bounds: None)


def _waits(whole: Instance, position: int, chamber: int) -> bool:
    return chamber in whole.requests[position].tasks[0].modes[0].requirements[0].candidates


def test_each_queue_is_brought_to_its_best() -> None:
    won = 0
    for seed in SEEDS:
        whole, plan = two_queues(seed)
        found, bounds, spent = searching(whole)(plan, (3,), prices(whole, plan), budget())
        assert plan_cost(whole, found) == least_cost(whole)
        assert broken(whole, found) == ""
        assert (bounds, spent) == ((3,), 0.0)
        won += plan_cost(whole, found) < plan_cost(whole, plan)
    assert won > len(SEEDS) // 2


def test_better_plans_are_told() -> None:
    whole, plan = two_queues(1)
    told: list[tuple[int, tuple[int, ...]]] = []
    QueueByQueue(whole, lambda better, bounds: told.append((plan_cost(whole, better), bounds)))(plan, (3,), prices(whole, plan), budget())
    assert plan_cost(whole, plan) > told[-1][0] == least_cost(whole)
    assert told == sorted(told, reverse=True)


def test_longer_queues_are_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_by_queue, "MOST", 3)
    changed = 0
    for seed in SEEDS:
        whole, plan = two_queues(seed)
        found, _, _ = searching(whole)(plan, (0,), prices(whole, plan), budget())
        assert {each: at for each, at in found.items() if _waits(whole, each, 0)} == {each: at for each, at in plan.items() if _waits(whole, each, 0)}
        changed += found != plan
    assert changed


@pytest.mark.parametrize("deterministic", [None, 9.0])
def test_without_prices_or_where_plans_are_repeatable_nothing_is_searched(deterministic: float | None) -> None:
    whole, plan = two_queues(1)
    proof = None if deterministic is None else prices(whole, plan)
    assert searching(whole)(plan, (3,), proof, budget(deterministic=deterministic)) == (plan, (3,), 0.0)


def test_a_run_that_is_over_changes_nothing() -> None:
    whole, plan = two_queues(1)
    over = replace(budget(), should_stop=lambda: True)
    assert searching(whole)(plan, (3,), prices(whole, plan), over) == (plan, (3,), 0.0)


def test_others_get_the_time_of_what_cannot_be_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, plan = two_queues(1)
    proof = prices(whole, plan)
    long, short = sorted(proof.queues, key=lambda each: -len(each.members))
    search = searching(whole)
    assert search.shares(plan, None, 60) == search.shares(plan, proof, 60) == SHORT
    monkeypatch.setattr(queue_by_queue, "MOST", len(short.members))
    assert search.shares(plan, None, 60).refine == pytest.approx((2 * SHORT.refine + 4 * LONG.refine) / 6), "two of six requests"
    cost = {each: sum(cost_of(whole, whole.requests[k], plan[k]) for k in each.members) for each in (long, short)}
    quarter = replace(proof, groups=tuple(Group(each.members, cost[each] - spare, 0) for each, spare in ((long, 30), (short, 10))))
    assert search.shares(plan, quarter, 60) == Shares(0.4625, 0.8, 0.9)
    monkeypatch.setattr(queue_by_queue, "MOST", 1)
    assert search.shares(plan, None, 60) == search.shares(plan, quarter, 60) == LONG


@pytest.mark.parametrize(("seconds", "shares"), [(8, LONG), (9, SHORT)])
def test_others_get_the_time_that_is_too_short_for_a_search(seconds: float, shares: Shares) -> None:
    """Of 8 seconds the bound would leave 5.2, improving 4.2, and the search takes nine tenths of that: less than it needs."""
    whole, plan = two_queues(1)
    search = searching(whole)
    assert search.shares(plan, None, seconds) == shares
    assert search.shares(plan, prices(whole, plan), 5.5) == LONG
    assert search.shares(plan, prices(whole, plan), 6) == SHORT
