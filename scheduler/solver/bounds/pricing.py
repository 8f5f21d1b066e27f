"""The best prices for one queue: proposed by the program, judged in whole numbers over every start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from time import monotonic

import numpy as np

from scheduler.solver.bounds.blocks import Numbers
from scheduler.solver.bounds.market import Market, Prices, Steps, Sums, Way, steps_of
from scheduler.solver.bounds.master import Master
from scheduler.solver.bounds.measures import Measure
from scheduler.ticks.instance import Ticks

PATIENCE = 30
"""So many rounds in a row may leave the bound where it is."""

ENOUGH = 0.005
"""Of what prices gain over none: what the program has above the bound, and is not worth another round."""

MOST_SECONDS = 3_600.0
"""For one program, where nothing else limits it."""


WHOLE = 1 << 8
"""Shares of prices are counted in so many parts."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A bound (in thousandths) that `prices` prove. `limit` is about what any prices in these buckets could reach; `is_done`: it is reached."""

    value: int
    prices: Prices
    limit: float
    rounds: int
    is_done: bool


def price(market: Market, widths: Mapping[int, Ticks], is_over: Callable[[], bool], ends_at: float = inf, start: Prices | None = None) -> Priced:
    """Prices anew, from `start` on, until they no longer help."""
    ground, ways, _ = market.value({})
    centre: Prices = {}
    best = ground
    if start:
        value, others, _ = market.value(start)
        ways = [[*one, *other] for one, other in zip(ways, others, strict=True)]
        if value > best:
            centre, best = start, value
    sums, idle, rounds, share = market.sums(centre), 0, 0, 0.3
    master = Master(market, dict(widths))
    limit, is_done = inf, False
    while idle < PATIENCE and monotonic() < ends_at and not is_over():
        added = _add(market, master, ways, sums)
        solved = master.solve(min(MOST_SECONDS, ends_at - monotonic()), is_over)
        rounds += 1
        if solved is None:
            break
        limit, target = solved
        if limit - best <= ENOUGH * max(limit - ground, 1_000):
            is_done = True
            break
        # Prices on the way from the best ones known jump about less; where that shows nothing new, the program's own do.
        middle = target if not added else mixed(market, target, centre, share)
        value, ways, _ = market.value(middle)
        sums = market.sums(middle)
        if value > best:
            best, centre, idle = value, middle, 0
            share = min(0.8, share * 1.3)
        else:
            idle += 1
            share = max(0.1, share * 0.8)
    return Priced(best, centre, limit, rounds, is_done)


def mixed(market: Market, one: Prices, other: Prices, share: float) -> Prices:
    """`share` of `one` and the rest of `other`, in whole numbers."""
    found: dict[Measure, Steps] = {}
    parts = round(WHOLE * share)
    for each in one.keys() | other.keys():
        per_tick: Numbers = np.zeros(market.instance.ticks, market.money.kind)
        for prices, part in ((one, parts), (other, WHOLE - parts)):
            for first, last, asked in prices.get(each, ()):
                per_tick[first:last] += part * asked
        found[each] = steps_of(per_tick // WHOLE)
    return found


def _add(market: Market, master: Master, ways: list[list[tuple[int, Way]]], sums: Sums) -> int:
    """Makes ways known to the program, of each member the cheapest of each block; the number of new ones."""
    return sum(master.add(way, market.usage(way, sums)) for options in ways for _, way in options)
