"""How much is free of each resource, in chunks of the horizon: what a booking costs, in time and memory, does not grow with the horizon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from scheduler.placement.bits import add, ones, reaches, span, subtract
from scheduler.ticks.instance import Bits, Ticks

if TYPE_CHECKING:
    from scheduler.placement.views import Catalogue

CHUNK = 4_096
"""Ticks of one chunk of a long horizon (six weeks of quarter hours)."""

SHORT = 4 * CHUNK
"""A horizon up to this long is one chunk: looked at as a whole, sets are quicker whole."""

Planes = tuple[Bits, ...]
"""The units not booked per tick of a chunk, in binary."""


def width_of(ticks: Ticks) -> Ticks:
    """How many ticks a chunk has if the horizon has so many."""
    return max(ticks, 1) if ticks <= SHORT else CHUNK


def chunks_of(bits: Bits, ticks: Ticks) -> list[Bits]:
    """A set of ticks of a horizon, chunk by chunk."""
    width = width_of(ticks)
    return [bits >> offset & ones(width) for offset in range(0, max(ticks, 1), width)]


def joined(chunks: Sequence[Bits]) -> Bits:
    """The set of ticks that the chunks make up, the first one at 0."""
    total = 0
    for each in reversed(chunks):
        total = total << CHUNK | each
    return total


class Levels:
    """What is free of each resource. `touched[r]`: whether anything was ever taken of resource r.

    `counted` are the resources of which units are counted: shared ones, and those with a ledger. Of those `free` stays the
    calendar, and `planes` has the units not booked (closed ticks count as if open), None for a chunk of which nothing was taken.
    What is never written to is shared with the calendars of the catalogue.
    """

    __slots__ = ("_capacity", "_catalogue", "_free", "_planes", "_width", "touched")

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._capacity = catalogue.capacity
        self._width = width_of(catalogue.ticks)
        self._free: list[list[Bits]] = [catalogue.chunks[number] for number in catalogue.opening_of]
        self._planes: dict[int, list[Planes | None]] = {}
        self.touched = bytearray(len(self._free))

    def copy(self) -> Levels:
        """An independent snapshot; the sets of ticks are shared."""
        twin = Levels.__new__(Levels)
        twin._catalogue, twin._capacity, twin._width = self._catalogue, self._capacity, self._width
        twin._free = [row.copy() if touched else row for row, touched in zip(self._free, self.touched, strict=True)]
        twin._planes = {resource: row.copy() for resource, row in self._planes.items()}
        twin.touched = self.touched.copy()
        return twin

    def at(self, resource: int, demand: int, first: int = 0, end: int | None = None) -> Bits:
        """The ticks, from chunk `first` on and before chunk `end` (None: all), in which `demand` units (at most the capacity) are open and free."""
        free = self._free[resource][first:end]
        planes = self._planes.get(resource)
        if planes is None:
            if len(free) == 2:
                return free[0] | free[1] << CHUNK
        else:
            free = [open_ticks if each is None else open_ticks & reaches(each, demand) for open_ticks, each in zip(free, planes[first:end], strict=True)]
        return free[0] if len(free) == 1 else joined(free)

    def open(self, resource: int) -> Bits:
        """The ticks in which a counted resource is open."""
        return joined(self._free[resource])

    def room(self, resource: int, units: int) -> Bits:
        """The ticks, closed ones too, in which so many units of a counted resource are not taken; -1 if none ever were."""
        planes = self._planes.get(resource)
        return -1 if planes is None else joined([ones(self._width) if each is None else reaches(each, units) for each in planes])

    def take(self, resource: int, start: Ticks, end: Ticks) -> bool:
        """The unit resource becomes busy in `[start, end)`; False, and nothing changes, if it is not free there."""
        width = self._width
        chunk = start // width
        row = self._free[resource]
        if end <= (chunk + 1) * width:
            taken = ((1 << (end - start)) - 1) << (start - chunk * width)
            left = row[chunk]
            if left & taken != taken:
                return False
            if not self.touched[resource]:
                row = self._own(resource)
            row[chunk] = left ^ taken
            return True
        pieces = self._pieces(start, end)
        if any(row[index] & taken != taken for index, taken in pieces):
            return False
        if not self.touched[resource]:
            row = self._own(resource)
        for index, taken in pieces:
            row[index] ^= taken
        return True

    def give(self, resource: int, start: Ticks, end: Ticks) -> None:
        """The unit resource becomes free in `[start, end)`."""
        row = self._free[resource] if self.touched[resource] else self._own(resource)
        width = self._width
        chunk = start // width
        if start >= 0 and end <= (chunk + 1) * width:
            row[chunk] |= ((1 << (end - start)) - 1) << (start - chunk * width)
            return
        for index, taken in self._pieces(start, end):
            row[index] |= taken

    def close(self, resource: int, start: Ticks, end: Ticks) -> None:
        """The unit resource becomes busy in `[start, end)`, whether it was before or not."""
        row = self._free[resource] if self.touched[resource] else self._own(resource)
        for index, taken in self._pieces(start, end):
            row[index] &= ~taken

    def reopen(self, resource: int, start: Ticks, end: Ticks) -> None:
        """The unit resource becomes free in those ticks of `[start, end)` in which its calendar is open."""
        row = self._free[resource] if self.touched[resource] else self._own(resource)
        calendar = self._catalogue.chunks[self._catalogue.opening_of[resource]]
        for index, taken in self._pieces(start, end):
            row[index] |= taken & calendar[index]

    def take_units(self, resource: int, start: Ticks, end: Ticks, units: int, *, is_open: bool = True) -> bool:
        """So many units of a counted resource are taken; False, and nothing changes, if they are not there or, `is_open`, it is closed at some tick."""
        if units > self._capacity[resource]:
            return False
        pieces = self._pieces(start, end)
        planes = self._planes.get(resource)
        row = self._free[resource]
        for index, taken in pieces:
            if is_open and row[index] & taken != taken:
                return False
            before = None if planes is None else planes[index]
            if before is not None and reaches(before, units) & taken != taken:
                return False
        if planes is None:
            planes = self._counted(resource)
        for index, taken in pieces:
            planes[index] = subtract(planes[index] or self._full(resource), units, taken)
        return True

    def give_units(self, resource: int, start: Ticks, end: Ticks, units: int) -> None:
        """So many units of a counted resource, which must have been taken, are given back."""
        planes = self._counted(resource)
        for index, taken in self._pieces(start, end):
            planes[index] = add(planes[index] or self._full(resource), units, taken)

    def block_units(self, resource: int, start: Ticks, end: Ticks, units: int) -> None:
        """As `take_units`, but takes what there is where there is less."""

        def blocked(planes: Planes, taken: Bits) -> Planes:
            enough = reaches(planes, units) & taken
            short = taken & ~enough
            return tuple(plane & ~short for plane in subtract(planes, units, enough))

        self._count(resource, start, end, blocked)

    def unblock_units(self, resource: int, start: Ticks, end: Ticks, units: int) -> None:
        """As `give_units`, at most up to the capacity."""
        capacity = self._capacity[resource]
        units = min(units, capacity)

        def unblocked(planes: Planes, taken: Bits) -> Planes:
            room = taken & ~reaches(planes, capacity - units + 1)
            full = taken & ~room
            return tuple(plane | full if capacity >> index & 1 else plane & ~full for index, plane in enumerate(add(planes, units, room)))

        self._count(resource, start, end, unblocked)

    def reset(self, resource: int, *, always_open: bool = False) -> None:
        """Nothing of the resource is taken any more, and it is open as its calendar says or, `always_open`, all the time."""
        calendar = self._catalogue.chunks[self._catalogue.opening_of[resource]]
        self._free[resource] = chunks_of(span(0, self._catalogue.ticks), self._catalogue.ticks) if always_open else calendar
        self._planes.pop(resource, None)
        self.touched[resource] = always_open

    def _own(self, resource: int) -> list[Bits]:
        """The row of chunks of a unit resource, from now on its own."""
        self.touched[resource] = 1
        row = self._free[resource] = self._free[resource].copy()
        return row

    def _counted(self, resource: int) -> list[Planes | None]:
        """The row of counted chunks of a resource."""
        planes = self._planes.get(resource)
        if planes is None:
            planes = self._planes[resource] = [None] * len(self._free[resource])
            self.touched[resource] = 1
        return planes

    def _count(self, resource: int, start: Ticks, end: Ticks, changed: Callable[[Planes, Bits], Planes]) -> None:
        planes = self._counted(resource)
        for index, taken in self._pieces(start, end):
            planes[index] = changed(planes[index] or self._full(resource), taken)

    def _pieces(self, start: Ticks, end: Ticks) -> list[tuple[int, Bits]]:
        """The chunks that `[start, end)` touches, and what it takes of each."""
        width = self._width
        start, end = max(start, 0), min(end, len(self._free[0]) * width)
        found = []
        while start < end:
            index = start // width
            offset = index * width
            until = min(end, offset + width)
            found.append((index, ((1 << (until - start)) - 1) << (start - offset)))
            start = until
        return found

    def _full(self, resource: int) -> Planes:
        capacity = self._capacity[resource]
        return tuple([ones(self._width) if capacity >> index & 1 else 0 for index in range(capacity.bit_length())])
