"""Lower bounds of the makespan: by hand, and against trying everything."""

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from scheduler.solver.amounts import plan_tiers
from scheduler.solver.bound import ideal_of
from scheduler.solver.clique import Load, heaviest_clique, least_surcharge, loads_of
from scheduler.solver.domains import Explorer
from scheduler.ticks.instance import Instance, TickRequest
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.solver.cpsat.test_objective import with_terms
from tests.solver.tiny import random_lab, searched

OPEN = "#" * 30


def loads(whole: Instance) -> list[Load]:
    explorer = Explorer(whole)
    return loads_of(whole, [explorer.explore(each) for each in whole.requests])


def takes(length: int, *resources: int | tuple[int, ...], first: int = 0) -> TickRequest:
    """One task that takes one of each group (or the one) all the time."""
    needs = [need(each if isinstance(each, tuple) else (each,), length, name=f"r{number}") for number, each in enumerate(resources)]
    return request(task(mode(length, *needs, first=first), one_site=False))


def lab(*requests: TickRequest, resources: int = 4) -> Instance:
    return instance(30, [resource(f"r{number}", OPEN) for number in range(resources)], *requests)


def bound(whole: Instance) -> int:
    return max((each.minutes for each in loads(whole)), default=0)


def test_one_machine_does_one_after_the_other_from_the_best_release_on() -> None:
    assert bound(lab(takes(4, 0), takes(5, 0), takes(6, 1))) == 9
    assert bound(lab(takes(4, 0), takes(5, 0, first=12))) == 17
    assert bound(lab(takes(4, 0, first=14), takes(5, 0, first=12))) == 21


def test_like_machines_share_the_work() -> None:
    assert bound(lab(*(takes(4, (0, 1)) for _ in range(3)))) == 6
    assert bound(lab(takes(9, (0, 1)), takes(4, (0, 1)), takes(4, 0), takes(4, 1))) == 11


def test_a_clique_needs_no_common_machine() -> None:
    whole = lab(takes(4, 0, 1, (2, 3)), takes(5, 1, 2), takes(6, 0, 2), takes(3, 3))
    assert bound(whole) == 15


def test_a_clique_takes_only_machines_that_are_certain() -> None:
    assert bound(lab(takes(4, (0, 1)), takes(5, 0), takes(6, 1))) == 8


def test_a_machine_that_shuts_needs_longer() -> None:
    whole = replace(lab(takes(4, 0), takes(5, 0)), resources=(resource("r0", "####....#####....##"),))
    assert bound(whole) == 13


def test_batch_resources_bound_nothing() -> None:
    whole = lab(takes(4, 0), takes(5, 0))
    oven = replace(resource("r0", OPEN, capacity=4), is_batch=True)
    assert loads(replace(whole, resources=(oven, *whole.resources[1:]))) == []


def test_work_after_the_end_of_a_task_does_not_count() -> None:
    def stored(length: int) -> TickRequest:
        each = takes(length, 0)
        after = replace(each.tasks[0].modes[0].requirements[0], begin=length, end=length + 9)
        return replace(each, tasks=(task(replace(each.tasks[0].modes[0], requirements=(need((1,), length, name="own"), after), last_start=20)),))

    assert bound(lab(stored(2), stored(3))) == 5


def test_surcharge_weighs_being_done_sooner_against_leaving_out() -> None:
    load = Load(((0, 4), (1, 6)), 1, 2, 12)
    assert least_surcharge(load, 10, (1000, 1000)) == 120
    assert least_surcharge(load, 10, (15, 1000)) == 20 + 15 + 60
    assert least_surcharge(load, 10, (15, 20)) == 35
    assert least_surcharge(load, 10, (0, 0)) == 0
    assert least_surcharge(Load(((0, 4), (1, 6)), 2, 0, 9), 10, (1000, 1000)) == 90


@pytest.mark.parametrize("seed", range(20))
def test_heaviest_clique_agrees_with_trying_everything(seed: int) -> None:
    random = Random(seed)
    count = random.randint(1, 11)
    neighbours = [0] * count
    for one, other in combinations(range(count), 2):
        if random.random() < 0.6:
            neighbours[one] |= 1 << other
            neighbours[other] |= 1 << one
    weights = [random.randint(1, 9) for _ in range(count)]
    every = (group for size in range(1, count + 1) for group in combinations(range(count), size))
    best = max(sum(weights[each] for each in group) for group in every if all(neighbours[a] >> b & 1 for a, b in combinations(group, 2)))
    found = heaviest_clique(neighbours, weights)
    assert all(neighbours[a] >> b & 1 for a, b in combinations(found, 2))
    assert sum(weights[each] for each in found) == best


def test_a_clique_is_one_even_when_the_steps_run_out() -> None:
    random = Random(1)
    count = 200
    neighbours = [0] * count
    for one, other in combinations(range(count), 2):
        if random.random() < 0.5:
            neighbours[one] |= 1 << other
            neighbours[other] |= 1 << one
    found = heaviest_clique(neighbours, [random.randint(1, 100) for _ in range(count)], most_work=500)
    assert all(neighbours[a] >> b & 1 for a, b in combinations(found, 2))


@pytest.mark.parametrize("seed", range(25))
def test_the_ideal_bounds_the_optimum_with_a_makespan(seed: int) -> None:
    random = Random(seed)
    whole = with_terms(random_lab(random), {"unserved": random.choice([3, 20, 1000]), "makespan": random.choice([1, 5]), "flow_time": random.choice([0, 1])})
    found = searched(whole)
    assert found.is_proved
    ideal = ideal_of(whole, Explorer(whole))
    best = plan_tiers(whole, found.plan)[0]
    assert ideal.tiers[0] <= best
    assert ideal.scalar == ideal.tiers[0]


def test_the_ideal_reaches_the_optimum_where_all_queue_for_one() -> None:
    whole = with_terms(lab(takes(4, 0), takes(5, 0), takes(6, 0, 1)), {"unserved": 1000, "makespan": 3})
    assert ideal_of(whole, Explorer(whole)).tiers == (3 * 15,) == plan_tiers(whole, searched(whole).plan)
    assert ideal_of(replace(whole, base_makespan=20), Explorer(whole)).tiers == (60,)
    assert ideal_of(replace(whole, base_makespan=20, start_minute=6), Explorer(whole)).tiers == (42,)
    assert ideal_of(replace(whole, start_minute=6), Explorer(whole)).tiers == (27,)


def test_a_clique_is_not_looked_for_when_time_is_over() -> None:
    random = Random(1)
    count = 400
    neighbours = [0] * count
    for node in range(count):
        for other in range(node):
            if random.random() < 0.7:
                neighbours[node] |= 1 << other
                neighbours[other] |= 1 << node
    weights = [random.randint(1, 100) for _ in range(count)]
    asked: list[int] = []

    def is_over() -> bool:
        asked.append(1)
        return len(asked) > 3

    found = heaviest_clique(neighbours, weights, is_over=is_over)
    assert 4 <= len(asked) < 60, "not at every node of a search that would take very long"
    assert all(neighbours[a] >> b & 1 for a in found for b in found if a != b)
