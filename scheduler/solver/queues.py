"""Queues: of each request the one task that waits, where it can wait, and what each start would cost at least.

A relaxation for bounds. Of a request only its anchor counts, the task that takes most of resources that are hot (busy in
the plan at hand); what follows it is counted as early as its own starts allow. Neighbouring starts are one segment, which
costs what its first start costs; what it takes of a resource is linear within, so its two ends stand for all of it.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler.placement import bits
from scheduler.solver.amounts import amounts_complete, amounts_left_out, scalar_of
from scheduler.solver.domains import RequestDomain
from scheduler.solver.rivals import taken_by
from scheduler.ticks.instance import Bits, Instance, Plan, TickRequest, Ticks
from scheduler.ticks.stretches import stretches

HOT_SHARE = 0.3
"""A resource is hot if so much of its open time between its first and its last booking is taken, by three requests or more."""

MOST_SEGMENTS = 1_500
"""Buckets are made wider until a request has at most so many segments (roughly)."""


@dataclass(frozen=True, slots=True)
class Need:
    """`count` of `candidates`, `demand` units of each, in `[start + begin, start + end)`."""

    candidates: tuple[int, ...]
    count: int
    demand: int
    begin: Ticks
    end: Ticks


@dataclass(frozen=True, slots=True)
class Segment:
    """The starts `first..last`, where the request costs at least `cost`."""

    first: Ticks
    last: Ticks
    cost: int
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """Requests that wait for the same resources; per request its segments, what it costs to leave it out, and whether it must not be."""

    members: tuple[int, ...]
    edges: tuple[Ticks, ...]
    segments: tuple[tuple[Segment, ...], ...]
    left_out: tuple[int, ...]
    must_serve: tuple[bool, ...]


def hot_resources(instance: Instance, plan: Plan) -> frozenset[int]:
    """The resources that are busy in `plan`."""
    found = set()
    for resource, taken in taken_by(instance, plan).items():
        if len({position for _, _, _, position in taken}) < 3:
            continue
        first, last = min(each[0] for each in taken), max(each[1] for each in taken)
        is_open = (instance.resources[resource].open & bits.span(first, last)).bit_count() * instance.resources[resource].capacity
        if sum((end - start) * demand for start, end, demand, _ in taken) >= HOT_SHARE * is_open:
            found.add(resource)
    return frozenset(found)


def anchor_of(request: TickRequest, domain: RequestDomain, hot: frozenset[int]) -> int | None:
    """The task with most work on hot resources only; None if no task has any."""
    loads = []
    for t, task in enumerate(request.tasks):
        modes = [mode for mode, possible in zip(task.modes, domain.tasks[t], strict=True) if possible.starts] if domain.can_serve else []
        least = min((sum((n.end - n.begin) * n.demand * n.count for n in mode.requirements if hot.issuperset(n.candidates)) for mode in modes), default=0)
        loads.append((least, -t))
    best = max(loads, default=(0, 0))
    return -best[1] if best[0] > 0 else None


def queues(instance: Instance, domains: Sequence[RequestDomain], plan: Plan) -> list[tuple[int, ...]]:
    """The requests that wait for hot resources, grouped by those they share; each group ascending."""
    hot = hot_resources(instance, plan)
    users: dict[int, list[int]] = defaultdict(list)
    for position, (request, domain) in enumerate(zip(instance.requests, domains, strict=True)):
        anchor = anchor_of(request, domain, hot)
        if anchor is not None:
            for mode in request.tasks[anchor].modes:
                for need in mode.requirements:
                    if hot.issuperset(need.candidates):
                        for resource in need.candidates:
                            users[resource].append(position)
    group_of: dict[int, set[int]] = {}
    for positions in users.values():
        joined = set(positions).union(*(group_of[each] for each in positions if each in group_of))
        for each in joined:
            group_of[each] = joined
    return sorted({tuple(sorted(each)) for each in group_of.values()}, key=lambda each: (len(each), each))


def queue_of(instance: Instance, domains: Sequence[RequestDomain], plan: Plan, members: tuple[int, ...]) -> Queue:
    """The queue of `members`; `domains` are theirs, in their order, `plan` that of the instance."""
    hot = hot_resources(instance, plan)
    anchors = [anchor_of(instance.requests[position], domain, hot) for position, domain in zip(members, domains, strict=True)]
    lengths = [
        min(mode.ticks for mode, possible in zip(instance.requests[position].tasks[t].modes, domain.tasks[t], strict=True) if possible.starts)
        for position, domain, t in zip(members, domains, anchors, strict=True)
        if t is not None and domain.can_serve
    ]
    first = min((bits.lowest(mode.starts) for domain in domains for task in domain.tasks for mode in task if mode.starts), default=0)
    last = max((mode.starts.bit_length() for domain in domains for task in domain.tasks for mode in task), default=1)
    width = max(1, min(lengths, default=1) // 4, 4 * (last - first) // MOST_SEGMENTS)
    edges = tuple(range(first, last + width, width))
    segments = [
        () if t is None or not domain.can_serve else tuple(_segments(instance, instance.requests[position], domain, t, edges, hot))
        for position, domain, t in zip(members, domains, anchors, strict=True)
    ]
    left_out = tuple(scalar_of(instance, amounts_left_out(instance.requests[position])) for position in members)
    return Queue(members, edges, tuple(segments), left_out, tuple(each.must_serve for each in domains))


def _segments(instance: Instance, request: TickRequest, domain: RequestDomain, anchor: int, edges: tuple[Ticks, ...], hot: frozenset[int]) -> Iterable[Segment]:
    for m, (tick_mode, mode) in enumerate(zip(request.tasks[anchor].modes, domain.tasks[anchor], strict=True)):
        if not mode.starts:
            continue
        wanted = [(k, n) for k, n in enumerate(tick_mode.requirements) if hot.issuperset(n.candidates)]
        # Between two of these starts, what is taken of every bucket changes linearly.
        offsets = {offset for _, n in wanted for offset in (n.begin, n.end)}
        cuts = sorted({edge - offset for edge in edges for offset in offsets})
        for low, end in stretches(mode.starts):
            inner = cuts[bisect_right(cuts, low) : bisect_left(cuts, end)]
            for first, stop in zip((low, *inner), (*inner, end), strict=True):
                span = bits.span(first, stop)
                needs = tuple(
                    Need(tuple(r for r, possible in mode.candidates[k].items() if possible & span), n.count, n.demand, n.begin, n.end) for k, n in wanted
                )
                if all(len(need.candidates) >= need.count for need in needs):
                    yield Segment(first, stop - 1, _least_cost(instance, request, domain, anchor, m, first), needs)


def _least_cost(instance: Instance, request: TickRequest, domain: RequestDomain, anchor: int, mode: int, start: Ticks) -> int:
    """The least scalar cost of a request whose task `anchor` starts at `start` or later in this mode."""
    tick = instance.tick_minutes
    complete = max(domain.earliest, start * tick + request.tasks[anchor].modes[mode].minutes)
    for precedence in request.precedences:
        if precedence.before == anchor:
            options = [
                first * tick + after.minutes
                for after, possible in zip(request.tasks[precedence.after].modes, domain.tasks[precedence.after], strict=True)
                if (first := _next(possible.starts, start + precedence.least[mode])) is not None
            ]
            if options:
                complete = max(complete, min(options))
    return scalar_of(instance, amounts_complete(request, complete))


def _next(starts: Bits, tick: Ticks) -> Ticks | None:
    rest = starts >> max(tick, 0)
    return max(tick, 0) + bits.lowest(rest) if rest else None
