"""Who waits for whom: requests whose anchors could be done on the same busy resources."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from scheduler.placement import bits
from scheduler.solver.rivals import taken_by
from scheduler.ticks.instance import Instance, Plan, TickMode, TickRequest, TickRequirement

HOT_SHARE, HOT_WEEK = 0.3, 0.6
"""A resource is hot if so much of its open time is taken between its first and its last booking, or in one of `PIECES` pieces of that time."""

PIECES = 8

ALIKE = 8
"""Lengths of work of which the longest is up to so many times the shortest are alike. Where they are not, prices and programs are much larger."""

FEWEST = 2
"""So many requests at least take a hot resource."""


def weighs(mode: TickMode, need: TickRequirement) -> bool:
    """Whether a requirement counts: who only loads and unloads is seldom what a request waits for, but would join all that wait for other things."""
    return 2 * (need.end - need.begin) >= mode.ticks


def hot_resources(instance: Instance, plan: Plan) -> frozenset[int]:
    """The resources that are busy in `plan`; prices of others would hardly be worth their rows."""
    found = set()
    for resource, taken in taken_by(instance, plan).items():
        if len({position for _, _, _, position in taken}) < FEWEST:
            continue
        data = instance.resources[resource]
        first, last = max(0, min(each[0] for each in taken)), max(each[1] for each in taken)
        shares = []
        edges = [first + (last - first) * k // PIECES for k in range(PIECES + 1)]
        for low, high in ((first, last), *pairwise(edges)):
            is_open = (data.open & bits.span(low, high)).bit_count() * data.capacity
            used = sum(max(0, min(end, high) - max(start, low)) * demand for start, end, demand, _ in taken)
            shares.append(used / is_open if is_open else 0.0)
        if shares[0] >= HOT_SHARE or max(shares[1:]) >= HOT_WEEK:
            found.add(resource)
    return frozenset(found)


def anchor_of(request: TickRequest, hot: frozenset[int]) -> int | None:
    """The task with most work on hot resources (in ticks times units, in its least mode); of equals the longest, then the first; None if none has any."""
    best: tuple[int, int, int] | None = None
    for t, task in enumerate(request.tasks):
        loads = [
            sum((n.end - n.begin) * n.demand * n.count for n in mode.requirements if weighs(mode, n) and not hot.isdisjoint(n.candidates))
            for mode in task.modes
            if mode.starts
        ]
        key = (min(loads, default=0), max((mode.ticks for mode in task.modes), default=0), -t)
        if key[0] > 0 and (best is None or key > best):
            best = key
    return None if best is None else -best[2]


def queues(instance: Instance, anchors: Mapping[int, int], hot: frozenset[int]) -> list[tuple[int, ...]]:
    """The requests with an anchor, grouped by the hot resources that they could share; each group ascending, smallest first."""
    leader: dict[int, int] = {each: each for each in anchors}

    def find(position: int) -> int:
        while leader[position] != position:
            leader[position] = leader[leader[position]]
            position = leader[position]
        return position

    first: dict[int, int] = {}
    for position, anchor in anchors.items():
        for mode in instance.requests[position].tasks[anchor].modes:
            for need in mode.requirements:
                for resource in need.candidates if weighs(mode, need) else ():
                    if resource in hot:
                        leader[find(position)] = find(first.setdefault(resource, position))
    groups: dict[int, list[int]] = defaultdict(list)
    for position in anchors:
        groups[find(position)].append(position)
    return sorted((tuple(sorted(each)) for each in groups.values()), key=lambda each: (len(each), each))


def anchors_of(instance: Instance, hot: frozenset[int]) -> dict[int, int]:
    """The anchor of every request that can be served and has one."""
    return {position: t for position, request in enumerate(instance.requests) if request.can_serve and (t := anchor_of(request, hot)) is not None}


def is_alike(instance: Instance, members: Iterable[int], anchors: Mapping[int, int]) -> bool:
    """Whether the members' anchors are of about the same length, as sessions are, and runs of two hours and of forty days are not."""
    lengths = [mode.ticks for each in members for mode in instance.requests[each].tasks[anchors[each]].modes]
    return max(lengths) <= ALIKE * min(lengths)
