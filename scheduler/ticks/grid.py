"""The grid: instants and lengths as ticks, rounded to the side that is asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import gcd

from scheduler.model.problem import Problem
from scheduler.model.window import Window, Windows
from scheduler.ticks.instance import Bits, Ticks

MINUTE = timedelta(minutes=1)
TINY = timedelta.resolution
"""The least time that there is: a microsecond."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Tick t is `[origin + t*resolution, origin + (t+1)*resolution)`; the grid has `ticks` of them."""

    origin: datetime
    resolution: timedelta
    ticks: Ticks

    def floor(self, moment: datetime) -> Ticks:
        """The last tick boundary at or before `moment`."""
        return (moment - self.origin) // self.resolution

    def ceil(self, moment: datetime) -> Ticks:
        """The first tick boundary at or after `moment`."""
        return -((self.origin - moment) // self.resolution)

    def length_up(self, length: timedelta) -> Ticks:
        """Ticks that hold `length`."""
        return -(-length // self.resolution)

    def length_down(self, length: timedelta) -> Ticks:
        """Whole ticks in `length`."""
        return length // self.resolution

    def moment(self, tick: Ticks) -> datetime:
        """The start of a tick."""
        return self.origin + tick * self.resolution

    def is_on_grid(self, moment: datetime) -> bool:
        """Whether `moment` is a tick boundary."""
        return not (moment - self.origin) % self.resolution

    def minute_down(self, moment: datetime) -> int:
        """Whole minutes from the origin, rounded down."""
        return (moment - self.origin) // MINUTE

    def minute_up(self, moment: datetime) -> int:
        """Whole minutes from the origin, rounded up."""
        return -((self.origin - moment) // MINUTE)

    def bits(self, windows: Windows) -> Bits:
        """The ticks that lie wholly inside one of `windows` (sorted, disjoint)."""
        total = 0
        for each in windows:
            first, last = max(self.ceil(each.start), 0), min(self.floor(each.end), self.ticks)
            if first < last:
                total |= ((1 << (last - first)) - 1) << first
        return total

    def touched(self, windows: Iterable[Window]) -> Bits:
        """The ticks of which at least a part lies in one of `windows`."""
        total = 0
        for each in windows:
            first, last = max(self.floor(each.start), 0), min(self.ceil(each.end), self.ticks)
            if first < last:
                total |= ((1 << (last - first)) - 1) << first
        return total


def grid_of(problem: Problem) -> Grid:
    """The grid on which `problem` is solved.

    Its resolution is the policy's, or finer where that is needed so that every movable booking
    in force (offered and stored on a finer grid) can stay where it is.
    """
    start = problem.horizon.start.astimezone(UTC)
    origin = start.replace(minute=0, second=0, microsecond=0)
    step = int(problem.policy.resolution / MINUTE)
    for each in problem.in_force:
        since = each.booking.window.start - origin
        if not each.frozen and not since % MINUTE:
            step = gcd(step, int(since / MINUTE))
    resolution = timedelta(minutes=step)
    return Grid(origin=origin, resolution=resolution, ticks=(problem.horizon.end - origin) // resolution)
