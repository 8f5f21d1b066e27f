"""Placements that are cheaper than the earliest, where the objective looks into requests."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.model.policy import TermName
from scheduler.placement.cost import request_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.ticks.instance import Instance, TickTerm
from tests.placement.builders import breaks, every_placement, instance, mode, need, precedence, request, resource, task
from tests.placement.random_cases import random_case, random_chain

OPEN = "#" * 12


def weighed(whole: Instance, **weights: int) -> Instance:
    return replace(whole, terms=tuple(TickTerm(name, 1, weight, weight) for name, weight in weights.items()))  # type: ignore[arg-type]


def starts(whole: Instance) -> list[int]:
    found = place(whole, Occupancy(whole), 0)
    assert found is not None
    return [each.start for each in found.placement]


def people(whole: Instance) -> set[int]:
    found = place(whole, Occupancy(whole), 0)
    assert found is not None
    return {one for each in found.placement for served in each.resources for one in served}


def relay(first: str = "##..##......", second: str = "..##........") -> Instance:
    """Two tasks, one after the other; two persons who can do both."""
    both = [task(mode(2, need((0, 1), 2)), name=name) for name in ("a", "b")]
    persons = [resource("p", first, person=True), resource("q", second, person=True)]
    return instance(12, persons, request(*both, precedences=[precedence(0, 1, 2)]))


def test_few_people_are_worth_a_wait_or_not() -> None:
    assert people(weighed(relay(), flow_time=1)) == {0, 1}
    assert people(weighed(relay(), flow_time=1, people=3)) == {0}
    assert people(weighed(relay(), flow_time=2, people=3)) == {0, 1}


def test_fewer_people_at_the_same_times_cost_nothing() -> None:
    tasks = [task(mode(2, need(able, 2)), name=name) for name, able in (("a", (0, 1)), ("b", (1, 2)), ("c", (1,)))]
    persons = [resource(name, OPEN, person=True) for name in "pqr"]
    whole = instance(12, persons, request(*tasks, precedences=[precedence(0, 1, 2), precedence(1, 2, 2)]))
    assert people(weighed(whole, flow_time=5, people=1)) == {1}
    assert starts(weighed(whole, flow_time=5, people=1)) == [0, 2, 4]


def test_a_short_span_is_worth_a_wait_or_not() -> None:
    whole = relay("##..........", ".....##...##")
    assert starts(weighed(whole, flow_time=1)) == [0, 5]
    assert starts(weighed(whole, flow_time=1, span=1)) == [0, 5]
    late = relay("##...##.....", "....#..##...")
    assert starts(weighed(late, flow_time=1)) == [0, 5]
    assert starts(weighed(late, flow_time=1, span=1)) == [5, 7]
    assert starts(weighed(late, flow_time=4, span=1)) == [0, 5]


def test_the_first_task_is_put_off_where_that_costs_nothing() -> None:
    assert starts(weighed(relay("###.........", "......##...."), flow_time=1, span=1)) == [1, 6]


def test_limit_is_kept() -> None:
    whole = weighed(relay(), flow_time=1, people=3)
    assert place(whole, Occupancy(whole), 0, limit=6 + 3) is None
    found = place(whole, Occupancy(whole), 0, limit=6 + 3 + 1)
    assert found is not None
    assert found.cost == 6 + 3


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("make", [random_case, random_chain])
def test_what_is_found_is_feasible_and_costs_what_it_says(seed: int, make: object) -> None:
    random = Random(seed)
    terms: tuple[TermName, ...] = ("tardiness", "moves", "flow_time", "preferences", "task_tardiness", "late", "span", "people")
    regret = total = 0
    for number in range(5):
        whole = make(random)  # type: ignore[operator]
        whole = weighed(whole, **{name: random.choice([0, 1, 4]) for name in terms}, unserved=10_000)
        due = tuple(replace(each, due_minute=random.choice([None, 2, 4])) for each in whole.requests[0].tasks)
        whole = replace(whole, requests=(replace(whole.requests[0], tasks=due),))
        asked = whole.requests[0]
        found = place(whole, Occupancy(whole), 0)
        costs = [request_cost(whole, asked, each) for each in every_placement(whole, asked)]
        assert (found is not None) == bool(costs), f"case {number}"
        if found is not None:
            assert breaks(whole, asked, found.placement) == ""
            assert found.cost == request_cost(whole, asked, found.placement) >= min(costs)
            regret += found.cost - min(costs)
            total += min(costs)
    # Not exact, but near.
    assert regret <= total // 10 + 4
