"""A lower bound of any instance: queue by queue, those first that have most to gain for the work; what is cut off is a bound still."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic

import numpy as np

from scheduler.solver.amounts import amounts_of, scalar_of, tiers_of
from scheduler.solver.bound import ideal_of
from scheduler.solver.bounds.blocks import Money, Numbers, money_of
from scheduler.solver.bounds.market import Prices, Steps, steps_of, units
from scheduler.solver.bounds.measures import Measure, plain
from scheduler.solver.bounds.priced_queue import FINE, ROUGH, PricedQueue
from scheduler.solver.bounds.queues import anchors_of, hot_resources, is_alike, queues
from scheduler.solver.bounds.whole import MOST_COLUMNS
from scheduler.solver.chosen import Chosen
from scheduler.solver.domains import Explorer
from scheduler.solver.groups import Group, Groups
from scheduler.solver.pooling import pool
from scheduler.ticks.instance import Instance, Plan

FIRST_TIER_SHARE = 0.4
"""Of the time, what the bound of the first tier alone may take where there are several."""

SMALL, MEDIUM = 150, 1_000
"""A queue of no more members than the first is priced finely at once; of one with more than the second, work of unlike lengths, only the coarsest at first."""

FOR_SMALL, FOR_ALIKE = (FINE, 2 * FINE, 4 * FINE), (FINE / 2, FINE, 2 * FINE)
FOR_MEDIUM, FOR_LARGE = (ROUGH / 8, ROUGH, FINE), (ROUGH / 32, ROUGH / 8, ROUGH)
"""The buckets in which a queue is priced at the first, the second and the third look; alike are larger ones with work of about the same length.

