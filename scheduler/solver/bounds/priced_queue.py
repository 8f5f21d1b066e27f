"""One queue ready to be priced: its members with all their ways, units that are alike pooled."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from scheduler.solver.amounts import amounts_left_out, scalar_of
from scheduler.solver.bounds.blocks import SCALE, Money, blocks_of
from scheduler.solver.bounds.market import Market, Member, Prices
from scheduler.solver.bounds.pricing import Priced, price
from scheduler.solver.bounds.whole import Whole, solve_whole
from scheduler.solver.chosen import Chosen, Stand
from scheduler.solver.domains import Explorer, RequestDomain
from scheduler.solver.pooling import pool
from scheduler.ticks.instance import Instance, Ticks

ROUGH, FINE = 1.0, 4.0
"""Buckets per shortest work: rough prices are found sooner, fine ones prove more."""


class PricedQueue:
    """Made, priced, and forgotten, so that a year needs no more memory than its largest queue. `members` ascend; `anchors` has the task of each that counts."""

    def __init__(
        self, instance: Instance, members: tuple[int, ...], anchors: Mapping[int, int], hot: frozenset[int], money: Money, *, is_pooled: bool = True
    ) -> None:
        requests = tuple(instance.requests[each] for each in members)
        wanted = {r for request in requests for task in request.tasks for mode in task.modes for need in mode.requirements for r in need.candidates}
        cut = replace(instance, requests=requests, fixed_uses=tuple(use for use in instance.fixed_uses if use.resource in wanted))
        pooling = pool(cut) if is_pooled else None
        pooled = cut if pooling is None else pooling.pooled
        self.members = members
        self.anchors = [anchors[each] for each in members]
        self.pools = {} if pooling is None else pooling.members
        explorer = Explorer(pooled)
        domains = [explorer.explore(request) for request in pooled.requests]
        self.market = market_of(pooled, explorer, domains, self.anchors, hot, money)

    def price(self, is_over: Callable[[], bool], ends_at: float, pieces: float = ROUGH, start: Prices | None = None) -> Priced:
        """The best prices found from `start` on, with so many buckets to the shortest work."""
        return price(self.market, widths_of(self.market, pieces), is_over, ends_at, start)

    def whole(self, prices: Prices, most: int, seconds: float, columns: int, is_over: Callable[[], bool]) -> Whole:
        """As `solve_whole`; `most` is what the members cost in the plan at hand, in units of the objective."""
        value, _, _ = self.market.value(prices)
        return solve_whole(self.market, prices, value, SCALE * most, seconds, is_over, columns)

    def chosen(self, found: Whole) -> Chosen:
        """The solution in terms of the instance."""
        chosen: dict[int, Stand | None] = {}
        for position, anchor, member, choice in zip(self.members, self.anchors, self.market.members, found.choices, strict=True):
            if choice is None:
                chosen[position] = None
                continue
            block = member.blocks[choice.block]
            units_of = [tuple(unit for r in served for unit in self.pools.get(r, (r,))) for served in choice.resources]
            chosen[position] = Stand(anchor, block.mode, choice.start, dict(zip(block.requirements, units_of, strict=True)))
        return chosen


def market_of(instance: Instance, explorer: Explorer, domains: Sequence[RequestDomain], anchors: Sequence[int], hot: frozenset[int], money: Money) -> Market:
    """The market of all requests of `instance`; `domains` and `anchors` are theirs."""
    members = []
    for position, (request, domain, anchor) in enumerate(zip(instance.requests, domains, anchors, strict=True)):
        blocks = blocks_of(instance, explorer, request, domain, anchor, hot, money) if domain.can_serve else []
        left_out = None if domain.must_serve else SCALE * scalar_of(instance, amounts_left_out(request))
        members.append(Member(position, tuple(blocks), left_out))
    return Market(instance, members, money)


def widths_of(market: Market, pieces: float = FINE) -> dict[int, Ticks]:
    """Ticks of a bucket by resource: so many pieces of the shortest that is done there, as short work feels narrow gaps; or several times the shortest."""
    shortest: dict[int, Ticks] = {}
    for part in market.parts:
        for resource, _ in part.candidates:
            shortest[resource] = min(shortest.get(resource, part.end - part.begin), part.end - part.begin)
    return {resource: max(1, int(length / pieces)) for resource, length in shortest.items()}
