"""Ways to count what is taken of a shared resource, beyond plain units: what can never run side by side must not share by fractions.

A measure gives every demand a number of units such that what may run together sums to at most its room. Plain units are one;
of four units, with runs of three and of two, (3: 2, 2: 1, 1: 0) is another with room 2: it knows that two runs of three never fit.

Source: Fekete and Schepers, New classes of fast lower bounds for bin packing problems, 2001 (dual feasible functions).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Measure:
    """Units counted of a resource per demand, by demand ascending."""

    resource: int
    units: tuple[tuple[int, int], ...]

    def of(self, demand: int) -> int:
        """Units that a part of this demand counts."""
        return next((units for each, units in self.units if each == demand), 0)


@lru_cache(maxsize=10_000)
def rooms(units: tuple[tuple[int, int], ...], capacity: int) -> tuple[int, ...]:
    """The most units that parts running together can count, for each number of free places up to `capacity`."""
    most = [0] * (capacity + 1)
    for free in range(1, capacity + 1):
        most[free] = max([most[free - 1], *(most[free - demand] + counted for demand, counted in units if demand <= free)])
    return tuple(most)


def plain(resource: int, demands: Sequence[int]) -> Measure:
    """Every demand counts what it is."""
    return Measure(resource, tuple((each, each) for each in sorted(demands)))
