"""The program in whole numbers against trying everything, with much and with little left open."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.placement.cost import plan_cost
from scheduler.solver.bounds.blocks import SCALE, money_of
from scheduler.solver.bounds.market import Market
from scheduler.solver.bounds.priced_queue import market_of, widths_of
from scheduler.solver.bounds.pricing import price
from scheduler.solver.bounds.queues import anchor_of
from scheduler.solver.bounds.whole import left_starts, solve_whole
from scheduler.solver.domains import Explorer
from scheduler.ticks.instance import Instance, TickBooking
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.solver.bounds.test_scale import shared
from tests.solver.test_climb import crowd
from tests.solver.tiny import broken, least_cost, random_lab


def market(whole: Instance) -> Market:
    """All requests, every resource priced."""
    hot = frozenset(range(len(whole.resources)))
    explorer = Explorer(whole)
    anchors = [anchor_of(each, hot) or 0 for each in whole.requests]
    return market_of(whole, explorer, [explorer.explore(each) for each in whole.requests], anchors, hot, money_of(whole))


def proved(whole: Instance, most: int) -> int:
    sold = market(whole)
    found = price(sold, widths_of(sold), lambda: False)
    return solve_whole(sold, found.prices, found.value, SCALE * most, 20.0, lambda: False).value


@pytest.mark.parametrize("seed", range(40))
def test_whole_bound_never_exceeds_the_optimum(seed: int) -> None:
    whole = (random_lab, crowd, shared)[seed % 3](Random(300 + seed))
    best = least_cost(whole)
    assert proved(whole, 3 * best + 100) <= SCALE * best
    assert proved(whole, best) <= SCALE * best


@pytest.mark.parametrize("seed", range(12))
def test_whole_bound_is_the_optimum_where_nothing_is_dropped(seed: int) -> None:
    whole = shared(Random(400 + seed))
    best = least_cost(whole)
    assert -(-proved(whole, 2 * best + 50) // SCALE) == best


def test_bound_stays_below_what_is_asked_for() -> None:
    whole = shared(Random(5))
    best = least_cost(whole)
    assert proved(whole, best - 1) == SCALE * (best - 1)


def test_starts_kept_are_those_at_which_an_opening_or_other_work_ends() -> None:
    """Runs of two ticks on one chamber: nobody need start at an odd tick."""
    both = [request(task(mode(2, need([0], 2), last=9)), name=f"q{k}") for k in range(3)]
    sold = market(instance(9, [resource("c", "#" * 9)], *both))
    assert set(left_starts(sold, SCALE * 10**6, lambda: False).values()) == {0b01010101}


def test_starts_are_not_looked_for_any_longer_when_it_is_over() -> None:
    assert left_starts(market(shared(Random(7))), SCALE * 10**6, lambda: True) is None


def test_program_that_is_stopped_keeps_what_prices_prove() -> None:
    whole = shared(Random(7))
    sold = market(whole)
    found = price(sold, widths_of(sold), lambda: False)
    stopped = solve_whole(sold, found.prices, found.value, SCALE * 10**6, 20.0, lambda: True)
    assert stopped.value == found.value
    assert stopped.is_open


@pytest.mark.parametrize("columns", [1, 4, 12])
@pytest.mark.parametrize("seed", range(20))
def test_a_program_of_few_starts_claims_no_more_than_others_would_cost(seed: int, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.solver.bounds.whole.FEWEST_EACH", 1)
    whole = (random_lab, crowd, shared)[seed % 3](Random(700 + seed))
    sold = market(whole)
    found = price(sold, widths_of(sold), lambda: False)
    best = least_cost(whole)
    assert solve_whole(sold, found.prices, found.value, SCALE * (3 * best + 100), 20.0, lambda: False, columns).value <= SCALE * best


@pytest.mark.parametrize("seed", range(12))
def test_the_best_choices_are_a_plan_of_that_cost(seed: int) -> None:
    whole = shared(Random(800 + seed))
    sold = market(whole)
    found = price(sold, widths_of(sold), lambda: False)
    solved = solve_whole(sold, found.prices, found.value, SCALE * (3 * least_cost(whole) + 100), 20.0, lambda: False)
    assert solved.is_solved
    assert not solved.is_open
    assert solved.cost == SCALE * least_cost(whole)
    plan = {
        member.position: (TickBooking(0, member.blocks[choice.block].mode, choice.start, choice.resources),)
        for member, choice in zip(sold.members, solved.choices, strict=True)
        if choice is not None
    }
    assert broken(whole, plan) == ""
    assert plan_cost(whole, plan) == least_cost(whole)


def test_work_that_pauses_lies_over_closed_ticks() -> None:
    """One tick of work, three of pause in the closed ones, one more of work: two such never share the chamber, and closed ticks count nothing."""
    pausing = replace(need([0], 5), idle=0b01110)
    both = [request(task(mode(5, pausing, last=0)), weight=weight, name=f"w{weight}") for weight in (1, 3)]
    sold = market(instance(9, [resource("c", "#...#####")], *both))
    found = price(sold, widths_of(sold), lambda: False)
    solved = solve_whole(sold, found.prices, found.value, SCALE * 10**9, 20.0, lambda: False)
    assert [choice is not None for choice in solved.choices] == [False, True]
