"""What is asked often, kept until a booking touches it: where a resource, or a pool, can start to serve.

A long horizon is looked at through views, stretches that overlap: a request that may be placed
within some weeks has no use for sets of ticks that span a year. Ticks count from a view's offset.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduler.placement.bits import at_least, span, starts
from scheduler.placement.levels import CHUNK, Levels, chunks_of, width_of
from scheduler.ticks.instance import Bits, Instance, Ticks

if TYPE_CHECKING:
    from scheduler.placement.shapes import Pool

STEP = CHUNK
"""Views begin at multiples of this many ticks: with a chunk."""

REACH = 2 * STEP
"""Ticks that a view sees."""

MOST_KEPT_BYTES = 24_000_000
"""What the answers kept by all views of an occupancy may take before they are dropped."""

MOST_OPEN_BYTES = 20_000_000
"""The same for all views of the calendars alone; each has an equal share."""


class Catalogue:
    """What all views of one instance share: its resources in a handy form, and the pools made so far."""

    __slots__ = ("capacity", "chunks", "opening_of", "openings", "pools", "ticks")

    def __init__(self, instance: Instance) -> None:
        self.capacity = [each.capacity for each in instance.resources]
        self.openings = [each.open for each in instance.resources]
        numbers: dict[Bits, int] = {}
        self.opening_of = [numbers.setdefault(each, len(numbers)) for each in self.openings]
        self.ticks = instance.ticks
        # By number of the opening.
        self.chunks = [chunks_of(each, instance.ticks) for each in numbers]
        self.pools: list[Pool] = []


class OpenView:
    """A view of the calendars alone, shared by all occupancies: who is open where, before anything is booked."""

    __slots__ = ("_catalogue", "_kept_bytes", "_most_kept", "_pools", "_starts", "mask", "offset")

    def __init__(self, catalogue: Catalogue, offset: Ticks, end: Ticks, most_kept: int) -> None:
        self.offset = offset
        self.mask = span(0, end - offset)
        self._catalogue = catalogue
        self._kept_bytes = 0
        self._most_kept = most_kept
        self._starts: dict[int, dict[Ticks, Bits]] = {}
        self._pools: dict[int, Bits] = {}

    def starts(self, resource: int, length: Ticks) -> Bits:
        """Where `length` ticks lie in the resource's calendar; resources with equal calendars share the answer."""
        opening = self._catalogue.opening_of[resource]
        known = self._starts.get(opening)
        if known is None:
            known = self._starts[opening] = {1: self._catalogue.openings[resource] >> self.offset & self.mask}
        found = known.get(length)
        if found is None:
            done = 1
            for each in known:
                if done < each < length:
                    done = each
            found = known[length] = starts(known[done], length, done)
            self._note_kept()
        return found

    def pool(self, number: int) -> Bits:
        """The ticks from which the pool can serve if nothing is booked."""
        found = self._pools.get(number)
        if found is None:
            pool = self._catalogue.pools[number]
            limits = dict(pool.limited)
            able = [each for each in pool.members if self._catalogue.capacity[each] >= pool.demand]
            sets = [self.starts(each, pool.length) & limits[each] >> self.offset if each in limits else self.starts(each, pool.length) for each in able]
            found = self._pools[number] = at_least(pool.needed, sets)
            self._note_kept()
        return found

    def _note_kept(self) -> None:
        """One more set is kept; too many are dropped."""
        self._kept_bytes += self.mask.bit_length() // 8 + 100
        if self._kept_bytes > self._most_kept:
            self._starts.clear()
            self._pools.clear()
            self._kept_bytes = 0


