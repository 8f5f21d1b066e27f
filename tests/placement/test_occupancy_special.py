"""Booking, giving back and what breaks, on resources with ledgers and under quotas."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.errors import Defect
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.offers import best_offers
from scheduler.placement.place import place
from scheduler.placement.reasons import find_reasons
from scheduler.placement.uses import Need
from scheduler.ticks.instance import FixedUse, Instance, TickBooking, TickChangeover, TickMode, TickQuota, TickRequest, TickRequirement, TickResource
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.placement.special import TRAITS
from tests.placement.test_place_special import TICKS, random_case

DAY = "#" * 12


def chamber(**parts: object) -> TickResource:
    return replace(resource("a", DAY), **parts)  # type: ignore[arg-type]


def wish(ticks: int, recipe: int = 0, *, demand: int = 1, most: int | None = None, name: str = "q", last: int = 99) -> TickRequest:
    """One task on resource 0; in a run it may last up to `most`."""
    lengths = range(ticks, (most or ticks) + 1)
    modes = [
        TickMode(
            "m",
            each,
            each,
            0,
            last,
            (TickRequirement("r", 1, demand, "whole", 0, each, (0,), (), frozenset(), recipe, minutes=each),),
            opens_run=each == ticks,
        )
        for each in lengths
    ]
    return request(task(*modes), name=name)


def at(start: int, mode_number: int = 0) -> tuple[TickBooking, ...]:
    return (TickBooking(0, mode_number, start, ((0,),)),)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("trait", TRAITS)
def test_giving_back_undoes_booking_and_copies_are_independent(trait: str, seed: int) -> None:
    random = Random(seed * 100 + TRAITS.index(trait))
    for _ in range(6):
        whole = random_case(random, trait, 1)
        occupancy, asked = Occupancy(whole), whole.requests[0]

        def seen(those: Occupancy) -> list[int]:
            wanted = [Need(1, length, recipe, idle=idle) for length in (1, 2) for recipe in (0, 1) for idle in (0, (1 << TICKS) - 1)]
            most = [each.capacity for each in those.instance.resources]
            answers = [those.starts(r, each._replace(demand=most[r])) for r in (0, 1) if those.has_ledger(r) for each in wanted]
            return answers + [those.free(r) for r in range(4)]

        found = place(whole, occupancy, 0)
        if found is None:
            continue
        before, twin = seen(occupancy), occupancy.copy()
        occupancy.book_placement(asked, found.placement)
        assert occupancy.broken() == frozenset()
        assert seen(occupancy) != before
        assert seen(twin) == before
        occupancy.unbook_placement(asked, found.placement)
        assert seen(occupancy) == before


def pair(first: TickRequest, second: TickRequest, **parts: object) -> tuple[Instance, Occupancy]:
    whole = instance(len(DAY), [chamber(**parts)], first, second)
    return whole, Occupancy(whole)


def test_who_was_made_possible_by_another_is_broken_without_it() -> None:
    # From 0 to 1 it takes 9, but by way of 2 only 1 + 1.
    times = ((0, 9, 1), (9, 0, 9), (9, 1, 0))
    rules = TickChangeover(times, times, times, within_opening=False)
    asked = (wish(1, 0, name="one"), wish(1, 2, name="two"), wish(1, 1, name="three"))
    whole = instance(12, [chamber(changeover=rules)], *asked)
    occupancy = Occupancy(whole)
    for each, start in zip(asked, (0, 2, 4), strict=True):
        occupancy.book_placement(each, at(start))
    assert occupancy.broken() == frozenset()
    occupancy.unbook_placement(asked[1], at(2))
    assert occupancy.broken([0]) == {(2, 0)}
    assert occupancy.broken([]) == frozenset()


def test_run_without_whoever_made_it_that_long_is_broken() -> None:
    whole, occupancy = pair(wish(4, name="long"), wish(2, most=4, name="short"), capacity=2, is_batch=True)
    long, short = whole.requests
    occupancy.book_placement(long, at(3))
    joined = place(whole, occupancy, 1)
    # Alone it would be complete at 2: shorter than waiting for the run.
    assert joined is not None
    assert joined.placement == at(0)
    occupancy.book_placement(short, at(3, 2))
    assert occupancy.broken() == frozenset()
    occupancy.unbook_placement(long, at(3))
    assert occupancy.broken() == {(1, 0)}


@pytest.mark.parametrize(("most", "demand", "start"), [(4, 1, 0), (3, 1, 4), (4, 2, 4)])
def test_a_run_is_joined_where_length_and_load_allow(most: int, demand: int, start: int) -> None:
    whole, occupancy = pair(wish(4, name="long"), wish(2, most=most, demand=demand, name="short"), capacity=2, is_batch=True)
    occupancy.book_placement(whole.requests[0], at(0))
    found = place(whole, occupancy, 1)
    assert found is not None
    assert found.placement[0].start == start
    assert best_offers(whole, occupancy, 1, 1)[0] == found


def test_what_is_not_free_is_not_booked_and_nothing_stays_taken() -> None:
    whole, occupancy = pair(wish(4), wish(4), capacity=2, is_batch=True)
    before = occupancy.free(0, 2)
    twice = [*occupancy.wants(whole.requests[0], at(2)[0])] * 3
    with pytest.raises(Defect, match="not free"):
        occupancy.take(0, twice)
    assert occupancy.free(0, 2) == before
    assert not occupancy.try_take(0, twice)
    assert occupancy.free(0, 2) == before
    with pytest.raises(ValueError, match="no such use"):
        occupancy.give_back(0, twice[:1])


@pytest.mark.parametrize(("most", "start"), [(5, 0), (4, 6), (2, None)])
def test_hard_quota_counts_per_period(most: int, start: int | None) -> None:
    quota = TickQuota(-1, frozenset({0}), (0, 6, 12), most, None, (((0, 0), 2),))
    asked = request(task(mode(3, replace(need((0,), 3), minutes=3))))
    whole = replace(instance(12, [chamber()], asked), quotas=(quota,))
    found = place(whole, Occupancy(whole), 0)
    assert (None if found is None else found.placement[0].start) == start
    if found is None:
        assert [each.code for each in find_reasons(whole, Occupancy(whole), 0)] == ["capacity"]


def test_reasons_name_the_chamber_that_would_have_to_be_changed_over() -> None:
    times = ((0, 5), (5, 0))
    rules = TickChangeover(times, times, times, within_opening=False)
    fixed = FixedUse(0, 4, 8, 1, 0, at=4)
    for recipe, fits in ((0, True), (1, False)):
        whole = instance(TICKS, [chamber(changeover=rules)], wish(4, recipe), fixed=[fixed])
        occupancy = Occupancy(whole)
        assert (place(whole, occupancy, 0) is not None) == fits
        if not fits:
            assert {each.code for each in find_reasons(whole, occupancy, 0)} >= {"frozen", "capacity"}
            assert all(each.resources == ("a",) for each in find_reasons(whole, occupancy, 0) if each.code in ("frozen", "capacity"))
