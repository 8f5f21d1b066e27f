"""Kicks: they cost at first, and stay only where all stand for less after a while."""

from collections.abc import Collection
from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.bound import ideal_of
from scheduler.solver.domains import Explorer
from scheduler.solver.improve import Improver
from scheduler.solver.kicks import KICK_SECONDS, Heal, Kicks
from scheduler.solver.ruin import Ruin
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Instance, Plan, TickBooking
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.solver.test_chains import _crowded
from tests.solver.tiny import broken, least_cost


class _Patient:
    """Kicks, and ruin and recreate to make up for them."""

    def __init__(self, whole: Instance, plan: Plan, seed: int = 1) -> None:
        least, random = ideal_of(whole, Explorer(whole)).scalars, Random(seed)
        self.standing, ruin = Standing(whole, plan), Ruin(whole)
        self.kicks = Kicks(self.standing, least, random, ruin)
        self.improver = Improver(self.standing, least, random, ruin)

    def heal(self, members: Collection[int]) -> float:
        self.improver.run(lambda: 1.0, lambda tries: tries >= 60, among=members)
        return 0.5


def _nothing(_: Collection[int]) -> float:
    return 0.5


def _at(start: int, resource: int) -> tuple[TickBooking, ...]:
    return (TickBooking(0, 0, start, ((resource,),)),)


def _shut_out() -> tuple[Instance, Plan]:
    """The first is left out: it can only be where the second stands, who is worth more and could stand where the third does, who could stand later."""
    chambers = [resource(name, "#" * 30) for name in "ab"]
    first = request(task(mode(8, need([0], 8), first=0, last=0)), weight=8, due=None, name="first")
    second = request(task(mode(8, need([0, 1], 8), first=0, last=0)), weight=9, due=None, name="second")
    third = request(task(mode(8, need([1], 8), first=0, last=20)), weight=1, due=8, name="third")
    return instance(30, chambers, first, second, third), {1: _at(0, 0), 2: _at(0, 1)}


def test_who_is_let_in_stays_where_the_others_find_other_places() -> None:
    whole, plan = _shut_out()
    patient = _Patient(whole, plan)
    before = patient.standing.total
    assert patient.kicks.kick(0, patient.heal) == KICK_SECONDS + 0.5
    assert patient.standing.best == patient.standing.total == plan_cost(whole, patient.standing.plan) == least_cost(whole) < before
    assert set(patient.standing.plan) == {0, 1, 2}
    assert broken(whole, patient.standing.plan) == ""


def test_a_kick_that_nothing_makes_up_for_leaves_all_as_it_was() -> None:
    whole, plan = _shut_out()
    patient = _Patient(whole, plan)
    standing = patient.standing
    before = (standing.total, standing.best, list(standing.cost), [sorted(each) for each in standing.booked], [standing.occupancy.free(r) for r in range(2)])
    seen: list[bool] = []

    def look(_: Collection[int]) -> float:
        seen.append(0 in standing.plan)
        return 0.5

    patient.kicks.kick(0, look)
    assert seen == [True], "it stood there meanwhile"
    assert standing.plan == plan
    assert (standing.total, standing.best, standing.cost, [sorted(each) for each in standing.booked], [standing.occupancy.free(r) for r in range(2)]) == before


def test_those_not_named_stay() -> None:
    whole, plan = _shut_out()
    patient = _Patient(whole, plan)
    assert patient.kicks.kick(0, patient.heal, {0, 2}) == KICK_SECONDS
    assert patient.standing.plan == plan


def test_where_nobody_costs_more_than_alone_there_is_nothing_to_do() -> None:
    whole = instance(9, [resource("c", "#" * 9)], request(task(mode(2, need([0], 2), last=7)), due=9))
    assert _Patient(whole, {0: _at(0, 0)}).kicks.run(_nothing) is None


@pytest.mark.parametrize("heals", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_kicks_keep_the_rules_and_never_cost_more(seed: int, heals: bool) -> None:
    whole, plan = _crowded(seed)
    patient = _Patient(whole, plan, seed)
    heal: Heal = patient.heal if heals else _nothing
    before = total = patient.standing.total
    for _ in range(30):
        if patient.kicks.run(heal) is None:
            break
        assert patient.standing.total <= total
        total = patient.standing.total
    assert patient.standing.best == total == plan_cost(whole, patient.standing.plan) <= before
    assert broken(whole, patient.standing.plan) == ""
    patient.standing.return_to_best()
    assert plan_cost(whole, patient.standing.plan) == total
