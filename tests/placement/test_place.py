"""`place` against trying everything, and each rule at its edge."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from time import process_time

import pytest

from scheduler.placement.cost import request_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.ticks.instance import FixedUse, Instance, TickBooking, TickLink, TickRequest
from tests.placement.builders import bits, breaks, cost_of, every_placement, instance, link, mode, need, precedence, request, resource, task, uses_of
from tests.placement.random_cases import random_case, random_chain


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("make", [random_case, random_chain])
def test_place_agrees_with_trying_everything(seed: int, make: Callable[[Random], Instance]) -> None:
    random = Random(seed)
    for number in range(30 if make is random_case else 6):
        whole = make(random)
        asked = whole.requests[0]
        occupancy = Occupancy(whole)
        before = [occupancy.free(r) for r in range(len(whole.resources))]
        found = place(whole, occupancy, 0)
        costs = [cost_of(whole, asked, each) for each in every_placement(whole, asked)]
        where = f"seed {seed}, case {number}"
        assert (found is not None) == bool(costs), where
        assert [occupancy.free(r) for r in range(len(whole.resources))] == before, where
        if found is None:
            continue
        assert breaks(whole, asked, found.placement) == "", where
        assert found.cost == cost_of(whole, asked, found.placement) == request_cost(whole, asked, found.placement), where
        prefers = any(r.preferred for t in asked.tasks for m in t.modes for r in m.requirements)
        if not prefers or whole.scalars["preferences"] == 0:
            assert found.cost == min(costs), where
            assert place(whole, occupancy, 0, limit=found.cost) is None, where
            again = place(whole, occupancy, 0, limit=found.cost + 1)
            assert again is not None, where
            assert again.cost == found.cost, where


def starts_of(whole: Instance, index: int = 0) -> list[int] | None:
    found = place(whole, Occupancy(whole), index)
    if found is None:
        return None
    assert breaks(whole, whole.requests[index], found.placement) == ""
    return [each.start for each in found.placement]


def chamber_and_operator(chamber: str, operator: str, length: int, part: int) -> Instance:
    resources = [resource("chamber", chamber), resource("operator", operator, person=True)]
    needs = (need((0,), length), need((1,), length, during="head", part=part, name="h"), need((1,), length, during="tail", part=part, name="t"))
    return instance(len(chamber), resources, request(task(mode(length, *needs))))


def test_calendar_edge() -> None:
    assert starts_of(instance(6, [resource("a", ".####.")], request(task(mode(4, need((0,), 4)))))) == [1]
    assert starts_of(instance(6, [resource("a", ".###..")], request(task(mode(4, need((0,), 4)))))) is None


def test_alternatives_take_the_resource_that_can_do_it_first() -> None:
    whole = instance(8, [resource("a", "....####"), resource("b", ".####...")], request(task(mode(3, need((0, 1), 3)))))
    found = place(whole, Occupancy(whole), 0)
    assert found is not None
    assert (found.placement[0].start, found.placement[0].resources) == (1, ((1,),))


def test_modes_take_the_one_that_is_complete_first() -> None:
    slow, fast = mode(5, need((0,), 5)), mode(2, need((0, 1), 2, count=2))
    early, late = resource("b", "....####"), resource("b", "######.#")
    assert starts_of(instance(8, [resource("a", "########"), early], request(task(slow, fast)))) == [0]
    whole = instance(8, [resource("a", "########"), late], request(task(slow, fast)))
    found = place(whole, Occupancy(whole), 0)
    assert found is not None
    assert (found.placement[0].mode, found.placement[0].start) == (1, 0)


def test_head_and_tail_need_the_operator_only_there() -> None:
    assert starts_of(chamber_and_operator("##########", ".##....##.", 8, 2)) == [1]
    assert starts_of(chamber_and_operator("##########", ".##.....##", 8, 2)) is None
    assert starts_of(chamber_and_operator("####.#####", ".##....##.", 8, 2)) is None


@pytest.mark.parametrize(("used", "start"), [(2, 0), (3, 4)])
def test_capacity_counts_demand(used: int, start: int) -> None:
    whole = instance(
        8, [resource("a", "########", capacity=4)], request(task(mode(4, need((0,), 4, demand=2)))), fixed=[FixedUse(0, 1, 2, used), FixedUse(0, 3, 4, used)]
    )
    assert starts_of(whole) == [start]


def test_count_needs_different_resources_at_once() -> None:
    people = [resource("a", "##..###"), resource("b", "..###.#"), resource("c", ".....##")]
    assert starts_of(instance(7, people, request(task(mode(1, need((0, 1, 2), 1, count=2)))))) == [4]
    assert starts_of(instance(7, people, request(task(mode(1, need((0, 1, 2), 1, count=3)))))) == [6]
    assert starts_of(instance(7, people, request(task(mode(2, need((0, 1, 2), 2, count=3)))))) is None


@pytest.mark.parametrize(("least", "most", "expected"), [(2, 4, [0, 4]), (2, 3, None), (4, None, [0, 4]), (5, None, None), (2, None, [0, 4])])
def test_precedence_keeps_both_lags(least: int, most: int | None, expected: list[int] | None) -> None:
    resources = [resource("a", "##......"), resource("b", "....#...")]
    two = request(task(mode(2, need((0,), 2))), task(mode(1, need((1,), 1))), precedences=[precedence(0, 1, least, most)])
    assert starts_of(instance(8, resources, two)) == expected


def test_precedence_walks_back_to_a_start_that_leads_there() -> None:
    resources = [resource("a", "########"), resource("b", ".....#..")]
    two = request(task(mode(1, need((0,), 1))), task(mode(1, need((1,), 1))), precedences=[precedence(0, 1, 1, 2)])
    assert starts_of(instance(8, resources, two)) == [3, 5]


@pytest.mark.parametrize(("sites", "one_site", "expected"), [((0, 0), True, [0]), ((0, 1), True, None), ((0, 1), False, [0]), ((0, -1), True, [0])])
def test_location_of_one_task(sites: tuple[int, int], one_site: bool, expected: list[int] | None) -> None:
    resources = [resource(f"r{i}", "####", site=site) for i, site in enumerate(sites)]
    one = request(task(mode(2, need((0,), 2), need((1,), 2, name="b")), one_site=one_site))
    assert starts_of(instance(4, resources, one)) == expected


def two_tasks(first: list[int], second: list[int], *links: TickLink, **parts: int) -> TickRequest:
    tasks = task(mode(2, need(first, 2))), task(mode(2, need(second, 2, count=parts.get("count", 1))))
    return request(*tasks, precedences=[precedence(0, 1, 2)], links=links)


def test_link_same_site() -> None:
    resources = [resource("a", "########", site=0), resource("b", "########", site=1), resource("c", "....####", site=0)]
    assert starts_of(instance(8, resources, two_tasks([0], [1, 2]))) == [0, 2]
    assert starts_of(instance(8, resources, two_tasks([0], [1, 2], link("same_site", 0, 1)))) == [0, 4]
    assert starts_of(instance(8, resources, two_tasks([0], [1], link("same_site", 0, 1)))) is None


def test_link_same_resource() -> None:
    resources = [resource("a", "##..####"), resource("b", "########")]
    assert starts_of(instance(8, resources, two_tasks([0], [0, 1]))) == [0, 2]
    assert starts_of(instance(8, resources, two_tasks([0], [0, 1], link("same_resource", 0, 1, requirement="r")))) == [0, 4]
    assert starts_of(instance(8, resources, two_tasks([0], [1], link("same_resource", 0, 1, requirement="r")))) is None
    assert starts_of(instance(8, resources, two_tasks([0], [0, 1], link("same_resource", 0, 1, requirement="r"), count=2))) is None


def test_link_same_people() -> None:
    resources = [resource("a", "##..####", person=True), resource("b", "########", person=True), resource("c", "########")]
    assert starts_of(instance(8, resources, two_tasks([0], [0, 1], link("same_people", 0, 1)))) == [0, 4]
    assert starts_of(instance(8, resources, two_tasks([0], [1], link("same_people", 0, 1)))) is None
    assert starts_of(instance(8, resources, two_tasks([0, 2], [2], link("same_people", 0, 1)))) == [0, 2]


def test_link_different_institutes() -> None:
    resources = [resource("a", "########", site=0, institute=0), resource("b", "########", site=1, institute=0), resource("c", "....####", site=2, institute=1)]
    assert starts_of(instance(8, resources, two_tasks([0], [1, 2], link("different_institutes", 0, 1)))) == [0, 4]
    assert starts_of(instance(8, resources, two_tasks([0], [1], link("different_institutes", 0, 1)))) is None


def test_limited_qualification_must_hold_all_the_time() -> None:
    resources = [resource("a", "########")]
    for limit, expected in [("..######", [2]), ("####....", [0]), (".##.....", None)]:
        assert starts_of(instance(8, resources, request(task(mode(3, need((0,), 3, limited={0: bits(limit)})))))) == expected


def test_deadline_edge() -> None:
    resources = [resource("a", "....####")]
    assert starts_of(instance(8, resources, request(task(mode(3, need((0,), 3), last=4))))) == [4]
    assert starts_of(instance(8, resources, request(task(mode(3, need((0,), 3), last=3))))) is None


def test_one_resource_cannot_serve_two_needs_at_once() -> None:
    both = mode(2, need((0, 1), 2), need((0, 1), 2, name="b"))
    assert starts_of(instance(6, [resource("a", "######"), resource("b", "...###")], request(task(both)))) == [3]
    assert starts_of(instance(6, [resource("a", "######"), resource("b", "...#.#")], request(task(both)))) is None
    assert starts_of(instance(6, [resource("a", "######", capacity=2), resource("b", "......")], request(task(both)))) == [0]


def test_parallel_tasks_share_what_there_is() -> None:
    two = request(task(mode(3, need((0,), 3))), task(mode(3, need((0,), 3))))
    found = starts_of(instance(6, [resource("a", "######")], two))
    assert sorted(found or []) == [0, 3]
    assert starts_of(instance(5, [resource("a", "#####")], two)) is None


def test_booking_in_force_stays_where_that_is_cheaper() -> None:
    kept = TickBooking(0, 0, 5, ((0,),))
    for move_cost, start in [(4, 0), (6, 5)]:
        one = request(task(mode(2, need((0,), 2))), current=[(0, kept, move_cost)])
        assert starts_of(instance(8, [resource("a", "########")], one)) == [start]


def test_preferred_resource_is_taken_where_that_is_cheaper() -> None:
    for opens, start in [(".#######", 1), ("....####", 0)]:
        one = request(task(mode(2, need((0, 1), 2, preferred=(1,)))))
        assert starts_of(instance(8, [resource("a", "########"), resource("b", opens)], one)) == [start]


def test_request_without_free_tasks_is_placed_as_nothing() -> None:
    whole = instance(4, [resource("a", "####")], request(fixed_completion=3))
    found = place(whole, Occupancy(whole), 0)
    assert found is not None
    assert (found.placement, found.cost) == ((), 3)


@pytest.mark.parametrize("seed", range(25))
def test_place_finds_a_planted_placement(seed: int) -> None:
    """Calendars open for one placement only, tick by tick: too strict a rule anywhere would miss it."""
    random = Random(seed)
    for make in (random_case, random_chain):
        whole = make(random)
        asked = replace(whole.requests[0], current=())
        loose = replace(whole, requests=(asked,))
        known = place(loose, Occupancy(loose), 0)
        if known is None:
            continue
        opening = dict.fromkeys(range(len(whole.resources)), 0)
        for r, start, end, _ in uses_of(asked, known.placement):
            opening[r] |= (1 << end) - (1 << start)
        tight = replace(loose, resources=tuple(replace(each, open=opening[r]) for r, each in enumerate(whole.resources)))
        found = place(tight, Occupancy(tight), 0)
        assert found is not None
        assert found.cost <= known.cost or any(r.preferred for t in asked.tasks for m in t.modes for r in m.requirements)


def test_place_a_dense_request_in_proportion() -> None:
    """A hundred tasks on two shared units, each before all later ones: 4,950 precedences must not be gone through for every task anew."""
    count = 100
    tasks = tuple(task(mode(1, need([0, 1], 1, count=1))) for _ in range(count))
    edges = tuple(precedence(before, after, 1) for before in range(count) for after in range(before + 1, count))
    whole = instance(3 * count, [resource("a", "#" * 3 * count), resource("b", "#" * 3 * count)], request(*tasks, precedences=edges))
    began = process_time()
    found = place(whole, Occupancy(whole), 0)
    assert found is not None
    assert [each.start for each in found.placement] == list(range(count))
    assert process_time() - began < 1.5


def test_a_task_that_is_nowhere_does_not_tie_two_sites_together() -> None:
    # x is done by somebody without a site, so y may be at one site and z at the other.
    resources = [resource("mobile", "####", site=-1), resource("seoul", "####", site=0), resource("busan", "####", site=1)]
    tasks = [task(mode(2, need([number], 2)), name=name) for number, name in enumerate("xyz")]
    whole = instance(4, resources, request(*tasks, links=[link("same_site", 0, 1), link("same_site", 0, 2)]))
    placed = place(whole, Occupancy(whole), 0)
    assert placed is not None
    assert [each.resources for each in placed.placement] == [((0,),), ((1,),), ((2,),)]
    # Somebody with a site does tie them.
    seated = instance(4, [resource("here", "####", site=0), *resources[1:]], whole.requests[0])
    assert place(seated, Occupancy(seated), 0) is None
