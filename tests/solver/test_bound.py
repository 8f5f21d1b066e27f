"""The least that one request can cost alone: by hand, and never above what some placement costs."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from scheduler.model.policy import TermName
from scheduler.placement.cost import request_amounts
from scheduler.solver.amounts import amounts_left_out, scalar_of
from scheduler.solver.bound import ideal_of, latest_completion, least_amounts, narrow
from scheduler.solver.domains import Explorer
from scheduler.ticks.instance import Instance, TickRequest, TickResource
from tests.placement.builders import every_placement, instance, mode, need, precedence, request, resource, task
from tests.placement.random_cases import random_case, random_chain
from tests.solver.cpsat.test_objective import with_terms

INNER: dict[TermName, int] = {
    "unserved": 1000,
    "tardiness": 1,
    "task_tardiness": 3,
    "late": 50,
    "span": 2,
    "flow_time": 1,
    "people": 7,
    "preferences": 1,
    "moves": 1,
}


def least(whole: Instance) -> dict[str, int]:
    amounts = least_amounts(whole, whole.requests[0], Explorer(whole).explore(whole.requests[0]))
    return {name: amounts[name] for name in ("tardiness", "task_tardiness", "late", "span", "people")}


def persons(*calendars: str) -> list[TickResource]:
    return [resource(f"p{number}", each, person=True) for number, each in enumerate(calendars)]


def weighed(whole: Instance) -> Instance:
    return with_terms(whole, INNER)


def line(**more: object) -> TickRequest:
    """Three ticks, a wait of two, then two ticks with two of the three persons."""
    tasks = (task(mode(3, need((0, 1), 3))), task(mode(2, need((0, 1, 2), 2, count=2))))
    return replace(request(*tasks, precedences=[precedence(0, 1, 5)]), **more)  # type: ignore[arg-type]


def test_span_is_at_least_the_longest_path() -> None:
    assert least(weighed(instance(20, persons("#" * 20, "#" * 20, "#" * 20), line())))["span"] == 7


def test_span_is_at_least_what_calendars_force() -> None:
    whole = weighed(instance(20, persons("####............####", "####............####", "....................".replace(".", "#")), line()))
    assert least(whole)["span"] == 18 - 1


def test_span_counts_from_what_is_frozen() -> None:
    whole = instance(20, persons("#" * 20, "#" * 20, "#" * 20), line(fixed_start=-4, fixed_completion=2))
    assert least(weighed(whole))["span"] == 7 + 4


def test_people_are_at_least_those_of_one_task() -> None:
    whole = instance(20, persons("#" * 20, "#" * 20, "#" * 20), line())
    assert least(weighed(whole))["people"] == 2
    frozen = replace(whole, requests=(replace(whole.requests[0], fixed_people=frozenset({0, 7})),))
    assert least(weighed(frozen))["people"] == 3


def test_people_of_requirements_at_one_time_add_up() -> None:
    def of(second: int) -> int:
        wanted = [need((0, 1, 2), 4, name="a"), replace(need((0, 1, 2), 4, name="b"), begin=second, end=second + 2)]
        return least(weighed(instance(20, persons("#" * 20, "#" * 20, "#" * 20), request(task(mode(4, *wanted))))))["people"]

    assert of(2) == 2
    assert of(4) == 1


def test_lateness_comes_from_the_earliest_ends() -> None:
    whole = instance(20, persons("#" * 20, "#" * 20, "#" * 20), line(weight=2))
    due = (replace(whole.requests[0].tasks[0], due_minute=2), replace(whole.requests[0].tasks[1], due_minute=7))
    on_time = weighed(replace(whole, requests=(replace(whole.requests[0], tasks=(whole.requests[0].tasks[0], due[1])),)))
    assert least(on_time) == {"tardiness": 0, "task_tardiness": 0, "late": 0, "span": 7, "people": 2}
    late = weighed(replace(whole, requests=(replace(whole.requests[0], tasks=due, fixed_tardiness=4),)))
    assert least(late) == {"tardiness": 0, "task_tardiness": 2 * (4 + 1), "late": 1, "span": 7, "people": 2}


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("make", [random_case, random_chain])
def test_no_placement_costs_less(seed: int, make: Callable[[Random], Instance]) -> None:
    random = Random(seed)
    for _ in range(4):
        whole = weighed(make(random))
        asked = whole.requests[0]
        tasks = tuple(replace(each, due_minute=random.choice([None, 2, 4])) for each in asked.tasks)
        frozen: dict[str, Any] = {}
        if asked.fixed_completion is not None:
            frozen = {"fixed_start": asked.fixed_completion - 2, "fixed_people": frozenset({0}), "fixed_tardiness": random.choice([0, 1])}
        asked = replace(asked, tasks=tasks, **frozen)
        whole = replace(whole, requests=(asked,))
        explorer = Explorer(whole)
        domain = explorer.explore(asked)
        placements = list(every_placement(whole, asked))
        if not placements:
            continue
        bound = least_amounts(whole, asked, domain)
        best = min((request_amounts(whole, asked, each) for each in placements), key=lambda each: scalar_of(whole, each))
        for each in placements:
            amounts = request_amounts(whole, asked, each)
            assert all(bound[name] <= amount for name, amount in amounts.items())
        # What is no dearer than some placement stays possible.
        allowed = scalar_of(whole, best)
        cut = narrow(whole, asked, domain, allowed, explorer)
        assert cut.can_serve
        assert cut.must_serve == (scalar_of(whole, amounts_left_out(asked)) > allowed)
        latest = latest_completion(whole, asked, domain, allowed)
        assert latest is not None
        for each in placements:
            if scalar_of(whole, request_amounts(whole, asked, each)) <= allowed:
                for booking in each:
                    assert cut.tasks[booking.task][booking.mode].starts >> booking.start & 1


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("make", [random_case, random_chain])
def test_who_is_only_placed_costs_no_more_than_any_placement(seed: int, make: Callable[[Random], Instance]) -> None:
    random = Random(seed)
    for _ in range(4):
        whole = make(random)
        whole = replace(whole, requests=whole.requests[:1])
        (asked,) = whole.requests
        ideal = ideal_of(whole, Explorer(whole), keep_domains=False)
        relaxed = ideal_of(whole, Explorer(whole))
        ways = [amounts_left_out(asked), *(request_amounts(whole, asked, each) for each in every_placement(whole, asked))]
        assert relaxed.scalar <= ideal.scalar <= min(scalar_of(whole, each) for each in ways)
        assert all(low <= high for low, high in zip(relaxed.tiers, ideal.tiers, strict=True))
        assert ideal.domains == ()


def test_nothing_is_narrowed_where_costs_are_no_sum() -> None:
    whole = instance(20, persons("#" * 20), request(task(mode(3, need((0,), 3))), due=3))
    coupled = with_terms(whole, {"unserved": 100, "tardiness": 1, "makespan": 1})
    for each, is_cut in ((whole, True), (coupled, False)):
        explorer = Explorer(each)
        domain = ideal_of(each, explorer).domains[0]
        assert (narrow(each, each.requests[0], domain, 3, explorer) != domain) == is_cut