Buckets of days prove most of what buckets of hours do, in a tenth of the time, and prices found in them are where finer ones begin.
"""

MOST_TOGETHER = 4_000
"""A longer queue is priced in pieces: programs of many thousands of members take minutes and gigabytes."""

AT_ONCE, SOON, LATER = (1.0, 3_000), (10.0, 10_000), (30.0, MOST_COLUMNS)
"""Programs in whole numbers, tried longer and longer: seconds and columns."""

ALIKE_SECONDS = 10.0
"""What the first program gets where lengths are alike: there it mostly succeeds."""

MOST_WHOLE = 1_000
"""Members of a program at most: more are not solved in any time that we have."""

MOST_SHARE, FAIR, LEAST_SECONDS = 0.8, 3.0, 1.0
"""Of the time that is left no queue takes more than the first, nor more than so many times its part of what is open, but for that many seconds:
one that is too large must not keep all others from being looked at.
"""


@dataclass(frozen=True, slots=True)
class QueueBound:
    """What the members (ascending) cost at least together: each alone, and by all that is known; what in the plan at hand; and what prices alone prove.

    `is_open`: a longer try could prove more.
    """

    members: tuple[int, ...]
    ideal: int
    value: int
    cost: int
    certified: int
    is_open: bool

    @property
    def left_open(self) -> int:
        """What the plan at hand costs beyond what is known."""
        return max(0, self.cost - self.value)


@dataclass(frozen=True, slots=True)
class PriceBound:
    """No plan has a lower scalar cost than `scalar`, nor a lower cost in the first tier than `first`.

    `prices` alone prove `certified`, whatever plan is at hand: by resource, what a unit that a measure counts costs per tick, in 1/SCALE of the
    scalar objective, in disjoint [first, last), asked only while the resource is open. `anchors` has per request the task that they are
    asked of, -1: none. `least` is what each request costs at least by itself; nothing else is proved where `is_whole` is False:
    there was no time to look at all. `groups` hold every request once, with what is known of each then.
    """

    scalar: int
    first: int
    certified: int
    least: tuple[int, ...]
    anchors: tuple[int, ...]
    prices: Mapping[Measure, Steps] = field(default_factory=dict)
    queues: tuple[QueueBound, ...] = ()
    is_whole: bool = True
    groups: tuple[Group, ...] = ()

    @property
    def known(self) -> Groups:
        """What is known of any set of requests."""
        return Groups(self.least, (0,) * len(self.least), self.groups)


def bound_by_prices(
    instance: Instance,
    plan: Plan,
    is_over: Callable[[], bool],
    *,
    ends_at: float = inf,
    least: Sequence[int] | None = None,
    on_bound: Callable[[int], None] | None = None,
    on_chosen: Callable[[Chosen], None] | None = None,
    groups: Sequence[Group] = (),
    most_together: int = MOST_TOGETHER,
) -> PriceBound:
    """A lower bound for every plan of `instance`; `plan` only tells where to look.

    `ends_at` is on the monotonic clock. `is_over` is asked several times a second, also from another thread.
    `least` are the ideals of all requests, if they are known, and `groups`, disjoint, what else is known of plans no dearer than this one: time goes where
    more is open, and what proves more counts. `on_bound` is told whenever the scalar bound is raised, `on_chosen` whenever a program has found where
    requests that wait for the same resources would cost less than in `plan`, if only these resources counted.
    Queues of more than `most_together` are priced in pieces.
    """
    tiers = tiers_of(instance)
    if len(tiers) == 1:
        found = _Bounder(instance, plan, is_over, ends_at, least, on_bound, on_chosen, groups, most_together).run()
        return replace(found, first=found.scalar)
    now = monotonic()
    found = _Bounder(
        instance, plan, is_over, ends_at if ends_at == inf else ends_at - FIRST_TIER_SHARE * (ends_at - now), least, on_bound, on_chosen, groups, most_together
    ).run()
    terms = tuple(replace(term, scalar=term.weight) for term in instance.terms if term.tier == tiers[0])
    first = _Bounder(replace(instance, terms=terms), plan, is_over, ends_at, None, None, None, (), most_together).run()
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
        on_chosen: Callable[[Chosen], None] | None,
        groups: Sequence[Group],
        most_together: int,
    ) -> None:
        self.instance = instance
        self.plan = plan
        self.asked = is_over
        self.ends_at = ends_at
        self.least = least
        self.on_bound = on_bound
        self.on_chosen = on_chosen
        self.groups = groups
        self.most_together = most_together
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
            return PriceBound(sum(least), 0, sum(least), tuple(least), (-1,) * count, is_whole=False, groups=tuple(self.groups))
        cost = [scalar_of(instance, amounts_of(instance, request, self.plan.get(position))) for position, request in enumerate(instance.requests)]
        hot = hot_resources(instance, self.plan)
        anchors = anchors_of(instance, hot)
        self.known = Groups(least, (0,) * count, self.groups)
        self.certified = sum(least)
        money = money_of(instance)
        found: dict[tuple[int, ...], QueueBound] = {}
        prices: dict[tuple[int, ...], Prices] = {}
        unpriced = {members: self._unpriced(members, cost) for members in queues(instance, anchors, hot)}
        waiting = [members for members, bound in unpriced.items() if bound.ideal < bound.cost]
        alike = {members: is_alike(instance, members, anchors) for members in waiting}
        waiting.sort(key=lambda members: -unpriced[members].left_open / len(members))
        unseen = sum(unpriced[members].left_open for members in waiting)
        for members in waiting:
            if self.is_over():
                break
            bound = unpriced[members]
            until = self._until(bound.left_open, unseen + sum(other.left_open for other in found.values()))
            unseen -= bound.left_open
            if len(members) > self.most_together:
                found[members], prices[members] = self._in_pieces(bound, anchors, hot, money, until)
                continue
            queue = PricedQueue(instance, members, anchors, hot, money)
            pieces = _levels(members, alike=alike[members])[0]
            bound, prices[members] = self._priced(queue, bound, {}, until, pieces)
            seconds, columns = AT_ONCE
            found[members] = self._whole(queue, bound, prices[members], pieces, ALIKE_SECONDS if alike[members] else seconds, columns, until)
        for look, (seconds, columns) in enumerate((SOON, LATER), 1):
            for each in sorted(found.values(), key=lambda bound: -bound.left_open):
                if each.is_open and len(each.members) <= self.most_together and not self.is_over():
                    until = self._until(each.left_open, sum(other.left_open for other in found.values()))
                    queue = PricedQueue(instance, each.members, anchors, hot, money)
                    pieces = _levels(each.members, alike=alike[each.members])[look]
                    bound, prices[each.members] = self._priced(queue, each, prices.get(each.members, {}), until, pieces)
                    found[each.members] = self._whole(queue, bound, prices[each.members], pieces, seconds, columns, until)
        asked: dict[Measure, Steps] = {}
        for members, each_prices in prices.items():
            asked.update(each_prices if len(members) > self.most_together else _spread(instance, members, each_prices))
        return PriceBound(
            self._bound(),
            0,
            self.certified,
            tuple(least),
            tuple(anchors.get(each, -1) for each in range(count)),
            asked,
            tuple(found.values()),
            groups=tuple(self.known),
        )

    def _unpriced(self, members: tuple[int, ...], cost: Sequence[int]) -> QueueBound:
        assert self.least is not None  # known since `run` began
        ideal, most, value = sum(self.least[each] for each in members), sum(cost[each] for each in members), self.known.bound(members).scalar
        return QueueBound(members, ideal, value, most, ideal, is_open=value < most)

    def _until(self, left_open: int, whole: int) -> float:
        """When a queue with so much of all that is open has had its share of the time."""
        now, part = monotonic(), left_open / max(1, whole)
        return inf if self.ends_at == inf else now + max(LEAST_SECONDS, min(MOST_SHARE, FAIR * part) * (self.ends_at - now))

    def _priced(self, queue: PricedQueue, bound: QueueBound, prices: Prices, until: float, pieces: float) -> tuple[QueueBound, Prices]:
        """What prices in so many pieces prove of a queue, from those known on; and the prices."""
        priced = queue.price(self.is_over, until, pieces, prices)
        certified = units(priced.value)
        if certified <= bound.certified:
            return bound, prices
        self.certified += certified - bound.certified
        self._raise(bound.members, certified)
        value = max(bound.value, certified)
        return replace(bound, value=value, certified=certified, is_open=value < bound.cost), priced.prices

    def _whole(self, queue: PricedQueue, bound: QueueBound, prices: Prices, pieces: float, seconds: float, columns: int, until: float) -> QueueBound:
        """What a program in whole numbers adds where prices are fine; it counts on the plan at hand, so no certificate says it."""
        seconds = min(seconds, self.ends_at - monotonic(), max(until - monotonic(), AT_ONCE[0]))
        # Prices that are rough, or not there yet, do not tell which starts are worth a look.
        is_hopeless = pieces <= ROUGH or len(bound.members) > MOST_WHOLE or (not prices and len(bound.members) > SMALL)
        if not bound.is_open or seconds <= 0 or is_hopeless:
            return bound
        found = queue.whole(prices, bound.cost, seconds, columns, self.is_over)
        raised = units(found.value)
        self._raise(bound.members, raised)
        cost = bound.cost
        if found.cost is not None and units(found.cost) < cost:
            cost = units(found.cost)
            if self.on_chosen is not None:
                self.on_chosen(queue.chosen(found))
        value = max(bound.value, raised)
        return replace(bound, value=value, cost=cost, is_open=found.is_open and value < cost)

    def _in_pieces(self, bound: QueueBound, anchors: Mapping[int, int], hot: frozenset[int], money: Money, until: float) -> tuple[QueueBound, Prices]:
        """A queue too long for one program: those who come at about the same time get prices of their own, as if the others were away.

        Where pieces meet, the higher price holds; what these prices prove of the whole queue is judged anew, piece by piece for memory's sake.
        """
        assert self.least is not None  # known since `run` began
        instance, members = self.instance, bound.members
        by_arrival = sorted(members, key=lambda each: (instance.requests[each].arrival_minute, each))
        count = -(-len(members) // self.most_together)
        pieces = [tuple(sorted(by_arrival[len(members) * k // count : len(members) * (k + 1) // count])) for k in range(count)]
        apart = 0
        asked: dict[int, Numbers] = {}
        demands: dict[int, set[int]] = defaultdict(set)
        for number, piece in enumerate(pieces):
            if self.is_over():
                break
            queue = PricedQueue(instance, piece, anchors, hot, money, is_pooled=False)
            first_look = _levels(piece, alike=is_alike(instance, piece, anchors))[0]
            priced = queue.price(self.is_over, monotonic() + (until - monotonic()) / (count - number), first_look)
            gain = units(priced.value) - sum(self.least[each] for each in piece)
            if gain <= 0:
                continue
            apart += gain
            self._raise(piece, units(priced.value))
            for measure, steps in priced.prices.items():
                per_tick = asked.setdefault(measure.resource, np.zeros(instance.ticks, money.kind))
                demands[measure.resource].update(demand for demand, _ in measure.units)
                for first, last, price_of in steps:
                    per_tick[first:last] = np.maximum(per_tick[first:last], price_of)
        # All demands that occur, or some would pay nothing.
        for position in members:
            for mode in instance.requests[position].tasks[anchors[position]].modes:
                for need in mode.requirements:
                    for resource in need.candidates:
                        if resource in asked:
                            demands[resource].add(need.demand)
        prices = {plain(resource, sorted(demands[resource])): steps_of(per_tick) for resource, per_tick in asked.items()}
        together = max(0, self._together(pieces, prices, anchors, hot, money) - bound.ideal)
        self.certified += together
        self._raise(members, bound.ideal + together)
        value = max(bound.value, bound.ideal + max(apart, together))
        return replace(bound, value=value, certified=bound.ideal + together, is_open=False), prices if together > 0 else {}

    def _together(self, pieces: Sequence[tuple[int, ...]], prices: Prices, anchors: Mapping[int, int], hot: frozenset[int], money: Money) -> int:
        """What `prices` prove of all pieces: each pays for itself, and what there is counts once."""
        total = 0
        supply: dict[Measure, int] = {}
        for piece in pieces:
            if self.is_over():
                return 0
            market = PricedQueue(self.instance, piece, anchors, hot, money, is_pooled=False).market
            known = {measure: steps for measure, steps in prices.items() if measure.resource in market.free}
            if not market.holds(known):
                return 0
            value, _, _ = market.value(known)
            for measure, steps in known.items():
                supply[measure] = market.supply({measure: steps})
            total += value + sum(supply[measure] for measure in known)
        return units(total - sum(supply.values()))

    def _raise(self, members: tuple[int, ...], value: int) -> None:
        """So much is proved of these, whatever is known of others that they were proved something together with."""
        before, self.known = self.known, self.known.raised(Group(members, value, 0))
        if self.known is not before and self.on_bound is not None:
            self.on_bound(self._bound())

    def _bound(self) -> int:
        return max(self.known.total.scalar, self.coupled)


def _levels(members: Sequence[int], *, alike: bool) -> tuple[float, float, float]:
    """The buckets in which a queue is priced at each look."""
    if len(members) <= SMALL:
        return FOR_SMALL
    if alike:
        return FOR_ALIKE
    return FOR_MEDIUM if len(members) <= MEDIUM else FOR_LARGE


def _spread(instance: Instance, members: tuple[int, ...], prices: Prices) -> dict[Measure, Steps]:
    """Prices of pools as prices of their units."""
    pooling = pool(replace(instance, requests=tuple(instance.requests[each] for each in members)))
    return {replace(measure, resource=unit): steps for measure, steps in prices.items() for unit in pooling.members.get(measure.resource, (measure.resource,))}
