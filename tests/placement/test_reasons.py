"""The class of cause for each way in which a request can fail to fit."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.placement.reasons import find_reasons
from scheduler.placement.steps import Steps
from scheduler.ticks.instance import FixedUse, Instance
from tests.placement.builders import bits, instance, link, mode, need, precedence, request, resource, task
from tests.placement.random_cases import random_case

ALWAYS = "########"


def codes(whole: Instance, *booked: tuple[int, int, int]) -> list[str]:
    occupancy = Occupancy(whole)
    for use in booked:
        occupancy.book(*use)
    reasons = find_reasons(whole, occupancy, 0)
    assert all(each.detail.endswith(".") for each in reasons)
    return [each.code for each in reasons]


def pair(**more: int) -> Instance:
    """A chamber and a person, both for two ticks."""
    one = request(task(mode(2, need((0,), 2), need((1,), 2, name="b"), **more)))
    return instance(8, [resource("a", ALWAYS), resource("b", ALWAYS, person=True)], one)


def test_people_taken() -> None:
    assert codes(pair(), (1, 0, 8)) == ["people"]
    assert [each.resources for each in find_reasons(pair(), _booked(pair(), (1, 0, 8)), 0)] == [("b",)]


def _booked(whole: Instance, *uses: tuple[int, int, int]) -> Occupancy:
    occupancy = Occupancy(whole)
    for use in uses:
        occupancy.book(*use)
    return occupancy


def test_instruments_taken() -> None:
    assert codes(pair(), (0, 1, 3), (0, 4, 7)) == ["capacity"]


def test_both_taken_names_both() -> None:
    assert codes(pair(), (0, 0, 8), (1, 0, 8)) == ["capacity", "people"]


def test_fits_only_after_the_deadline() -> None:
    assert codes(pair(last=2), (0, 0, 4)) == ["capacity", "deadline"]
    assert codes(pair(last=2), (0, 0, 4), (1, 0, 4)) == ["deadline"]
    detail = find_reasons(pair(last=2), _booked(pair(last=2), (0, 0, 4), (1, 0, 4)), 0)[0].detail
    assert "2026-03-02T00:06+00:00" in detail


def test_only_frozen_bookings_in_the_way() -> None:
    whole = replace(pair(), fixed_uses=(FixedUse(0, 0, 7, 1),))
    assert codes(whole) == ["frozen", "capacity"]


def test_not_found_if_it_would_fit() -> None:
    assert codes(pair(), (0, 0, 2)) == ["not_found"]


def test_calendar_on_the_empty_lab() -> None:
    assert codes(instance(8, [resource("a", "#.#.#.#.")], request(task(mode(2, need((0,), 2)))))) == ["calendar"]


def test_qualification_on_the_empty_lab() -> None:
    one = request(task(mode(2, need((0,), 2, limited={0: bits("#.#.")}))))
    assert codes(instance(8, [resource("a", ALWAYS)], one)) == ["qualification"]


def test_location_and_links_on_the_empty_lab() -> None:
    resources = [resource("a", ALWAYS, site=0), resource("b", ALWAYS, site=1)]
    assert codes(instance(8, resources, request(task(mode(2, need((0,), 2), need((1,), 2, name="b")))))) == ["location"]
    tasks = task(mode(2, need((0,), 2))), task(mode(2, need((1,), 2)))
    assert codes(instance(8, resources, request(*tasks, links=[link("same_site", 0, 1)]))) == ["location"]
    assert codes(instance(8, resources, request(*tasks, links=[link("same_resource", 0, 1, requirement="r")]))) == ["links"]


def test_deadline_on_the_empty_lab() -> None:
    one = request(task(mode(2, need((0,), 2), last=1)), task(mode(2, need((0,), 2), last=1)), precedences=[precedence(0, 1, 2)])
    assert codes(instance(8, [resource("a", ALWAYS)], one)) == ["deadline"]


def test_nobody_left_to_serve() -> None:
    for refused in ("qualification", "deadline", "links"):
        one = replace(request(replace(task(), refused=refused)), can_serve=False)
        assert codes(instance(8, [resource("a", ALWAYS)], one)) == [refused]
    assert codes(instance(8, [resource("a", ALWAYS)], replace(request(task()), can_serve=False))) == ["not_found"]


@pytest.mark.parametrize("seed", range(8))
def test_there_is_always_a_reason_and_nothing_is_changed(seed: int) -> None:
    random = Random(seed)
    for _ in range(20):
        whole = random_case(random)
        occupancy = Occupancy(whole)
        before = [occupancy.free(r) for r in range(len(whole.resources))]
        reasons = find_reasons(whole, occupancy, 0)
        assert reasons
        bare = replace(whole, requests=(replace(whole.requests[0], current=()),))
        assert (reasons[0].code == "not_found") == (place(bare, Occupancy(bare), 0) is not None)
        assert [occupancy.free(r) for r in range(len(whole.resources))] == before


def tangle() -> Instance:
    """Four tasks of two ticks in one room that has seven: that takes hundreds of tries to see."""
    return instance(7, [resource("a", ALWAYS[:7])], request(*(task(mode(2, need((0,), 2))) for _ in range(4))))


def test_reasons_of_a_tangle_end_when_the_time_is_over() -> None:
    whole, asked = tangle(), 0

    def is_over() -> bool:
        nonlocal asked
        asked += 1
        return asked > 10

    reasons = find_reasons(whole, Occupancy(whole), 0, allowed=Steps(10**6, is_over))
    assert asked < 20
    assert [each.code for each in reasons] == ["not_found"]
    assert [each.code for each in find_reasons(whole, Occupancy(whole), 0, allowed=Steps(10**6, lambda: False))] == ["calendar"]


def test_reasons_take_no_more_steps_than_are_allowed_for_all_requests_together() -> None:
    whole = tangle()
    few, many = Steps(50), Steps(10**6)
    assert [each.code for each in find_reasons(whole, Occupancy(whole), 0, allowed=few)] == ["not_found"]
    assert few.left == 0
    assert [each.code for each in find_reasons(whole, Occupancy(whole), 0, allowed=many)] == ["calendar"]
    assert 50 < 10**6 - many.left < 1_000


def test_what_is_sure_is_told_though_the_rest_is_not_looked_into() -> None:
    whole = replace(pair(), fixed_uses=(FixedUse(0, 0, 7, 1),))
    told = []
    for questions in range(20):
        left = iter([False] * questions)
        reasons = find_reasons(whole, Occupancy(whole), 0, allowed=Steps(10**6, lambda left=left: next(left, True)))
        told.append([each.code for each in reasons])
    assert [each for number, each in enumerate(told) if each not in told[:number]] == [["not_found"], ["frozen"], ["frozen", "capacity"]]
    assert told == sorted(told, key=lambda each: (each != ["not_found"], len(each)))
