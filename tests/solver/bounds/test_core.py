"""What prices leave of the starts: no better plan is lost, the plan at hand never."""

from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.bounds.blocks import SCALE
from scheduler.solver.bounds.core import Core, core_of, kept_to, price_starts
from scheduler.solver.bounds.measures import plain
from scheduler.solver.bounds.scale import PriceBound, QueueBound, bound_by_prices
from scheduler.solver.construct import construct
from scheduler.solver.cpsat.search import Found, search
from scheduler.solver.domains import Explorer, RequestDomain
from scheduler.solver.groups import Group
from scheduler.ticks.instance import Instance, Plan, TickBooking
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.placement.random_cases import random_case
from tests.solver.bounds.test_scale import known_groups, shared
from tests.solver.test_climb import crowd
from tests.solver.tiny import broken, budget, frozen_plan, least_cost, random_lab


def core(whole: Instance, plan: Plan, most: int = 10**6) -> Core:
    return core_of(price_starts(whole, bound_by_prices(whole, plan, lambda: False)), plan, most)


def kept(whole: Instance, plan: Plan, found: Core) -> list[RequestDomain]:
    explorer = Explorer(whole)
    return [kept_to(found, whole, position, explorer.explore(each), plan.get(position)) for position, each in enumerate(whole.requests)]


def searched(whole: Instance, plan: Plan, found: Core) -> Found:
    result = search(whole, kept(whole, plan, found), plan, budget())
    assert result is not None
    assert broken(whole, result.plan) == ""
    return result


@pytest.mark.parametrize("seed", range(60))
def test_no_better_plan_is_lost_in_a_whole_core(seed: int) -> None:
    whole = (random_lab, random_case, crowd, shared)[seed % 4](Random(900 + seed))
    plan = {**construct(whole, rules=["plain_due"]), **frozen_plan(whole)}
    found = core(whole, plan)
    assert found.is_whole
    result = searched(whole, plan, found)
    assert result.is_proved
    assert plan_cost(whole, result.plan) == least_cost(whole)


@pytest.mark.parametrize("seed", range(60))
def test_no_better_plan_is_lost_where_groups_are_known_across_queues(seed: int) -> None:
    random = Random(1100 + seed)
    whole = (random_lab, random_case, crowd, shared)[seed % 4](random)
    plan = {**construct(whole, rules=["plain_due"]), **frozen_plan(whole)}
    proof = bound_by_prices(whole, plan, lambda: False, groups=known_groups(whole, random))
    result = searched(whole, plan, core_of(price_starts(whole, proof), plan, 10**6))
    assert plan_cost(whole, result.plan) == least_cost(whole)


def test_what_is_known_of_two_queues_together_is_not_known_of_each() -> None:
    """Two wait for each of two chambers, and all need the only technician: they are complete at 3, 6, 9 and 12, in the plan at 13. Each queue alone costs 9."""
    four = [request(task(mode(3, need([chamber], 3), need([2], 3), last=13)), name=f"q{chamber}{k}") for chamber in range(2) for k in range(2)]
    lab = [resource("c", "#" * 13), resource("d", "#" * 13), resource("p", "#" * 13)]
    whole = instance(13, lab, *four, scalars={"unserved": 10_000})
    plan = {k: (TickBooking(0, 0, start, ((k // 2,), (2,))),) for k, start in enumerate((0, 3, 6, 10))}
    queues = tuple(QueueBound(members, 6, 9, cost, 9, is_open=True) for members, cost in (((0, 1), 9), ((2, 3), 22)))
    first_three = {plain(chamber, [1]): ((0, 3, SCALE),) for chamber in range(2)}
    proof = PriceBound(30, 30, 18, (3,) * 4, (0,) * 4, first_three, queues, groups=(Group((0, 1, 2, 3), 30, 30),))
    result = searched(whole, plan, core_of(price_starts(whole, proof), plan, 10**6))
    assert plan_cost(whole, result.plan) == 30 == plan_cost(whole, plan) - 1


@pytest.mark.parametrize("seed", range(20))
def test_the_plan_at_hand_is_in_the_smallest_core(seed: int) -> None:
    whole = (random_lab, crowd, shared)[seed % 3](Random(1000 + seed))
    plan = {**construct(whole, rules=["plain_due"]), **frozen_plan(whole)}
    result = searched(whole, plan, core(whole, plan, 1))
    assert least_cost(whole) <= plan_cost(whole, result.plan) <= plan_cost(whole, plan)


def late() -> tuple[Instance, Plan]:
    """Two runs of three ticks on one chamber, and a plan in which the second starts one tick later than it has to."""
    both = [request(task(mode(3, need([0], 3), last=9)), name=f"q{k}") for k in range(2)]
    whole = instance(9, [resource("c", "#" * 9)], *both, scalars={"unserved": 10_000})
    return whole, {0: (TickBooking(0, 0, 0, ((0,),)),), 1: (TickBooking(0, 0, 4, ((0,),)),)}


def proof(whole: Instance, plan: Plan) -> PriceBound:
    """One per tick of the first three: whoever starts at 0 to 3 pays and costs 6 in all, later 7, 8 and 9; 12 less 3 for the three ticks are 9."""
    queue = QueueBound((0, 1), 6, 9, plan_cost(whole, plan), 9, is_open=True)
    return PriceBound(9, 9, 9, (3, 3), (0, 0), {plain(0, [1]): ((0, 3, SCALE),)}, (queue,))


def test_starts_that_cost_more_than_is_open_are_left_out() -> None:
    whole, plan = late()
    found = core_of(price_starts(whole, proof(whole, plan)), plan, 100)
    assert plan_cost(whole, plan) == 10
    assert found == Core((0, 0), dict.fromkeys([(0, 0, 0), (1, 0, 0)], 0b11111), frozenset({0, 1}), is_whole=True)


def test_a_core_of_few_starts_has_the_cheapest_and_those_of_the_plan() -> None:
    whole, plan = late()
    found = core_of(price_starts(whole, proof(whole, plan)), plan, 3)
    assert not found.is_whole
    assert found.starts == dict.fromkeys([(0, 0, 0), (1, 0, 0)], 0b1111)
    assert [domain.tasks[0][0].starts for domain in kept(whole, plan, found)] == [0b1111, 0b11111]


def test_who_is_left_out_in_the_plan_need_not_be_served() -> None:
    whole, plan = late()
    assert core_of(price_starts(whole, proof(whole, {0: plan[0]})), {0: plan[0]}, 1).must_serve == {0}
