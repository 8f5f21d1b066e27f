"""The free tasks of one request, where each may start, and how soon the request can be complete after that."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from scheduler.model.problem import Problem
from scheduler.model.request import Mode, Request, Task
from scheduler.model.schedule import Booking
from scheduler.verify.certified.needs import NONE, Need, Needs, has_one_length
from scheduler.verify.certified.timeline import Grid, Mask, Numbers

NEVER = 1 << 40
"""A minute after all others."""


@dataclass(frozen=True, slots=True)
class Way:
    """One mode of a free task: its first and last start by dates alone, its needs, its least length in minutes."""

    mode: Mode
    first: int
    last: int
    needs: tuple[Need, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class Order:
    """The task `after` starts `least[m]..most[m]` ticks after the task `before` has started in its mode m; None: no upper limit."""

    before: int
    after: int
    least: tuple[int, ...]
    most: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Tasks in an order in which none comes before what precedes it, unless they go round in circles: then no order is kept."""

    tasks: tuple[Task, ...]
    ways: tuple[tuple[Way, ...], ...]
    orders: tuple[Order, ...]
    first: int
    last: int
    """All starts lie in `[first, last)`."""


def chain_of(problem: Problem, request: Request, frozen: dict[str, Booking], needs: Needs) -> Chain:
    """The tasks of `request` that are not frozen."""
    grid = needs.timeline.grid
    free = [each for each in request.tasks if each.id not in frozen]
    links = _orders(request)
    ways = {each.id: _ways(problem, request, each, frozen, links, needs) for each in free}
    kept, is_round = _in_order([each.id for each in free], [(one, other) for one, other, _, _, _ in links])
    by_id = {each.id: each for each in free}
    position = {name: number for number, name in enumerate(kept)}
    orders: list[Order] = []
    for one, other, least, most, from_end in () if is_round else links:
        if one in position and other in position:
            lengths = [_lengths(by_id[one], way.mode) if from_end else (NONE, NONE) for way in ways[one]]
            orders.append(
                Order(
                    position[one],
                    position[other],
                    tuple(grid.up(shortest + least) for shortest, _ in lengths),
                    tuple(None if most is None or longest is None else grid.down(longest + most) for _, longest in lengths),
                )
            )
    all_ways = tuple(ways[name] for name in kept)
    first = min((way.first for each in all_ways for way in each), default=0)
    last = max((way.last + 1 for each in all_ways for way in each), default=0)
    return Chain(tuple(by_id[name] for name in kept), all_ways, tuple(orders), first, max(first, last))


_Link = tuple[str, str, timedelta, timedelta | None, bool]
"""One task starts at least, and at most, so long after the other; counted from its end, or from its start."""


def _orders(request: Request) -> list[_Link]:
    found: list[_Link] = [(each.before, each.after, each.min_lag, each.max_lag, True) for each in request.precedences]
    for series in request.series:
        found += [(one, other, series.least_apart, series.most_apart, False) for one, other in pairwise(series.tasks)]
    return found


