"""Prices in coarse and in fine buckets, and the program that proposes them as it grows from round to round."""

from random import Random

import pytest

from scheduler.solver.bounds.blocks import SCALE
from scheduler.solver.bounds.market import Market
from scheduler.solver.bounds.master import Master
from scheduler.solver.bounds.priced_queue import FINE, ROUGH, widths_of
from scheduler.solver.bounds.pricing import price
from scheduler.ticks.instance import Ticks
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.solver.bounds.test_scale import shared
from tests.solver.bounds.test_whole import market
from tests.solver.tiny import least_cost


@pytest.mark.parametrize("pieces", [ROUGH / 32, ROUGH / 8, ROUGH, FINE])
@pytest.mark.parametrize("seed", range(6))
def test_prices_in_any_buckets_prove_no_more_than_the_optimum(seed: int, pieces: float) -> None:
    whole = shared(Random(800 + seed))
    sold = market(whole)
    assert price(sold, widths_of(sold, pieces), lambda: False).value <= SCALE * least_cost(whole)


@pytest.mark.parametrize("seed", range(6))
def test_prices_go_on_from_those_known(seed: int) -> None:
    sold = market(shared(Random(800 + seed)))
    coarse = price(sold, widths_of(sold, ROUGH / 8), lambda: False)
    assert price(sold, widths_of(sold, FINE), lambda: False, start=coarse.prices).value >= coarse.value


def test_buckets_are_parts_or_multiples_of_the_shortest_work() -> None:
    both = [request(task(mode(length, need([0], length), last=40 - length)), name=f"q{length}") for length in (4, 20)]
    sold = market(instance(40, [resource("c", "#" * 40)], *both))
    assert [widths_of(sold, pieces)[0] for pieces in (ROUGH / 8, ROUGH, FINE, 8.0)] == [32, 4, 1, 1]


Ways = list[tuple[tuple[int, int, Ticks], list[tuple[int, Ticks, Ticks, int]]]]


def _ways(sold: Market, starts: range) -> Ways:
    """Each member at each of those starts."""
    found = [
        (m, 0, start)
        for m, member in enumerate(sold.members)
        for start in starts
        if member.blocks[0].first <= start < member.blocks[0].first + len(member.blocks[0].cost)
    ]
    return [(way, sold.usage(way, {})) for way in found]


@pytest.mark.parametrize("seed", range(8))
def test_a_program_that_has_grown_is_worth_what_one_made_at_once_is(seed: int) -> None:
    random = Random(seed)
    waiting = [request(task(mode(3, need([0], 3, demand=random.randint(1, 3)), last=21)), weight=random.randint(1, 9), due=0, name=f"q{k}") for k in range(9)]
    sold = market(instance(24, [resource("c", "#" * 24, capacity=4)], *waiting))
    grown, at_once = (Master(sold, widths_of(sold)) for _ in range(2))
    values = []
    for starts in (range(2), range(6), range(22)):
        for way, usage in _ways(sold, starts):
            grown.add(way, usage)
        solved = grown.solve(10.0, lambda: False)
        assert solved is not None
        values.append(solved[0])
    for way, usage in _ways(sold, range(22)):
        at_once.add(way, usage)
    whole = at_once.solve(10.0, lambda: False)
    assert whole is not None
    assert values[-1] == pytest.approx(whole[0])
    assert values == sorted(values, reverse=True)
    assert values[-1] < values[0], "later starts are of use"
