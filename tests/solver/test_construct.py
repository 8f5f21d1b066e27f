"""First plans: feasible together, deterministic, keeping what is in force, stoppable."""

from dataclasses import replace
from random import Random

import pytest

from benchmarks.kernel import synthetic
from scheduler.placement.cost import plan_cost, unserved_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.solver.construct import RULES, construct, filled, rules_for
from scheduler.ticks.instance import Instance, Plan, TickBooking
from tests.placement.builders import breaks, instance, mode, need, request, resource, task, uses_of
from tests.placement.random_cases import random_case


def small(seed: int = 1) -> Instance:
    return synthetic(60, 1, 5, sites=8, methods=4, advisors=12, seed=seed)


def broken(whole: Instance, plan: Plan) -> list[str]:
    """The first rule broken by each request, seen beside all others."""
    uses = {index: uses_of(whole.requests[index], placement) for index, placement in plan.items()}
    found = []
    for index, placement in plan.items():
        others = [use for other, taken in uses.items() if other != index for use in taken]
        found.append(breaks(whole, whole.requests[index], placement, others))
    return [each for each in found if each]


def test_construct_gives_a_plan_in_which_nothing_collides() -> None:
    random = Random(4)
    for _ in range(15):
        first = random_case(random)
        # Several copies of one request compete for the same few resources.
        whole = replace(first, requests=tuple(replace(first.requests[0], id=f"q{i}", current=()) for i in range(4)))
        assert broken(whole, construct(whole)) == []


def test_construct_leaves_out_only_what_does_not_fit_or_does_not_pay() -> None:
    whole = small()
    plan = construct(whole, rules=["weighted_slack"])
    occupancy = Occupancy(whole)
    for index, placement in plan.items():
        occupancy.book_placement(whole.requests[index], placement)
    for index, each in enumerate(whole.requests):
        if index not in plan:
            found = place(whole, occupancy, index)
            assert found is None or found.cost > unserved_cost(whole, each)


def test_construct_keeps_the_best_rule_and_repeats_itself() -> None:
    whole = small()
    costs = {name: plan_cost(whole, construct(whole, rules=[name])) for name in RULES}
    best = construct(whole, rules=list(RULES))
    assert plan_cost(whole, best) == min(costs.values())
    assert construct(whole, rules=list(RULES)) == best


def test_construct_places_what_is_in_force_first() -> None:
    published = TickBooking(0, 0, 0, ((0,),))
    urgent = request(task(mode(4, need((0,), 4))), weight=9, due=4, name="urgent")
    kept = request(task(mode(4, need((0,), 4))), weight=1, due=20, current=[(0, published, 5_000)], name="kept")
    whole = instance(12, [resource("a", "############")], urgent, kept)
    for name in RULES:
        plan = construct(whole, rules=[name])
        assert plan[1] == (published,)
        assert plan[0][0].start == 4


def test_construct_leaves_out_a_request_that_costs_more_than_it_weighs() -> None:
    late = request(task(mode(2, need((0,), 2), first=8)), due=0, weight=1)
    for unserved, served in [(150, False), (300, True)]:
        whole = instance(12, [resource("a", "############")], late, scalars={"unserved": unserved})
        assert (0 in construct(whole)) == served


def test_construct_stops_and_reports_on_the_way() -> None:
    whole = small()
    steps: list[tuple[str, int, int]] = []
    construct(whole, rules=["weighted_slack", "plain_due"], on_step=lambda *step: steps.append(step))
    assert steps[0] == ("weighted_slack", 0, 60)
    assert ("weighted_slack", 60, 60) in steps
    assert construct(whole, should_stop=lambda: True) == {}
    calls = iter([False, True])
    assert construct(whole, rules=["weighted_slack", "plain_due"], should_stop=lambda: next(calls, True)) == construct(whole, rules=["weighted_slack"])


@pytest.mark.parametrize(("requests", "least"), [(50, 4), (1_500, 4), (2_000, 1), (23_359, 1)])
def test_rules_are_fewer_for_large_instances(requests: int, least: int) -> None:
    whole = small()
    few, many = (rules_for(replace(whole, requests=whole.requests[:1] * count)) for count in (requests, requests * 10))
    assert len(few) >= least
    assert set(few) <= set(RULES)
    assert len(few) >= len(many)


def test_filled_keeps_all_of_the_plan_and_adds_whoever_finds_room_beside_it() -> None:
    whole = instance(4, [resource("a", "####")], *(replace(request(task(mode(2, need((0,), 2)))), id=f"q{k}") for k in range(3)))
    late = {1: (TickBooking(0, 0, 2, ((0,),)),)}
    found = filled(whole, late)
    assert found[1] == late[1]
    assert len(found) == 2
    middle = {1: (TickBooking(0, 0, 1, ((0,),)),)}
    assert filled(whole, middle) == middle
    assert filled(whole, late, should_stop=lambda: True) == late
