"""The core of a problem: the starts at which good plans have their requests, prices paid.

A start that costs more beyond the bound, prices paid, than the plan at hand leaves open is in no better plan. Of the others the cheapest are where
better plans mostly are: an exact model of a hundred requests over some tens of starts each finds in seconds what it does not find over all in minutes.

Source: Balas and Zemel, An algorithm for large zero-one knapsack problems, 1980 (cores; fixing by reduced costs).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scheduler.placement import bits
from scheduler.placement.cost import plan_cost
from scheduler.solver.bounds.blocks import SCALE, Numbers, money_of, set_of
from scheduler.solver.bounds.priced_queue import PricedQueue
from scheduler.solver.bounds.scale import PriceBound
from scheduler.solver.domains import ModeDomain, RequestDomain
from scheduler.ticks.instance import Bits, Instance, Placement, Plan


@dataclass(frozen=True, slots=True)
class Core:
    """Starts kept of each anchor, by (request, mode, site), and who must be served; of other requests and tasks nothing is said.

    `is_whole`: every plan that costs no more than the one at hand keeps to it.
    """

    anchors: Sequence[int]
    starts: Mapping[tuple[int, int, int], Bits]
    must_serve: frozenset[int]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Way:
    """Starts of one anchor from `first` on, in one mode at one site: what each costs beyond the bound, prices paid (thousandths).

    `lag`: so much less prices alone prove of its queue than the bound counts for it, beside what is known of all others.
    """

    request: int
    mode: int
    site: int
    first: int
    extra: Numbers
    lag: int


@dataclass(frozen=True, slots=True)
class PricedStarts:
    """All starts of all anchors of `instance` at the prices of `proof`; `left_out` has what leaving a request out costs beyond the bound, and the lag."""

    instance: Instance
    proof: PriceBound
    ways: Sequence[_Way]
    left_out: Mapping[int, tuple[int, int]]


def price_starts(instance: Instance, proof: PriceBound) -> PricedStarts:
    """What every start costs at the prices of `proof`, a bound of `instance`."""
    money = money_of(instance)
    priced = frozenset(measure.resource for measure in proof.prices)
    anchors = {position: anchor for position, anchor in enumerate(proof.anchors) if anchor >= 0}
    ways: list[_Way] = []
    left_out: dict[int, tuple[int, int]] = {}
    known, everybody = proof.known, range(len(instance.requests))
    for queue in proof.queues:
        market = PricedQueue(instance, queue.members, anchors, priced, money, is_pooled=False).market
        prices = {measure: steps for measure, steps in proof.prices.items() if measure.resource in market.free}
        if not market.holds(prices):
            continue
        value, _, paid = market.value(prices)
        # Of all others no plan costs less than is known of them; what is proved of some of them together with members does not count.
        members = frozenset(queue.members)
        others = known.bound(each for each in everybody if each not in members).scalar
        lag = SCALE * (proof.scalar - others) - value
        sums = market.sums(prices)
        for m, (position, member) in enumerate(zip(queue.members, market.members, strict=True)):
            if member.left_out is not None:
                left_out[position] = member.left_out - paid[m], lag
            for b, block in enumerate(member.blocks):
                ways.append(_Way(position, block.mode, block.site, block.first, market.priced(m, b, sums) - paid[m], lag))
    return PricedStarts(instance, proof, ways, left_out)


def core_of(priced: PricedStarts, plan: Plan, most: int) -> Core:
    """The core beside `plan`, of about `most` starts for each request that has a price to pay."""
    left_open = SCALE * (plan_cost(priced.instance, plan) - priced.proof.scalar)
    fitting = [way.extra[way.extra <= left_open + way.lag] for way in priced.ways]
    kept = np.sort(np.concatenate(fitting)) if fitting else np.zeros(0)
    count = most * len({way.request for way in priced.ways})
    is_whole = len(kept) <= count or bool(kept[count - 1] == kept[-1])
    limit = None if is_whole else int(kept[count - 1])

    def allowed(lag: int) -> int:
        return left_open + lag if limit is None else min(left_open + lag, limit)

    starts = {(way.request, way.mode, way.site): set_of(np.flatnonzero(way.extra <= allowed(way.lag)) + way.first) for way in priced.ways}
    # Who is left out in the plan may stay so.
    must_serve = frozenset(position for position, (extra, lag) in priced.left_out.items() if position in plan and extra > allowed(lag))
    return Core(priced.proof.anchors, starts, must_serve, is_whole)


def kept_to(core: Core, instance: Instance, position: int, domain: RequestDomain, placement: Placement | None) -> RequestDomain:
    """What `core` leaves of the domain of the request at `position` of `instance`, where it stands in the plan at hand at any rate (None: left out)."""
    anchor = core.anchors[position]
    if anchor < 0 or not domain.can_serve or not domain.tasks:
        return domain
    stands = {booking.mode: 1 << booking.start for booking in placement or () if booking.task == anchor}
    modes = tuple(_mode(core, instance, position, m, mode, stands.get(m, 0)) for m, mode in enumerate(domain.tasks[anchor]))
    if not any(mode.starts for mode in modes):
        return domain
    tasks = (*domain.tasks[:anchor], modes, *domain.tasks[anchor + 1 :])
    minutes = [mode.minutes for mode in instance.requests[position].tasks[anchor].modes]
    # A model counts what ends later than that, and where nothing is served nothing may be counted.
    ends = [bits.lowest(mode.starts) * instance.tick_minutes + length for mode, length in zip(modes, minutes, strict=True) if mode.starts]
    must_serve = domain.must_serve or position in core.must_serve
    return replace(domain, tasks=tasks, must_serve=must_serve, earliest=max(domain.earliest, min(ends)))


def _mode(core: Core, instance: Instance, position: int, m: int, mode: ModeDomain, stands: Bits) -> ModeDomain:
    by_site = {site: starts & (core.starts.get((position, m, site), starts) | stands) for site, starts in mode.by_site.items()}
    everywhere = 0
    for starts in by_site.values():
        everywhere |= starts
    if not everywhere:
        return ModeDomain(0, {}, ())
    # Who has no site serves at any.
    candidates = tuple(
        {resource: starts for resource, possible in kept.items() if (starts := possible & by_site.get(instance.resources[resource].site, everywhere))}
        for kept in mode.candidates
    )
    requirements = instance.requests[position].tasks[core.anchors[position]].modes[m].requirements
    if any(len(kept) < requirement.count for kept, requirement in zip(candidates, requirements, strict=True)):
        return ModeDomain(0, {}, ())
    return ModeDomain(everywhere, by_site, candidates)
