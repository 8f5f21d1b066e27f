"""The exact rung against trying everything, and what it promises about plans and bounds."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.errors import ModelInvalid
from scheduler.placement.cost import plan_cost
from scheduler.solver.amounts import plan_tiers
from scheduler.solver.construct import construct
from scheduler.ticks.instance import TickTerm
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.placement.random_cases import random_case
from tests.solver.tiny import broken, least_cost, proved, random_lab, searched


@pytest.mark.parametrize("seed", range(100))
def test_exact_agrees_with_trying_everything_for_many_requests(seed: int) -> None:
    whole = random_lab(Random(seed))
    best = least_cost(whole)
    for found in (searched(whole), proved(whole), proved(whole, construct(whole))):
        assert found.is_proved
        assert plan_cost(whole, found.plan) == best
        assert broken(whole, found.plan) == ""


@pytest.mark.parametrize("seed", range(100))
def test_exact_agrees_with_trying_everything_for_one_request_with_everything(seed: int) -> None:
    whole = random_case(Random(seed))
    best = least_cost(whole)
    for found in (searched(whole), proved(whole)):
        assert found.is_proved
        assert plan_cost(whole, found.plan) == best
        assert broken(whole, found.plan) == ""


@pytest.mark.parametrize("seed", range(25))
def test_tiers_put_the_first_before_all_later_ones(seed: int) -> None:
    whole = random_lab(Random(seed))
    # Scalars as compiling makes them: a unit of one tier outweighs all of the next.
    order = [("unserved", 1, 10**8), ("flow_time", 2, 10**4), ("tardiness", 3, 1), ("moves", 3, 0), ("preferences", 3, 0)]
    tiered = replace(whole, terms=tuple(TickTerm(name, tier, int(scalar > 0), scalar) for name, tier, scalar in order))
    best = least_cost(tiered)
    for found in (searched(tiered), proved(tiered)):
        assert found.is_proved
        assert plan_cost(tiered, found.plan) == best
        assert plan_tiers(tiered, found.plan) == (best // 10**8, best // 10**4 % 10**4, best % 10**4)
        assert tuple(found.bounds) == plan_tiers(tiered, found.plan)


def test_first_tier_is_served_though_the_second_loses() -> None:
    # One slot is early, but taking it shuts out the other request: tier 1 wants both, tier 2 wants early.
    early = request(task(mode(1, need([0], 1), last=1)), name="early or late")
    only = request(task(mode(1, need([0], 1), last=0)), name="early only")
    whole = instance(4, [resource("r", "####")], early, only)
    whole = replace(whole, terms=(TickTerm("unserved", 1, 1, 10**6), TickTerm("flow_time", 2, 1, 1)))
    found = proved(whole)
    assert {position: placement[0].start for position, placement in found.plan.items()} == {0: 1, 1: 0}
    assert found.bounds == (0, 3)


def test_bounds_hold_when_there_is_no_time() -> None:
    from scheduler.solver.bound import ideal_of
    from scheduler.solver.domains import Explorer
    from scheduler.solver.exact import prove
    from tests.solver.tiny import budget

    for seed in range(40):
        whole = random_lab(Random(seed))
        explorer = Explorer(whole)
        found = prove(whole, ideal_of(whole, explorer), explorer, {}, budget(0.0))
        assert found.plan == {}
        assert found.bounds[0] <= least_cost(whole)


def test_bound_of_unfinished_look_counts_nothing_for_the_rest() -> None:
    from scheduler.solver.bound import ideal_of
    from scheduler.solver.domains import Explorer

    whole = random_lab(Random(1))
    ideal = ideal_of(whole, Explorer(whole), lambda: True)
    assert not ideal.is_whole
    assert ideal.tiers == (0,)


def test_huge_weights_leave_the_plan_as_it_is() -> None:
    whole = instance(4, [resource("r", "####")], request(task(mode(1, need([0], 1)))))
    whole = replace(whole, terms=(TickTerm("unserved", 1, 2**59, 2**59),))
    found = proved(whole)
    assert found.plan == {}
    assert not found.is_proved


def test_exact_refuses_what_is_no_sum_over_requests() -> None:
    whole = instance(4, [resource("a", 15)], request(task(mode(1, need((0,), 1)))), request(task(mode(1, need((0,), 1)))))
    assert proved(whole).is_proved
    with pytest.raises(ModelInvalid):
        proved(replace(whole, most_moves=0))
