"""Changeovers: where between the uses of a resource another one can stand.

The time that a use needs before it depends on the use before it, and on how long that is over; so
every gap has starts of its own, and putting something in changes what the next use needs.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scheduler.placement.bits import span, starts
from scheduler.ticks.instance import Bits, TickChangeover, Ticks

Openings = Sequence[tuple[Ticks, Ticks]]
"""Stretches in which a resource is open, ascending."""

FAR = 1 << 60
"""Later than anything."""


class Run(NamedTuple):
    """One use of a resource, or one run of a batch resource."""

    start: Ticks
    end: Ticks
    recipe: int
    is_fixed: bool


class Follower(NamedTuple):
    """What a resource must be given between two uses."""

    changeover: TickChangeover
    initial: int
    first_tick: Ticks

    def time(self, before: int, after: int) -> Ticks:
        """From a use with recipe `before` to one with recipe `after`, cleaning included, warm-up not."""
        return self.changeover.times[before][after] if before >= 0 and after >= 0 else 0

    def since(self, before: Run | None, recipe: int) -> list[tuple[Ticks, Ticks, Ticks]]:
        """First and last start of a use with that recipe after `before` (None: it is the first), and what it needs before it then."""
        idle = self.changeover.idle
        warm_up = 0 if idle is None else self.changeover.warm_up
        if before is None:
            needed = self.time(self.initial, recipe) + warm_up
            return [(self.first_tick + needed, FAR, needed)]
        time, end = self.time(before.recipe, recipe), before.end
        if idle is None:
            return [(end + time, FAR, time)]
        return [(end + time, end + idle, time), (max(end + idle + 1, end + time + warm_up), FAR, time + warm_up)]

    def until(self, recipe: int, length: Ticks, after: Run | None, openings: Openings) -> list[tuple[Ticks, Ticks]]:
        """First and last start of a use with that recipe such that `after` (None: nothing) can still follow where it is."""
        if after is None:
            return [(-FAR, FAR)]
        changeover = self.changeover
        time = self.time(recipe, after.recipe)
        room = after.start - opening_start(openings, after.start, after.end) if changeover.within_opening else FAR
        last = after.start - length
        idle = changeover.idle
        if idle is None:
            return [(-FAR, last - time)] if time <= room else []
        found = []
        if time <= room:
            found.append((last - idle, last - time))
        if time + changeover.warm_up <= room:
            found.append((-FAR, min(last - idle - 1, last - time - changeover.warm_up)))
        return found

    def starts(self, runs: Sequence[Run], recipe: int, length: Ticks, opening: Bits, openings: Openings, ticks: Ticks) -> Bits:
        """The ticks at which one more use could begin among `runs` (ascending), as far as changeovers go."""
        by_need: dict[Ticks, Bits] = {}
        before: Run | None = None
        for index in range(len(runs) + 1):
            after = runs[index] if index < len(runs) else None
            if after is not None and after.start - (self.first_tick if before is None else before.end) < length:
                before = after
                continue
            following = self.until(recipe, length, after, openings)
            if following:
                for low, high, needed in self.since(before, recipe):
                    for least, most in following:
                        first, last = max(low, least, 0), min(high, most, ticks - length)
                        if first <= last:
                            by_need[needed] = by_need.get(needed, 0) | span(first, last + 1)
            before = after
        total = 0
        for needed, bits in by_need.items():
            total |= bits & starts(opening, length + needed) << needed if self.changeover.within_opening else bits
        return total

    def broken_pairs(self, runs: Sequence[Run], openings: Openings) -> Iterator[tuple[int, int]]:
        """Positions of neighbours (before, after) with too little between them; -1 before the first. What is fixed on both sides counts as right."""
        for index in range(len(runs)):
            before, after = (runs[index - 1] if index else None), runs[index]
            if after.is_fixed and (before is None or before.is_fixed):
                continue
            for low, high, needed in self.since(before, after.recipe):
                if low <= after.start <= high:
                    room = after.start - opening_start(openings, after.start, after.end) if self.changeover.within_opening else FAR
                    if needed <= room:
                        break
            else:
                yield index - 1, index


def opening_start(openings: Openings, start: Ticks, end: Ticks) -> Ticks:
    """Where the opening begins that holds `[start, end)`; later than anything if none does."""
    index = bisect_right(openings, (start, FAR)) - 1
    return openings[index][0] if index >= 0 and end <= openings[index][1] else FAR
