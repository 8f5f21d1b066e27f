"""Changeovers: time between unlike uses, from the initial recipe, warm-up, in one opening; and against trying everything."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.solver.cpsat.model import build_model
from scheduler.solver.domains import Explorer
from scheduler.ticks.instance import FixedUse, Instance, TickChangeover, TickResource
from tests.placement.builders import resource
from tests.solver.cpsat.special import broken, changeover, finds_the_best, instance, judges_alike, oven, part, pays_least, solved

TWO = ((0, 1), (2, 0))
"""One tick from a to b, two back."""


def unit(opening: str, change: TickChangeover, initial: int = -1) -> TickResource:
    return replace(resource("u", opening), changeover=change, initial_recipe=initial)


def starts(whole: Instance) -> dict[int, int]:
    plan = solved(whole)
    assert broken(whole, plan) == ""
    return {position: placement[0].start for position, placement in plan.items()}


@pytest.mark.parametrize(("ticks", "count"), [(5, 2), (4, 1)])
def test_changeover_takes_time_between_unlike_uses(ticks: int, count: int) -> None:
    whole = instance(ticks, [unit("#" * ticks, changeover(TWO))], part([0], 2, 0), part([0], 2, 1))
    assert len(starts(whole)) == count


def test_changeover_chooses_the_shorter_order() -> None:
    # b, then a would need two ticks.
    assert starts(instance(3, [unit("###", changeover(TWO))], part([0], 1, 1), part([0], 1, 0))) == {1: 0, 0: 2}


def test_changeover_is_that_between_neighbours() -> None:
    # From a to c it takes long, over b it does not.
    times = ((0, 0, 3), (9, 0, 0), (9, 9, 0))
    assert starts(instance(3, [unit("###", changeover(times))], part([0], 1, 0), part([0], 1, 1), part([0], 1, 2))) == {0: 0, 1: 1, 2: 2}


@pytest.mark.parametrize(("initial", "start"), [(-1, 0), (0, 1), (1, 0)])
def test_changeover_begins_with_the_initial_recipe(initial: int, start: int) -> None:
    assert starts(instance(3, [unit("###", changeover(TWO), initial)], part([0], 1, 1))) == {0: start}


def test_changeover_begins_at_the_first_tick() -> None:
    whole = instance(4, [unit("####", changeover(TWO), 0)], part([0], 1, 1, first=1), first_tick=1)
    assert starts(whole) == {0: 2}


@pytest.mark.parametrize(("idle", "count"), [(2, 2), (1, 1)])
def test_changeover_warms_up_what_was_idle(idle: int, count: int) -> None:
    change = changeover(((0,),), idle=idle, warm_up=3)
    whole = instance(9, [unit("#########", change)], part([0], 1, 0, first=3, last=3), part([0], 1, 0, first=6, last=6))
    assert len(starts(whole)) == count


def test_changeover_warms_up_before_the_first_use() -> None:
    assert starts(instance(4, [unit("####", changeover(((0,),), idle=0, warm_up=2))], part([0], 1, 0))) == {0: 2}


@pytest.mark.parametrize(("opening", "within", "start"), [("##.###", True, 4), ("##.###", False, 3), ("##.##.", True, None)])
def test_changeover_lies_within_the_opening_where_so_said(opening: str, within: bool, start: int | None) -> None:
    whole = instance(6, [unit(opening, changeover(TWO, within=within))], part([0], 2, 0, last=0, weight=9), part([0], 2, 1))
    assert starts(whole).get(1) == start


@pytest.mark.parametrize(("end", "start"), [(1, 2), (2, 3), (3, None)])
def test_changeover_follows_frozen_uses(end: int, start: int | None) -> None:
    whole = instance(4, [unit("####", changeover(TWO))], part([0], 1, 1), fixed=[FixedUse(0, 0, end, 1, 0)])
    assert starts(whole).get(0) == start


@pytest.mark.parametrize(("begin", "start"), [(3, 0), (2, None)])
def test_changeover_leaves_time_before_frozen_uses(begin: int, start: int | None) -> None:
    whole = instance(4, [unit("####", changeover(TWO))], part([0], 1, 1, last=1), fixed=[FixedUse(0, begin, 4, 1, 0)])
    assert starts(whole).get(0) == start


def test_changeover_remembers_what_was_before_the_horizon() -> None:
    whole = instance(3, [unit("###", changeover(TWO))], part([0], 1, 1), part([0], 1, 0), fixed=[FixedUse(0, -3, 0, 1, 0, at=-3)])
    assert starts(whole) == {1: 0, 0: 2}


def test_changeover_between_frozen_uses_was_decided_earlier() -> None:
    fixed = [FixedUse(0, 0, 1, 1, 1), FixedUse(0, 1, 2, 1, 0)]
    assert starts(instance(4, [unit("####", changeover(TWO), 0)], part([0], 1, 1), fixed=fixed)) == {0: 3}


def test_changeover_of_batch_runs_counts_each_run_once() -> None:
    whole = instance(4, [oven("####", changeover=changeover(TWO))], part([0], 1, 0), part([0], 1, 0), part([0], 1, 1))
    assert starts(whole) == {0: 0, 1: 0, 2: 2}


def test_changeover_leaves_its_costs_to_the_objective() -> None:
    change = changeover(((0, 1), (2, 0)), idle=0, warm_up=1)
    whole = instance(4, [unit("####", change)], part([0], 1, 0), part([0], 1, 1), fixed=[])
    exact = build_model(whole, [Explorer(whole).explore(each) for each in whole.requests])
    amounts = sorted((minutes, price) for _, minutes, price in exact.variables.transitions)
    assert amounts == [(1, 10), (1, 10), (1, 10), (2, 20)]


def random_units(random: Random) -> Instance:
    ticks = random.randint(5, 7)
    times = tuple(tuple(0 if a == b else random.randint(0, 2) for b in range(2)) for a in range(2))
    change = changeover(times, within=random.random() < 0.5, idle=random.choice([None, 0, 1]), warm_up=random.randint(1, 2))
    change = change if change.idle is not None else replace(change, warm_up=0)
    opening = random.choice(["#" * ticks, "###.###"[:ticks]])
    initial = random.randint(-1, 1)
    is_batch = random.random() < 0.4
    data = oven(opening, changeover=change, initial_recipe=initial) if is_batch else unit(opening, change, initial)
    requests = []
    for _ in range(random.randint(2, 3)):
        due = random.choice([None, random.randint(1, ticks)])
        requests.append(part([0], random.randint(1, 2), random.randint(0, 1), weight=random.randint(1, 3), due=due, first=random.randint(0, 1)))
    fixed = []
    if random.random() < 0.5:
        fixed.append(FixedUse(0, 2, 3, 1, random.randint(0, 1)))
        if random.random() < 0.4:
            fixed.append(FixedUse(0, 3, 4, 1, random.randint(0, 1)))
    return instance(ticks, [data], *requests, fixed=fixed)


@pytest.mark.parametrize("seed", range(40))
def test_changeover_finds_what_trying_everything_finds(seed: int) -> None:
    finds_the_best(random_units(Random(seed)), broken, seed)


@pytest.mark.parametrize("seed", range(20))
def test_changeover_refuses_what_is_broken(seed: int) -> None:
    judges_alike(random_units(Random(seed)), broken, seed)


@pytest.mark.parametrize("seed", range(15))
def test_changeover_is_paid_for_as_little_as_possible(seed: int) -> None:
    pays_least(random_units(Random(seed)), broken)
