"""The program in whole numbers against trying everything, with much and with little left open."""

from random import Random

import pytest

from scheduler.solver.bounds.blocks import SCALE, money_of
from scheduler.solver.bounds.market import Market
from scheduler.solver.bounds.pricing import price
from scheduler.solver.bounds.queues import anchor_of
from scheduler.solver.bounds.priced_queue import market_of, widths_of
from scheduler.solver.bounds.whole import left_starts, solve_whole
from scheduler.solver.domains import Explorer
from scheduler.ticks.instance import Instance
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.solver.bounds.test_scale import shared
from tests.solver.test_climb import crowd
from tests.solver.tiny import least_cost, random_lab


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
    assert set(left_starts(sold, SCALE * 10**6).values()) == {0b01010101}


def test_program_that_is_stopped_keeps_what_prices_prove() -> None:
    whole = shared(Random(7))
    sold = market(whole)
    found = price(sold, widths_of(sold), lambda: False)
    assert solve_whole(sold, found.prices, found.value, SCALE * 10**6, 20.0, lambda: True).value == found.value
