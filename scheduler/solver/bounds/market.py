"""Prices of a queue's resources, and what every start of every member costs at them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scheduler.solver.bounds.blocks import SCALE, Block, Money, Numbers, Part, mask_of
from scheduler.solver.bounds.measures import Measure, rooms
from scheduler.ticks.instance import Instance, Ticks

Steps = tuple[tuple[Ticks, Ticks, int], ...]
"""Disjoint [first, last) with a price each, ascending; elsewhere nothing is asked. The price is asked in ticks in which the resource is open."""

Prices = Mapping[Measure, Steps]
"""By measure, per unit and tick, in thousandths of the scalar objective."""


@dataclass(frozen=True, slots=True)
class Member:
    """A request of a queue: its blocks, and what it costs (in thousandths) to leave it out; None if it must be served."""

    position: int
    blocks: tuple[Block, ...]
    left_out: int | None


Sums = dict[tuple[int, int], Numbers]
"""By resource and demand."""

Way = tuple[int, int, Ticks]
"""(member, block, start)."""


class Market:
    """What a queue's members could take, and what there is of it."""

    def __init__(self, instance: Instance, members: Sequence[Member], money: Money) -> None:
        self.instance = instance
        self.members = members
        self.money = money
        self.ids: dict[Part, int] = {}
        self.parts: list[Part] = []
        self.windows: list[list[Ticks]] = []
        self.numbers: list[tuple[tuple[int, ...], ...]] = []
        for member in members:
            self.numbers.append(tuple(tuple(self._id(part, block) for part in block.parts) for block in member.blocks))
        self.resources = sorted({r for part in self.parts for r, _ in part.candidates})
        self.open = {r: mask_of(instance.resources[r].open, 0, instance.ticks) for r in self.resources}
        self.free = {r: self._free(r) for r in self.resources}
        self.demands = {r: sorted({part.demand for part in self.parts if any(r == each for each, _ in part.candidates)}) for r in self.resources}
        self.masks = [
            np.stack([mask_of(starts, *window) for _, starts in part.candidates]) if part.candidates else np.zeros((0, window[1] - window[0]), bool)
            for part, window in zip(self.parts, self.windows, strict=True)
        ]

    def _id(self, part: Part, block: Block) -> int:
        number = self.ids.setdefault(part, len(self.parts))
        first, last = block.first, block.first + len(block.cost)
        if number == len(self.parts):
            self.parts.append(part)
            self.windows.append([first, last])
        else:
            window = self.windows[number]
            window[0], window[1] = min(window[0], first), max(window[1], last)
        return number

    def _free(self, resource: int) -> Numbers:
        """Units per tick that frozen bookings leave; none where it is closed."""
        room = np.where(self.open[resource], self.instance.resources[resource].capacity, 0)
        for use in self.instance.fixed_uses:
            if use.resource == resource:
                room[max(use.start, 0) : max(use.end, 0)] -= use.demand
        return np.maximum(room, 0)

    def room(self, measure: Measure) -> Numbers:
        """What parts running together can count at most, per tick."""
        free = self.free[measure.resource]
        return np.asarray(rooms(measure.units, int(free.max(initial=0))))[free]

    def sums(self, prices: Prices) -> Sums:
        """Per resource and demand the price of all open ticks before each tick, where anything is asked."""
        found: Sums = {}
        for measure, steps in prices.items():
            per_unit: Numbers = np.zeros(self.instance.ticks + 1, self.money.kind)
            for first, last, price in steps:
                per_unit[first + 1 : last + 1] = price
            per_unit[1:][~self.open[measure.resource]] = 0
            total = np.cumsum(per_unit)
            for demand, units in measure.units:
                if units:
                    key = (measure.resource, demand)
                    found[key] = found[key] + units * total if key in found else units * total
        return found

    def supply(self, prices: Prices) -> int:
        """The price of all there is."""
        total = 0
        for measure, steps in prices.items():
            room = self.room(measure)
            total += sum(price * int(room[first:last].sum()) for first, last, price in steps)
        return total

    def value(self, prices: Prices) -> tuple[int, list[list[tuple[int, Way]]], list[int]]:
        """The bound at `prices` in thousandths; per member its cheapest way in each block that could be cheapest; and what each member pays.

        No plan, within what the blocks allow, costs the members less.
        """
        if not self.holds(prices):
            return 0, [[] for _ in self.members], [0 for _ in self.members]
        sums = self.sums(prices)
        asked: dict[int, Numbers | None] = {}
        total = -self.supply(prices)
        ways: list[list[tuple[int, Way]]] = []
        paid: list[int] = []
        for number, member in enumerate(self.members):
            least: int | None = member.left_out
            found: list[tuple[int, Way]] = []
            for b, block in enumerate(member.blocks):
                if least is not None and block.least >= least:
                    break
                price = block.cost
                for part in self.numbers[number][b]:
                    if part not in asked:
                        asked[part] = self._asked(part, sums)
                    more = asked[part]
                    if more is not None:
                        begin = block.first - self.windows[part][0]
                        price = price + more[begin : begin + len(price)]
                k = int(price.argmin())
                here = int(price[k])
                if here < self.money.far:
                    found.append((here, (number, b, block.first + k)))
                    if least is None or here < least:
                        least = here
            # What can be neither served nor left out is in no plan that counts; nothing is claimed of it.
            paid.append(least or 0)
            total += paid[-1]
            ways.append(found)
        return total, ways, paid

    def priced(self, member: int, block: int, sums: Sums) -> Numbers:
        """Cost and price of every start of a block."""
        whole = self.members[member].blocks[block]
        price = whole.cost
        for part in self.numbers[member][block]:
            more = self._asked(part, sums)
            if more is not None:
                begin = whole.first - self.windows[part][0]
                price = price + more[begin : begin + len(price)]
        return price

    def holds(self, prices: Prices) -> bool:
        """Whether the numbers used hold all sums of these prices."""
        return (
            sum(price * (last - first) * max(units for _, units in each.units) for each, steps in prices.items() for first, last, price in steps)
            < self.money.far
        )

    def _asked(self, number: int, sums: Sums) -> Numbers | None:
        """The price of a part for each start in its window; None: nothing."""
        part, (first, last) = self.parts[number], self.windows[number]
        if not any((r, part.demand) in sums for r, _ in part.candidates):
            return None
        rows: Numbers = np.zeros((len(part.candidates), last - first), self.money.kind)
        for k, (r, _) in enumerate(part.candidates):
            if (r, part.demand) in sums:
                rows[k] = _window(sums[r, part.demand], part.begin, part.end, first, last)
        rows[~self.masks[number]] = self.money.far >> 10
        if part.count == 1:
            return rows.min(axis=0)  # type: ignore[no-any-return]
        rows.sort(axis=0)
        return rows[: part.count].sum(axis=0)  # type: ignore[no-any-return]

    def usage(self, way: Way, sums: Sums) -> list[tuple[int, Ticks, Ticks, int]]:
        """What a way takes, of the cheapest at these prices: (resource, start, end, demand)."""
        number, b, start = way
        found = []
        for part_number in self.numbers[number][b]:
            part = self.parts[part_number]
            begin, end = max(start + part.begin, 0), min(start + part.end, self.instance.ticks)
            options = []
            for r, starts in part.candidates:
                if starts >> start & 1:
                    sum_of = sums.get((r, part.demand))
                    options.append((0 if sum_of is None else sum_of[end] - sum_of[begin], r))
            found += [(r, begin, end, part.demand) for _, r in sorted(options)[: part.count]]
        return found


def _window(sums: Numbers, begin: Ticks, end: Ticks, first: Ticks, last: Ticks) -> Numbers:
    """`sums[s + end] - sums[s + begin]` for s in `first..last-1`; nothing is asked beyond the horizon."""
    size = len(sums) - 1
    if first + begin >= 0 and last + end <= size + 1 and first + end >= 0 and last + begin <= size + 1:
        return sums[first + end : last + end] - sums[first + begin : last + begin]
    at = np.arange(first, last)
    return sums[np.clip(at + end, 0, size)] - sums[np.clip(at + begin, 0, size)]


def steps_of(prices: Sequence[int] | Numbers, first: Ticks = 0) -> Steps:
    """A price per tick as steps."""
    at = np.asarray(prices)
    edges = [0, *(np.flatnonzero(at[1:] != at[:-1]) + 1).tolist(), len(at)]
    return tuple((first + low, first + high, int(at[low])) for low, high in pairwise(edges) if high > low and at[low])


def units(value: int) -> int:
    """Thousandths as a whole number of the objective that is no less: costs are whole."""
    return -(-value // SCALE)
