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


def measures(resource: int, demands: Sequence[int], capacity: int) -> list[Measure]:
    """The plain one, and those of the known families that say something else."""
    found: dict[tuple[int, ...], Measure] = {}
    ordered = sorted(set(demands))
    tables = [ordered]
    for k in range(2, capacity + 2):
        tables.append([each * k // capacity for each in ordered])
        tables.append([each * k // (capacity + 1) for each in ordered])
    for k in range(1, capacity // 2 + 1):
        whole = capacity // k
        tables.append([2 * (whole - (capacity - d) // k) if 2 * d > capacity else whole if 2 * d == capacity else 2 * (d // k) for d in ordered])
        # All but what nearly fills it counts half at most.
        tables.append([capacity if d > capacity - k else 0 if d < k else d for d in ordered])
    for table in tables:
        if not any(table):
            continue
        units = tuple(zip(ordered, table, strict=True))
        most = rooms(units, capacity)[capacity]
        # In lowest terms, shares of the room tell tables apart.
        key = tuple(round(1_000_000 * each / most) for each in table)
        found.setdefault(key, Measure(resource, units))
    return list(found.values())
