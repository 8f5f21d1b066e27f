"""What is free: calendars minus bookings, as sets of ticks.

A unit resource keeps the set of its free ticks. A shared one (capacity k) keeps, per tick, the
number of units not booked, exactly, as the binary digits of that number over all ticks at once;
"at least d units free" follows from it. What is asked often (starts with a whole length free, per
resource and per pool) is kept until a booking touches it.
"""

from scheduler.errors import Defect
from scheduler.placement.bits import add, at_least, reaches, span, starts, subtract
from scheduler.placement.shapes import Shapes
from scheduler.ticks.instance import Bits, Instance, Placement, TickRequest, Ticks

MOST_KEPT_BYTES = 64_000_000
"""What the answers kept per resource may take before they are dropped and worked out anew."""


class Occupancy:
    """The free time of all resources of an instance; starts with nothing but the fixed uses booked.

    `pool_starts[p]`: the ticks from which pool p can serve, None if not known; read it through
    `pool(p)`, or directly where speed matters.
    """

    __slots__ = ("_free", "_kept", "_kept_count", "_most_kept", "_planes", "_touched", "instance", "pool_starts", "shapes")

    def __init__(self, instance: Instance, shapes: Shapes | None = None, *, with_fixed: bool = True) -> None:
        self.instance = instance
        self.shapes = Shapes(instance) if shapes is None else shapes
        # For shared resources `_free` stays the calendar and `_planes` has the units.
        self._free: list[Bits] = [each.open for each in instance.resources]
        self._planes: dict[int, tuple[Bits, ...]] = {}
        self._touched = bytearray(len(instance.resources))
        self._kept: dict[int, dict[tuple[int, Ticks], Bits]] = {}
        self._kept_count = 0
        self._most_kept = max(1_000, MOST_KEPT_BYTES // (instance.ticks // 8 + 64))
        self.pool_starts: list[Bits | None] = [None] * len(self.shapes.pools)
        if with_fixed:
            for use in instance.fixed_uses:
                self.block(use.resource, use.start, use.end, use.demand)

    def copy(self) -> "Occupancy":
        """An independent snapshot; the numbers inside are shared, so it costs a few list copies."""
        twin = Occupancy.__new__(Occupancy)
        twin.instance, twin.shapes = self.instance, self.shapes
        twin._free, twin._planes = self._free.copy(), self._planes.copy()
        twin._touched = self._touched.copy()
        twin._kept, twin._kept_count, twin._most_kept = {}, 0, self._most_kept
        twin.pool_starts = self.pool_starts.copy()
        return twin

    def free(self, resource: int, demand: int = 1) -> Bits:
        """The ticks in which `demand` units of the resource are open and free."""
        planes = self._planes.get(resource)
        if planes is not None:
            return reaches(planes, demand) & self._free[resource]
        return self._free[resource] if demand <= self.shapes.capacity[resource] else 0

    def starts(self, resource: int, demand: int, length: Ticks) -> Bits:
        """The ticks t such that `demand` units are free in all of `[t, t + length)`."""
        if not self._touched[resource]:
            return self.shapes.open_starts(resource, length) if demand <= self.shapes.capacity[resource] else 0
        kept = self._kept.get(resource)
        if kept is None:
            kept = self._kept[resource] = {}
        key = (demand, length)
        found = kept.get(key)
        if found is None:
            # A shorter length already known is most of the way.
            done = max((each[1] for each in kept if each[0] == demand and each[1] < length), default=0)
            found = starts(kept[demand, done], length, done) if done else starts(self.free(resource, demand), length)
            if self._kept_count >= self._most_kept:
                self._kept = {}
                self._kept_count = 0
                kept = self._kept[resource] = {}
            kept[key] = found
            self._kept_count += 1
        return found

    def pool(self, number: int) -> Bits:
        """The ticks from which the pool can serve."""
        self.see_all_pools()
        found = self.pool_starts[number]
        if found is None:
            members, demand, length, needed, limited = self.shapes.pools[number]
            key = (demand, length)
            touched, kept = self._touched, self._kept
            if not any([touched[each] for each in members]):
                found = self.pool_starts[number] = self.shapes.open_pool(number)
                return found
            sets = []
            for each in members:
                # As in `starts`, which is asked only for what is not known: this is the hottest loop of all.
                own = kept.get(each) if touched[each] else None
                bits = own.get(key) if own is not None else None
                sets.append(self.starts(each, demand, length) if bits is None else bits)
            if limited:
                limits = dict(limited)
                sets = [bits & limits.get(each, -1) for each, bits in zip(members, sets, strict=True)]
            found = self.pool_starts[number] = at_least(needed, sets)
        return found

    def see_all_pools(self) -> None:
        """`pool_starts` has a place for every pool that the shapes know by now."""
        missing = len(self.shapes.pools) - len(self.pool_starts)
        if missing:
            self.pool_starts.extend([None] * missing)

    def book(self, resource: int, start: Ticks, end: Ticks, demand: int = 1) -> None:
        """`demand` units of the resource are taken in `[start, end)`. Raises: Defect if they are not free."""
        taken = ((1 << (end - start)) - 1) << start
        shared = self.shapes.capacity[resource] > 1
        free = self.free(resource, demand) if shared else self._free[resource]
        if free & taken != taken or demand > self.shapes.capacity[resource]:
            raise Defect(f"resource {self.instance.resources[resource].id} is not free in ticks {start}..{end}")
        if shared:
            self._planes[resource] = subtract(self._units(resource), demand, taken)
            self._forget(resource)
        else:
            self._free[resource] = free ^ taken
            kept = self._kept.get(resource)
            if kept:
                for key, bits in kept.items():
                    kept[key] = bits & ~span(start - key[1] + 1, end)
        self._touched[resource] = 1
        self._forget_pools(resource)

    def unbook(self, resource: int, start: Ticks, end: Ticks, demand: int = 1) -> None:
        """The units that `book` took with the same arguments are free again."""
        taken = span(start, end)
        if self.shapes.capacity[resource] > 1:
            self._planes[resource] = add(self._units(resource), demand, taken)
        else:
            self._free[resource] |= taken
        self._forget(resource)
        self._forget_pools(resource)

    def block(self, resource: int, start: Ticks, end: Ticks, demand: int = 1) -> None:
        """As `book`, but takes what there is where less than `demand` is left. Cannot be undone."""
        end = min(end, self.instance.ticks)
        taken = span(start, end)
        if self.shapes.capacity[resource] > 1:
            planes = self._units(resource)
            enough = reaches(planes, demand) & taken
            short = taken & ~enough
            self._planes[resource] = tuple(plane & ~short for plane in subtract(planes, demand, enough))
        else:
            self._free[resource] &= ~taken
        self._touched[resource] = 1
        self._forget(resource)
        self._forget_pools(resource)

    def release(self, resource: int) -> None:
        """The resource is as free as its calendar; nothing of what was booked or fixed on it counts any more."""
        if self._touched[resource]:
            self._free[resource] = self.instance.resources[resource].open
            self._planes.pop(resource, None)
            self._touched[resource] = 0
            self._forget(resource)
            self._forget_pools(resource)

    def unblock(self, resource: int, start: Ticks, end: Ticks, demand: int = 1) -> None:
        """Gives back what a fixed use of the resource took, at most up to capacity and calendar."""
        taken = span(start, min(end, self.instance.ticks))
        capacity = self.shapes.capacity[resource]
        if capacity > 1:
            planes = self._units(resource)
            room = taken & ~reaches(planes, capacity - demand + 1)
            full = taken & ~room
            grown = add(planes, demand, room)
            self._planes[resource] = tuple(plane | full if capacity >> index & 1 else plane & ~full for index, plane in enumerate(grown))
        else:
            self._free[resource] |= taken & self.instance.resources[resource].open
        self._forget(resource)
        self._forget_pools(resource)

    def book_placement(self, request: TickRequest, placement: Placement) -> None:
        """All resources of the placement are taken. Raises: Defect if one is not free."""
        for each in placement:
            for requirement, resources in zip(request.tasks[each.task].modes[each.mode].requirements, each.resources, strict=True):
                for resource in resources:
                    self.book(resource, each.start + requirement.begin, each.start + requirement.end, requirement.demand)

    def unbook_placement(self, request: TickRequest, placement: Placement) -> None:
        """All resources that `book_placement` took are free again."""
        for each in placement:
            for requirement, resources in zip(request.tasks[each.task].modes[each.mode].requirements, each.resources, strict=True):
                for resource in resources:
                    self.unbook(resource, each.start + requirement.begin, each.start + requirement.end, requirement.demand)

    def _units(self, resource: int) -> tuple[Bits, ...]:
        """The units not booked per tick, in binary; closed ticks count as if open."""
        planes = self._planes.get(resource)
        if planes is None:
            capacity = self.shapes.capacity[resource]
            everywhere = span(0, self.instance.ticks)
            planes = tuple(everywhere if capacity >> index & 1 else 0 for index in range(capacity.bit_length()))
        return planes

    def _forget(self, resource: int) -> None:
        kept = self._kept.pop(resource, None)
        if kept:
            self._kept_count -= len(kept)

    def _forget_pools(self, resource: int) -> None:
        known = self.pool_starts
        count = len(known)
        for number in self.shapes.pools_of[resource]:
            if number < count:
                known[number] = None