def _ways(problem: Problem, request: Request, task: Task, frozen: dict[str, Booking], links: Sequence[_Link], needs: Needs) -> tuple[Way, ...]:
    grid = needs.timeline.grid
    releases = [problem.now, problem.horizon.start, request.release, task.release]
    deadlines = [problem.horizon.end, request.deadline, task.deadline]
    earliest = max(each for each in releases if each is not None) - grid.origin
    latest = min(each for each in deadlines if each is not None) - grid.origin
    found = []
    for mode in task.modes:
        low, high = earliest, latest - mode.duration
        shortest, longest = _lengths(task, mode)
        for one, other, least, most, from_end in links:
            if other == task.id and one in frozen:
                since = _edge(frozen[one], from_end) - grid.origin
                low = max(low, since + least)
                high = high if most is None else min(high, since + most)
            if one == task.id and other in frozen:
                until = frozen[other].window.start - grid.origin
                high = min(high, until - least - (shortest if from_end else NONE))
                if most is not None and longest is not None:
                    low = max(low, until - most - (longest if from_end else NONE))
        first, last = max(0, grid.up(low)), min(grid.down(high), grid.ticks - 1)
        if first <= last:
            found.append(Way(mode, first, last, needs.of(task, mode), -(-mode.duration // timedelta(minutes=1))))
    return tuple(found)


def _edge(booking: Booking, is_end: bool) -> datetime:
    return booking.window.end if is_end else booking.window.start


def _lengths(task: Task, mode: Mode) -> tuple[timedelta, timedelta | None]:
    """The least length of a booking, and the greatest; None: any."""
    return mode.duration, mode.duration if has_one_length(task, mode) else None


def _in_order(names: list[str], pairs: Sequence[tuple[str, str]]) -> tuple[list[str], bool]:
    """`names` so that the first of each pair comes first; whether that is impossible."""
    before: dict[str, set[str]] = {name: set() for name in names}
    for one, other in pairs:
        if one in before and other in before:
            before[other].add(one)
    found: list[str] = []
    while len(found) < len(names):
        ready = [name for name in names if name not in found and before[name].issubset(found)]
        if not ready:
            return names, True
        found += ready
    return found, False


class Starts:
    """Starts of a chain's tasks, `masks[t][w]` over `[chain.first, chain.last)`, and what follows from them.

    Expects masks that tell of each task alone. `is_possible` False: some task cannot start at all.
    """

    def __init__(self, chain: Chain, masks: Sequence[Sequence[Mask]], grid: Grid) -> None:
        self.chain, self.grid = chain, grid
        self.masks = [list(each) for each in masks]
        self.into: dict[int, list[Order]] = defaultdict(list)
        self.out: dict[int, list[Order]] = defaultdict(list)
        for order in chain.orders:
            self.into[order.after].append(order)
            self.out[order.before].append(order)
        at = np.arange(chain.first, chain.last, dtype=np.int64) * grid.minutes
        self.ends = [[at + way.minutes for way in ways] for ways in chain.ways]
        for t in range(len(self.masks)):
            for order in self.into[t]:
                reached = self._reached(order)
                for mask in self.masks[t]:
                    mask &= reached
        self.complete: list[list[Numbers]] = [[] for _ in self.masks]
        for t in reversed(range(len(self.masks))):
            self.complete[t] = self._completions(t)
        for one, completions in zip(self.masks, self.complete, strict=True):
            for mask, complete in zip(one, completions, strict=True):
                mask &= complete < NEVER
        soonest = [
            min((int(each[mask].min()) for mask, each in zip(one, complete, strict=True) if mask.any()), default=NEVER)
            for one, complete in zip(self.masks, self.complete, strict=True)
        ]
        self.earliest = max(soonest, default=0)
        """No plan has the request complete before that minute."""
        self.is_possible = self.earliest < NEVER

    def _reached(self, order: Order) -> Mask:
        """The starts of `after` that some start of `before` leads to."""
        size = self.chain.last - self.chain.first
        found = np.zeros(size, bool)
        at = np.arange(size)
        for w, mask in enumerate(self.masks[order.before]):
            before = np.zeros(size + 1, np.int64)
            np.cumsum(mask, out=before[1:])
            most = order.most[w]
            high = np.clip(at - order.least[w] + 1, 0, size)
            # Some start in [at - most, at - least].
            found |= before[high] > (0 if most is None else before[np.minimum(np.clip(at - most, 0, size), high)])
        return found

    def _completions(self, t: int) -> list[Numbers]:
        """For each way and start of a task the first minute at which it and what follows can be complete."""
        found = []
        for w, end in enumerate(self.ends[t]):
            complete = end
            for order in self.out[t]:
                following = np.full(self.chain.last - self.chain.first, NEVER, np.int64)
                for mask, each in zip(self.masks[order.after], self.complete[order.after], strict=True):
                    np.minimum(following, np.where(mask, each, NEVER), out=following)
                complete = np.maximum(complete, least_within(following, order.least[w], order.most[w]))
            found.append(complete)
        return found


def least_within(values: Numbers, least: int, most: int | None) -> Numbers:
    """For each k the least of `values[k + least .. k + most]` (None: to the end), `least` >= 0; `NEVER` where there is none."""
    size = len(values)
    if most is None:
        window = np.minimum.accumulate(values[::-1])[::-1]
    elif most < least:
        return np.full(size, NEVER, np.int64)
    else:
        # Windows of twice the width by taking two of the width before together.
        window, width = values.copy(), 1
        while width < min(most - least + 1, size):
            step = min(width, most - least + 1 - width)
            window[: size - step] = np.minimum(window[: size - step], window[step:])
            width += step
    found = np.full(size, NEVER, np.int64)
    found[: max(0, size - least)] = window[least:]
    return found
