"""A lower bound of any instance: queue by queue, those first that have most to gain for the work; what is cut off is a bound still."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic

from scheduler.solver.amounts import amounts_left_out, amounts_of, scalar_of, tiers_of
from scheduler.solver.bound import ideal_of
from scheduler.solver.bounds.blocks import SCALE, Money, blocks_of, money_of
from scheduler.solver.bounds.market import Market, Member, Steps, units
from scheduler.solver.bounds.measures import Measure
from scheduler.solver.bounds.pricing import price
from scheduler.solver.bounds.queues import anchor_of, hot_resources, queues
from scheduler.solver.domains import Explorer, RequestDomain
from scheduler.solver.pooling import pool
from scheduler.ticks.instance import Instance, Plan, Ticks

FIRST_TIER_SHARE = 0.4
"""Of the time, what the bound of the first tier alone may take where there are several."""


@dataclass(frozen=True, slots=True)
class QueueBound:
    """What the members (ascending) cost at least together: each alone, by prices, and in the plan at hand. `is_done`: better prices were not found."""

    members: tuple[int, ...]
    ideal: int
    value: int
    cost: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class PriceBound:
    """No plan has a lower scalar cost than `scalar`, nor a lower cost in the first tier than `first`.

    `prices` prove `scalar` (by resource: disjoint [first, last) with the price of one unit for one tick, in 1/SCALE of the scalar
    objective; asked only while the resource is open); `anchors` has per request the task that they are asked of, -1: none.
    `least` is what each request costs at least by itself; that alone is proved where `is_whole` is False: not even this was computed for all.
    """

    scalar: int
    first: int
    least: tuple[int, ...]
    anchors: tuple[int, ...]
    prices: Mapping[Measure, Steps] = field(default_factory=dict)
    queues: tuple[QueueBound, ...] = ()
    is_whole: bool = True


def bound_by_prices(
    instance: Instance,
    plan: Plan,
    is_over: Callable[[], bool],
    *,
    ends_at: float = inf,
    least: Sequence[int] | None = None,
    on_bound: Callable[[int], None] | None = None,
) -> PriceBound:
    """A lower bound for every plan of `instance`; `plan` only tells where to look.

    `ends_at` is on the monotonic clock, and what programs that cannot be interrupted are limited by; `is_over` is asked between.
    `least` are the ideals of all requests, if they are known. `on_bound` is told whenever the scalar bound is raised.
    """
    tiers = tiers_of(instance)
    if len(tiers) == 1:
        found = _Bounder(instance, plan, is_over, ends_at, least, on_bound).run()
        return replace(found, first=found.scalar)
    now = monotonic()
    found = _Bounder(instance, plan, is_over, ends_at if ends_at == inf else ends_at - FIRST_TIER_SHARE * (ends_at - now), least, on_bound).run()
    terms = tuple(replace(term, scalar=term.weight) for term in instance.terms if term.tier == tiers[0])
    first = _Bounder(replace(instance, terms=terms), plan, is_over, ends_at, None, None).run()
    return replace(found, first=first.scalar)


class _Bounder:
    def __init__(
        self,
        instance: Instance,
        plan: Plan,
        is_over: Callable[[], bool],
        ends_at: float,
        least: Sequence[int] | None,
        on_bound: Callable[[int], None] | None,
    ) -> None:
        self.instance = instance
        self.plan = plan
        self.asked = is_over
        self.ends_at = ends_at
        self.least = least
        self.on_bound = on_bound
        self.coupled = 0

    def is_over(self) -> bool:
        return monotonic() >= self.ends_at or self.asked()

    def run(self) -> PriceBound:
        instance = self.instance
        if self.least is None:
            ideal = ideal_of(instance, Explorer(instance), self.is_over, keep_domains=False)
            self.least, self.coupled = ideal.scalars, ideal.scalar
        least, count = self.least, len(instance.requests)
        if len(least) < count:
            return PriceBound(sum(least), 0, tuple(least), (-1,) * count, is_whole=False)
        cost = [scalar_of(instance, amounts_of(instance, request, self.plan.get(position))) for position, request in enumerate(instance.requests)]
        hot = hot_resources(instance, self.plan)
        anchors = {position: t for position, request in enumerate(instance.requests) if request.can_serve and (t := anchor_of(request, hot)) is not None}
        found: list[QueueBound] = []
        prices: dict[Measure, Steps] = {}
        total = sum(least)
        waiting = [members for members in queues(instance, anchors, hot) if sum(cost[each] - least[each] for each in members) > 0]
        waiting.sort(key=lambda members: -sum(cost[each] - least[each] for each in members) / len(members))
        money = money_of(instance)
        for members in waiting:
            if self.is_over():
                break
            ideal_cost = sum(least[each] for each in members)
            queue = _Queue(instance, members, anchors, hot, money)
            value, more, is_done = queue.price(self.is_over, self.ends_at)
            found.append(QueueBound(members, ideal_cost, max(value, ideal_cost), sum(cost[each] for each in members), is_done))
            if value > ideal_cost:
                prices.update(more)
                total += value - ideal_cost
                if self.on_bound is not None:
                    self.on_bound(max(total, self.coupled))
        return PriceBound(max(total, self.coupled), 0, tuple(least), tuple(anchors.get(each, -1) for each in range(count)), prices, tuple(found))


class _Queue:
    """One queue, with units that are alike pooled: made, priced, and forgotten, so that a year needs no more memory than its largest queue."""

    def __init__(self, instance: Instance, members: tuple[int, ...], anchors: Mapping[int, int], hot: frozenset[int], money: Money) -> None:
        requests = tuple(instance.requests[each] for each in members)
        wanted = {r for request in requests for task in request.tasks for mode in task.modes for need in mode.requirements for r in need.candidates}
        cut = replace(instance, requests=requests, fixed_uses=tuple(use for use in instance.fixed_uses if use.resource in wanted))
        self.pooling = pool(cut)
        pooled = self.pooling.pooled
        explorer = Explorer(pooled)
        domains = [explorer.explore(request) for request in pooled.requests]
        self.market = market_of(pooled, explorer, domains, [anchors[each] for each in members], hot, money)

    def price(self, is_over: Callable[[], bool], ends_at: float) -> tuple[int, dict[Measure, Steps], bool]:
        """The bound, the prices (for every unit of a pool those of the pool), and whether no better ones were found."""
        found = price(self.market, widths_of(self.market), is_over, ends_at)
        prices: dict[Measure, Steps] = {}
        for measure, steps in found.prices.items():
            for unit in self.pooling.members.get(measure.resource, (measure.resource,)):
                prices[replace(measure, resource=unit)] = steps
        return units(found.value), prices, found.is_done


def market_of(instance: Instance, explorer: Explorer, domains: Sequence[RequestDomain], anchors: Sequence[int], hot: frozenset[int], money: Money) -> Market:
    """The market of all requests of `instance`; `domains` and `anchors` are theirs."""
    members = []
    for position, (request, domain, anchor) in enumerate(zip(instance.requests, domains, anchors, strict=True)):
        blocks = blocks_of(instance, explorer, request, domain, anchor, hot, money) if domain.can_serve else []
        left_out = None if domain.must_serve else SCALE * scalar_of(instance, amounts_left_out(request))
        members.append(Member(position, tuple(blocks), left_out))
    return Market(instance, members, money)


def widths_of(market: Market) -> dict[int, Ticks]:
    """Ticks of a bucket by resource: a part of the shortest that is done there, as short work feels narrow gaps."""
    shortest: dict[int, Ticks] = {}
    for part in market.parts:
        for resource, _ in part.candidates:
            shortest[resource] = min(shortest.get(resource, part.end - part.begin), part.end - part.begin)
    return {resource: max(1, length // 4) for resource, length in shortest.items()}