class View:
    """A stretch of an occupancy. `pool_starts[p]`: the ticks from which pool p can serve, None if not known; `pool(p)` finds out."""

    __slots__ = (
        "_asked_pools",
        "_catalogue",
        "_first",
        "_held",
        "_is_asked",
        "_last",
        "_levels",
        "_open",
        "_tables",
        "end",
        "kept_bytes",
        "mask",
        "offset",
        "pending",
        "pool_starts",
        "pools",
    )

    def __init__(self, catalogue: Catalogue, levels: Levels, open_view: OpenView, end: Ticks) -> None:
        self.offset, self.end = open_view.offset, end
        self.pools = catalogue.pools
        self._catalogue, self._levels, self._open = catalogue, levels, open_view
        self.mask = open_view.mask
        width = width_of(catalogue.ticks)
        self._first, self._last = self.offset // width, -(-end // width)
        self.kept_bytes = 0
        # By demand and length, then resource: where it can start. And by resource the tables that it is in.
        self._tables: dict[tuple[int, Ticks], dict[int, Bits]] = {}
        self._held: dict[int, list[tuple[int, Ticks, dict[int, Bits]]]] = {}
        self.pool_starts: list[Bits | None] = []
        # Of the hundreds of pools that a resource is in, those that were ever asked for here.
        self._is_asked = bytearray()
        self._asked_pools: dict[int, list[int]] = {}
        # Resources that changed while nobody looked at this view.
        self.pending: set[int] = set()

    def copy(self, levels: Levels) -> View:
        """The same view of equal levels."""
        twin = View(self._catalogue, levels, self._open, self.end)
        twin.pool_starts = self.pool_starts.copy()
        twin._is_asked = self._is_asked.copy()
        twin._asked_pools = {resource: pools.copy() for resource, pools in self._asked_pools.items()}
        twin.pending = self.pending.copy()
        return twin

    def table(self, demand: int, length: Ticks) -> dict[int, Bits]:
        """What is known of `starts` for that demand and length, by resource."""
        found = self._tables.get((demand, length))
        if found is None:
            found = self._tables[demand, length] = {}
        return found

    def starts(self, resource: int, demand: int, length: Ticks) -> Bits:
        """The ticks t such that `demand` units are free in all of `[t, t + length)`."""
        table = self.table(demand, length)
        found = table.get(resource)
        return self._find_starts(resource, demand, length, table) if found is None else found

    def _find_starts(self, resource: int, demand: int, length: Ticks, table: dict[int, Bits]) -> Bits:
        """As `starts`, for what its `table` does not know."""
        if demand > self._catalogue.capacity[resource]:
            return 0
        held = self._held.get(resource)
        if held is None:
            held = self._held[resource] = []
        if not self._levels.touched[resource]:
            found = self._open.starts(resource, length)
        else:
            # A shorter length already known is most of the way.
            done, known = 1, None
            for other_demand, other_length, other in held:
                if other_demand == demand and done < other_length < length:
                    done, known = other_length, other[resource]
            if known is None:
                known = self._levels.at(resource, demand, self._first, self._last)
            found = starts(known, length, done)
        table[resource] = found
        held.append((demand, length, table))
        self.kept_bytes += (self.end - self.offset) // 8 + 100
        return found

    def pool(self, number: int) -> Bits:
        """The ticks from which the pool can serve."""
        self.see_all_pools()
        found = self.pool_starts[number]
        return self.find_pool(number) if found is None else found

    def find_pool(self, number: int) -> Bits:
        """As `pool`, for one that `pool_starts` has a place for and does not know."""
        members, demand, length, needed, limited = self.pools[number]
        if not self._is_asked[number]:
            self._is_asked[number] = 1
            asked = self._asked_pools
            for each in members:
                if each in asked:
                    asked[each].append(number)
                else:
                    asked[each] = [number]
        # This is the hottest place of all: nearly always every member is in the table.
        table = self.table(demand, length)
        missing = [each for each in members if each not in table]
        if missing:
            touched = self._levels.touched
            if len(missing) == len(members) and not any(touched[each] for each in members):
                found = self.pool_starts[number] = self._open.pool(number)
                return found
            for each in missing:
                if not self._find_starts(each, demand, length, table):
                    # Those that never can are not kept.
                    table.setdefault(each, 0)
        found = 0
        if needed == 1 and not limited:
            for each in members:
                found |= table[each]
        else:
            limits = dict(limited)
            found = at_least(needed, [table[each] & limits[each] >> self.offset if each in limits else table[each] for each in members])
        self.pool_starts[number] = found
        self.kept_bytes += (self.end - self.offset) // 8 + 100
        return found

    def see_all_pools(self) -> None:
        """`pool_starts` has a place for every pool that the shapes know by now."""
        missing = len(self.pools) - len(self.pool_starts)
        if missing:
            self.pool_starts.extend([None] * missing)
            self._is_asked.extend(bytes(missing))

    def take(self, resource: int, start: Ticks, end: Ticks) -> None:
        """The unit resource has become busy in `[start, end)` (ticks of the horizon)."""
        held = self._held.get(resource)
        if held:
            start, end = start - self.offset, end - self.offset
            for _, length, table in held:
                first = start - length + 1
                if first < 0:
                    first = 0
                if end <= first:
                    continue
                table[resource] &= ~(((1 << (end - first)) - 1) << first)
        known = self.pool_starts
        for number in self._asked_pools.get(resource, ()):
            known[number] = None

    def catch_up(self) -> None:
        """What is kept holds again."""
        for resource in self.pending:
            self.forget(resource)
        self.pending.clear()

    def forget(self, resource: int) -> None:
        """What is kept of the resource does not hold any more."""
        for _, _, table in self._held.pop(resource, ()):
            del table[resource]
        known = self.pool_starts
        for number in self._asked_pools.get(resource, ()):
            known[number] = None

    def drop(self) -> None:
        """Nothing is kept any more."""
        self.kept_bytes = 0
        self.pending.clear()
        self._held.clear()
        self._tables.clear()
        self.pool_starts[:] = [None] * len(self.pool_starts)
