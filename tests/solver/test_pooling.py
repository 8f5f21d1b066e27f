"""Interchangeable units become one pool, and come back."""

from random import Random

import pytest

from scheduler.solver.construct import construct
from scheduler.solver.pooling import pool
from scheduler.ticks.instance import FixedUse
from tests.placement.builders import instance, link, mode, need, request, resource, task
from tests.solver.tiny import broken, random_lab


def three(**changes: object) -> list[object]:
    return [resource(f"r{i}", "####") for i in range(3)]


def lone(*needs: object, ticks: int = 1) -> object:
    return request(task(mode(ticks, *needs)))  # type: ignore[arg-type]


def test_pool_joins_units_that_are_alike() -> None:
    whole = instance(4, three(), lone(need([0, 1, 2], 1)), lone(need([0, 1, 2], 2), ticks=2))  # type: ignore[arg-type]
    pooling = pool(whole)
    assert pooling.members == {0: (0, 1, 2)}
    assert pooling.pooled.resources[0].capacity == 3
    assert pooling.pooled.requests[0].tasks[0].modes[0].requirements[0].candidates == (0,)


@pytest.mark.parametrize(
    "wanted",
    [
        need([0, 1, 2], 1, count=2),
        need([0, 1, 2], 1, preferred=[0]),
        need([0, 1, 2], 1, limited={0: 1}),
    ],
)
def test_pool_keeps_apart_what_a_requirement_tells_apart(wanted: object) -> None:
    members = pool(instance(4, three(), lone(wanted))).members  # type: ignore[arg-type]
    assert 0 not in members


def test_pool_keeps_apart_what_frozen_bookings_and_links_tell_apart() -> None:
    one = lone(need([0, 1, 2], 1))
    assert pool(instance(4, three(), one, fixed=[FixedUse(0, 0, 1, 1)])).members == {1: (1, 2)}  # type: ignore[arg-type]
    linked = request(task(mode(1, need([0, 1, 2], 1))), task(mode(1, need([0, 1, 2], 1))), links=[link("same_resource", 0, 1, requirement="r")])
    assert pool(instance(4, three(), linked)).members == {}  # type: ignore[arg-type]


def test_share_out_uses_all_units_of_a_full_pool() -> None:
    whole = instance(4, three(), *(lone(need([0, 1, 2], 2), ticks=2) for _ in range(6)))  # type: ignore[arg-type]
    plan = construct(whole)
    assert len(plan) == 6
    pooling = pool(whole)
    again = pooling.share_out(pooling.pool_plan(plan))
    assert broken(whole, again) == ""


@pytest.mark.parametrize("seed", range(40))
def test_share_out_of_any_plan_breaks_no_rule(seed: int) -> None:
    whole = random_lab(Random(seed))
    plan = construct(whole)
    pooling = pool(whole)
    again = pooling.share_out(pooling.pool_plan(plan))
    assert broken(whole, again) == ""
    assert {position: [b.start for b in placement] for position, placement in again.items()} == {
        position: [b.start for b in placement] for position, placement in plan.items()
    }
