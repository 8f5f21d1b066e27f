"""Offers disturb nobody, are different, and come cheapest first."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from scheduler.model.schedule import Schedule
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.offers import best_offers, list_offers, reasons_against
from scheduler.placement.place import place
from tests.placement.builders import breaks, cost_of, instance, mode, need, resource, task
from tests.placement.builders import request as tick_request
from tests.placement.random_cases import random_case, random_chain
from tests.ticks.labs import at, booked, chamber, hours, needs, operator, problem, request
from tests.ticks.labs import task as model_task


@pytest.mark.parametrize("seed", range(10))
def test_best_offers_are_feasible_different_and_in_order(seed: int) -> None:
    random = Random(seed)
    for make in (random_case, random_chain):
        for _ in range(8):
            whole = make(random)
            occupancy = Occupancy(whole)
            offers = best_offers(whole, occupancy, 0)
            best = place(whole, occupancy, 0)
            assert bool(offers) == (best is not None)
            assert len({each.placement for each in offers}) == len(offers) <= 5
            for each in offers:
                assert breaks(whole, whole.requests[0], each.placement) == ""
                assert each.cost == cost_of(whole, whole.requests[0], each.placement)
            if offers and best is not None:
                assert offers[0].cost == best.cost


def test_best_offers_are_an_hour_apart_and_over_all_sites() -> None:
    always = (1 << 400) - 1
    one = tick_request(task(mode(30, need((0, 1), 30), minutes=30)))
    whole = instance(400, [resource("a", always, site=0), resource("b", always, site=1)], one)
    offers = best_offers(whole, Occupancy(whole), 0)
    assert [(each.placement[0].start, each.placement[0].resources[0][0]) for each in offers] == [(0, 0), (0, 1), (60, 0), (60, 1), (120, 0)]
    assert len(best_offers(whole, Occupancy(whole), 0, count=2)) == 2


def test_list_offers_go_round_the_schedule() -> None:
    world = problem(request(id="first"), request(id="second"), length=12)
    schedule = Schedule(bookings=(booked("t", 0, 3, request_id="first"), booked("t", 6, 9, request_id="second")))
    offers = list_offers(world, schedule, request(id="new", due=at(4)))
    # Two hours of the chamber: from 3 to 6 and from 9 on, later ones apart by the length of the task.
    assert [each.window.start for each in offers] == [at(3), at(9)]
    assert [each.tardiness_minutes for each in offers] == [60, 420]
    assert offers[0].cost < offers[1].cost
    assert {each.request for each in offers} == {"new"}


def test_list_offers_ignore_the_requests_own_bookings() -> None:
    first = request(id="first")
    schedule = Schedule(bookings=(booked("t", 0, 2, request_id="first"),))
    assert list_offers(problem(first), schedule, first)[0].window.start == at(0)


def test_list_offers_take_only_the_head_of_an_operator_that_is_booked_for_heads() -> None:
    loading = model_task("t", 8, needs("chamber"), needs("operator", during="head", part=timedelta(minutes=30)))
    first = request(loading, id="first")
    world = problem(first, resources=(chamber(), chamber("spare"), operator()), length=20)
    schedule = Schedule(bookings=(booked("t", 0, 8, request_id="first", chamber="chamber", operator="operator"),))
    other = replace(loading, modes=(replace(loading.modes[0], requirements=(needs("spare"), loading.modes[0].requirements[1])),))
    assert list_offers(world, schedule, request(other, id="new"))[0].window.start == at(0) + hours(0.5)


def test_list_offers_are_none_if_nothing_fits() -> None:
    schedule = Schedule(bookings=(booked("t", 1, 47, request_id="first"),))
    assert list_offers(problem(request(id="first")), schedule, request(id="new")) == ()


def test_reasons_against_say_what_is_in_the_way() -> None:
    held = request(id="held")
    given = problem(held, resources=(chamber(), operator()), length=10)
    taken = Schedule(bookings=(booked("t", 0, 2, request_id="held"),))
    late = request(model_task("t", 2), id="new", deadline=at(3))
    assert list_offers(given, taken, late) == ()
    assert [each.code for each in reasons_against(given, taken, late)] == ["capacity", "deadline"]


def test_list_offers_join_a_run_by_its_name() -> None:
    oven = chamber("oven", capacity=4, batch=True)
    asked = [request(model_task("t", 2, needs("place", "oven", demand=2)), id=name) for name in ("a", "b")]
    held = booked("t", 1, 3, "a", place="oven")
    held = replace(held, allocations=(replace(held.allocations[0], run_id="our-run-7"),))
    offer = list_offers(problem(asked[0], resources=(oven,)), Schedule(bookings=(held,)), replace(asked[1], release=at(1)), 1)[0]
    assert (offer.bookings[0].window, offer.bookings[0].allocations) == (held.window, held.allocations)
    later = list_offers(problem(asked[0], resources=(oven,)), Schedule(bookings=(held,)), replace(asked[1], release=at(2)), 1)[0]
    assert later.bookings[0].allocations[0].run_id == "oven@20260302T030000Z"
