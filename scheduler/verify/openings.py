"""Openings as two sorted lists of edges: what every rule asks about hours."""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta
from typing import NamedTuple

from scheduler.model.window import Windows

Stretch = tuple[datetime, datetime]
"""`[start, end)`."""


class Openings(NamedTuple):
    """Sorted, disjoint openings that never touch: number n is `[starts[n], ends[n])`."""

    starts: list[datetime]
    ends: list[datetime]

    def around(self, moment: datetime) -> Stretch | None:
        """The opening in which `moment` lies; None if it is shut then."""
        number = bisect_right(self.starts, moment) - 1
        return (self.starts[number], self.ends[number]) if number >= 0 and moment < self.ends[number] else None

    def cover(self, start: datetime, end: datetime) -> bool:
        """Whether one opening has the whole of `[start, end)`."""
        number = bisect_right(self.starts, start) - 1
        return number >= 0 and end <= self.ends[number]

    def inside(self, start: datetime, end: datetime) -> list[Stretch]:
        """What of `[start, end)` is open, in order."""
        first, last = bisect_right(self.ends, start), bisect_left(self.starts, end)
        return [(max(start, self.starts[number]), min(end, self.ends[number])) for number in range(first, last)]

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """How much of `[start, end)` is open."""
        return sum((until - since for since, until in self.inside(start, end)), timedelta(0))


def openings_of(windows: Windows) -> Openings:
    """The edges of sorted, disjoint windows."""
    return Openings([each.start for each in windows], [each.end for each in windows])
