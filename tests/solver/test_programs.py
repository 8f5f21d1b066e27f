"""Programs as neighbourhoods: short sessions on advisors who are there for some hours a week, where every search by single requests is stuck."""

from random import Random
from time import monotonic

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.amounts import plan_tiers
from scheduler.solver.bound import ideal_of
from scheduler.solver.bounds.queues import is_alike
from scheduler.solver.budget import Budget
from scheduler.solver.construct import construct
from scheduler.solver.domains import Explorer
from scheduler.solver.large import climb_large
from scheduler.solver.programs import FEWEST, MOST, Programs, Size
from scheduler.solver.ruin import Ruin
from scheduler.solver.standing import Standing
from scheduler.solver.team import Team
from scheduler.ticks.instance import Instance, Plan
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.solver.tiny import broken, least_cost


def _programs(whole: Instance, plan: Plan, seed: int = 1) -> Programs:
    return Programs(Standing(whole, plan), ideal_of(whole, Explorer(whole)).scalars, Random(seed), Ruin(whole))


def _budget(seconds: float = 20.0) -> Budget:
    return Budget(monotonic() + seconds, None, 1, 1)


def sessions(seed: int, count: int, weeks: int = 6) -> Instance:
    """Two advisors who are there for four and five hours of a week of ten; sessions of two, three and four hours."""
    random = Random(seed)
    people = [resource("a", ("####" + "." * 6) * weeks), resource("b", (".#####" + "." * 4) * weeks)]
    each = []
    for number in range(count):
        hours = random.choice([2, 2, 3, 4])
        wanted = need(random.choice([[0], [1], [0, 1]]), hours)
        each.append(request(task(mode(hours, wanted, last=10 * weeks - hours)), weight=random.choice([1, 2, 8]), due=0, name=f"q{number:02}"))
    return instance(10 * weeks, people, *each)


@pytest.mark.parametrize("seed", range(6))
def test_a_program_of_the_whole_queue_finds_the_optimum(seed: int) -> None:
    whole = sessions(seed, 5, weeks=3)
    programs = _programs(whole, construct(whole, rules=["plain_due"]))
    programs.run(_budget(), None)
    assert programs.standing.total == plan_cost(whole, programs.standing.plan) == least_cost(whole)
    assert broken(whole, programs.standing.plan) == ""


def test_programs_improve_what_is_left_and_keep_the_rules() -> None:
    won = 0
    for seed in range(4):
        whole = sessions(seed, 24, weeks=12)
        plan = construct(whole, rules=["plain_due"])
        programs = _programs(whole, plan)
        before = programs.standing.total
        for _ in range(3):
            programs.run(_budget(), None)
        assert programs.standing.total == plan_cost(whole, programs.standing.plan) <= before
        assert broken(whole, programs.standing.plan) == ""
        won += programs.standing.total < before
    assert won >= 3


def test_only_those_named_move() -> None:
    whole = sessions(3, 24, weeks=12)
    plan = construct(whole, rules=["plain_due"])
    programs = _programs(whole, plan)
    named = set(range(0, 24, 2))
    for _ in range(3):
        programs.run(_budget(), named)
    assert {each: programs.standing.plan.get(each) for each in range(1, 24, 2)} == {each: plan.get(each) for each in range(1, 24, 2)}


def test_a_run_that_is_over_changes_nothing() -> None:
    whole = sessions(1, 24, weeks=12)
    plan = construct(whole, rules=["plain_due"])
    programs = _programs(whole, plan)
    programs.run(Budget(monotonic() + 20, None, 1, 1, lambda: True), None)
    assert programs.standing.plan == plan


def test_sizes_grow_and_shrink_between_their_ends() -> None:
    size = Size(100)
    for _ in range(9):
        size.learn(is_done=True)
    assert size.members == MOST
    for _ in range(9):
        size.learn(is_done=False)
    assert size.members == FEWEST


@pytest.mark.parametrize("seed", range(3))
def test_large_problems_of_sessions_are_proved_by_what_programs_choose(seed: int) -> None:
    whole = sessions(seed, 40, weeks=16)
    found = climb_large(whole, construct(whole, rules=["plain_due"]), Team(), _budget(8), lambda rung, better, first: None)
    assert found.bounds == plan_tiers(whole, found.plan)
    assert broken(whole, found.plan) == ""


def test_lengths_are_alike_up_to_eight_times_the_shortest() -> None:
    chamber = resource("c", "#" * 40)
    two, sixteen, more = (request(task(mode(ticks, need([0], ticks))), name=f"q{ticks}") for ticks in (2, 16, 17))
    whole = instance(40, [chamber], two, sixteen, more)
    assert is_alike(whole, [0, 1], {0: 0, 1: 0})
    assert not is_alike(whole, [0, 1, 2], {0: 0, 1: 0, 2: 0})
