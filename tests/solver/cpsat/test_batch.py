"""Batch runs: who may share one, how long it lasts, how much it holds; and against trying everything."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.ticks.instance import FixedUse, Instance
from tests.solver.cpsat.special import admits, broken, finds_the_best, instance, judges_alike, oven, part, pays_least, solved


def served(whole: Instance) -> int:
    plan = solved(whole)
    assert broken(whole, plan) == ""
    return len(plan)


@pytest.mark.parametrize(("recipe", "count"), [(0, 2), (1, 1)])
def test_batch_run_has_one_recipe(recipe: int, count: int) -> None:
    assert served(instance(3, [oven("###")], part([0], 2, 0), part([0], 2, recipe))) == count


@pytest.mark.parametrize(("demand", "count"), [(2, 2), (3, 1)])
def test_batch_run_holds_the_capacity(demand: int, count: int) -> None:
    assert served(instance(3, [oven("###", capacity=4)], part([0], 2, 0, demand=2), part([0], 2, 0, demand=demand))) == count


def test_batch_run_holds_no_third_that_is_too_much() -> None:
    # Any two fit, all three do not.
    assert served(instance(2, [oven("##", capacity=3)], part([0], 2, 0), part([0], 2, 0), part([0], 2, 0, demand=2))) == 2


@pytest.mark.parametrize(("last", "count"), [(1, 2), (0, 1)])
def test_batch_run_has_one_start(last: int, count: int) -> None:
    assert served(instance(3, [oven("###")], part([0], 2, 0, first=1), part([0], 2, 0, last=last))) == count


@pytest.mark.parametrize(("longer", "count"), [((3,), 2), ((4,), 1), ((), 1)])
def test_batch_run_lasts_as_long_as_the_longest_needs(longer: tuple[int, ...], count: int) -> None:
    assert served(instance(4, [oven("####")], part([0], 3, 0), part([0], 2, 0, longer=longer))) == count


def test_batch_run_is_not_longer_than_anybody_needs() -> None:
    whole = instance(3, [oven("###")], part([0], 2, 0, longer=(3,)))
    plan = solved(whole)
    stretched = {0: (replace(plan[0][0], mode=1, start=0),)}
    assert plan[0][0].mode == 0
    assert admits(whole, plan)
    assert not admits(whole, stretched)


@pytest.mark.parametrize(("use", "count"), [((1, 3, 0, 1), 1), ((1, 3, 1, 1), 0), ((1, 3, 0, 2), 0), ((0, 3, 0, 1), 0), ((1, 2, 0, 1), 0)])
def test_batch_joins_a_frozen_run_that_is_alike(use: tuple[int, int, int, int], count: int) -> None:
    start, end, recipe, load = use
    assert served(instance(3, [oven("###")], part([0], 2, 0), fixed=[FixedUse(0, start, end, load, recipe)])) == count


def test_batch_fills_a_frozen_run_up_to_the_capacity() -> None:
    whole = instance(3, [oven("###")], part([0], 2, 0), part([0], 2, 0), fixed=[FixedUse(0, 1, 3, 1, 0)])
    assert served(whole) == 1


def test_batch_may_be_as_long_as_a_frozen_run() -> None:
    whole = instance(3, [oven("###")], part([0], 2, 0, longer=(3,)), fixed=[FixedUse(0, 0, 3, 1, 0)])
    assert served(whole) == 1


def test_batch_joins_no_run_that_starts_between_ticks() -> None:
    whole = instance(3, [oven("###")], part([0], 2, 0), fixed=[FixedUse(0, 1, 3, 1, 0, is_on_grid=False)])
    assert served(whole) == 0


def test_batch_chooses_among_ovens() -> None:
    # Two recipes and two ovens: each has its own run, all at once.
    whole = instance(2, [oven("##"), oven("##")], *(part([0, 1], 2, recipe) for recipe in (0, 1, 0, 1)))
    assert served(whole) == 4


def random_ovens(random: Random) -> Instance:
    ticks = random.randint(4, 6)
    ovens = [oven(random.choice(["#" * ticks, "##.###"[:ticks]]), capacity=random.randint(1, 3)) for _ in range(random.randint(1, 2))]
    requests = []
    for _ in range(random.randint(2, 3)):
        length = random.randint(1, 3)
        longer = tuple(range(length + 1, random.randint(length, 3) + 1))
        due = random.choice([None, random.randint(1, ticks)])
        more = {"demand": random.randint(1, min(each.capacity for each in ovens)), "weight": random.randint(1, 3), "due": due, "first": random.randint(0, 1)}
        requests.append(part(list(range(len(ovens))), length, random.randint(0, 1), longer=longer, **more))
    fixed = [FixedUse(0, 1, 1 + random.randint(1, 2), 1, random.randint(0, 1))] if random.random() < 0.4 else []
    return instance(ticks, ovens, *requests, fixed=fixed)


@pytest.mark.parametrize("seed", range(30))
def test_batch_finds_what_trying_everything_finds(seed: int) -> None:
    finds_the_best(random_ovens(Random(seed)), broken, seed)


@pytest.mark.parametrize("seed", range(15))
def test_batch_refuses_what_is_broken(seed: int) -> None:
    judges_alike(random_ovens(Random(seed)), broken, seed)


@pytest.mark.parametrize("seed", range(15))
def test_batch_is_paid_for_as_little_as_possible(seed: int) -> None:
    pays_least(random_ovens(Random(seed)), broken)
