"""What is free: calendars minus bookings, as sets of ticks.

A unit resource keeps the set of its free ticks. A shared one (capacity k) keeps, per tick, the
number of units not booked, exactly, as the binary digits of that number over all ticks at once;
"at least d units free" follows from it. What is asked often is kept in views (see `views`).
"""

from scheduler.errors import Defect
from scheduler.placement.bits import add, reaches, span, subtract
from scheduler.placement.shapes import Shapes
from scheduler.placement.views import MOST_KEPT_BYTES, REACH, STEP, Levels, View
from scheduler.ticks.instance import Bits, FixedUse, Instance, Placement, TickRequest, Ticks

_WHOLE = -1


class Occupancy:
    """The free time of all resources of an instance; starts with nothing but the fixed uses booked."""

    __slots__ = ("_asked", "_capacity", "_levels", "_recent", "_views", "instance", "shapes")

    def __init__(self, instance: Instance, shapes: Shapes | None = None, *, with_fixed: bool = True) -> None:
        self.instance = instance
        self.shapes = Shapes(instance) if shapes is None else shapes
        self._capacity = self.shapes.catalogue.capacity
        self._levels = Levels(self.shapes.catalogue)
        self._views: dict[Ticks, View] = {}
        # The view that is in use keeps up with every change; the others catch up when they are asked for.
        self._recent: View | None = None
        self._asked = 0
        if with_fixed:
            for use in instance.fixed_uses:
                self.block_use(use)

    def copy(self) -> "Occupancy":
        """An independent snapshot; the numbers inside are shared, so it costs a few list copies."""
        twin = Occupancy.__new__(Occupancy)
        twin.instance, twin.shapes, twin._capacity = self.instance, self.shapes, self._capacity
        twin._levels = self._levels.copy()
        twin._views = {key: view.copy(twin._levels) for key, view in self._views.items()}
        twin._recent = None
        twin._asked = 0
        return twin

    def view(self, first: Ticks, last_minute: int) -> View:
        """A view of all that can begin at tick `first` or later and end by that minute; it keeps up with changes until another one is asked for."""
        horizon = self.instance.ticks
        key = first // STEP * STEP
        end = min(key + REACH, horizon)
        if horizon <= 4 * STEP or (end < horizon and last_minute > end * self.instance.tick_minutes):
            key, end = _WHOLE, horizon
        self._asked += 1
        if self._asked % 256 == 0 and sum(each.kept_bytes for each in self._views.values()) > MOST_KEPT_BYTES:
            for each in self._views.values():
                each.drop()
        found = self._views.get(key)
        if found is None:
            open_view = self.shapes.open_view(max(key, 0), end)
            found = self._views[key] = View(self.shapes.catalogue, self._levels, open_view, end)
        if found.pending:
            found.catch_up()
        self._recent = found
        return found

    def free(self, resource: int, demand: int = 1) -> Bits:
        """The ticks in which `demand` units of the resource are open and free."""
        return self._levels.at(resource, demand) if demand <= self._capacity[resource] else 0

    def book(self, resource: int, start: Ticks, end: Ticks, demand: int = 1) -> None:
        """`demand` units of the resource are taken in `[start, end)`. Raises: Defect if they are not free."""
        taken = ((1 << (end - start)) - 1) << start
        shared = self._capacity[resource] > 1
        free = self.free(resource, demand) if shared else self._levels.free[resource]
        if free & taken != taken or demand > self._capacity[resource]:
            raise Defect(f"resource {self.instance.resources[resource].id} is not free in ticks {start}..{end}")
        if shared:
            self._levels.planes[resource] = subtract(self._units(resource), demand, taken)
            self._changed(resource)
        else:
            self._levels.free[resource] = free ^ taken
            self._levels.touched[resource] = 1
            for view in self._views.values():
                if view is self._recent:
                    view.take(resource, start, end)
                elif view.offset < end and start < view.end:
                    view.pending.add(resource)

    def unbook(self, resource: int, start: Ticks, end: Ticks, demand: int = 1) -> None:
        """The units that `book` took with the same arguments are free again."""
        taken = span(start, end)
        if self._capacity[resource] > 1:
            self._levels.planes[resource] = add(self._units(resource), demand, taken)
        else:
            self._levels.free[resource] |= taken
        self._changed(resource)

    def block(self, resource: int, start: Ticks, end: Ticks, demand: int = 1) -> None:
        """As `book`, but takes what there is where less than `demand` is left. Cannot be undone."""
        end = min(end, self.instance.ticks)
        taken = span(start, end)
        if self._capacity[resource] > 1:
            planes = self._units(resource)
            enough = reaches(planes, demand) & taken
            short = taken & ~enough
            self._levels.planes[resource] = tuple(plane & ~short for plane in subtract(planes, demand, enough))
        else:
            self._levels.free[resource] &= ~taken
        self._changed(resource)

    def block_use(self, use: FixedUse) -> None:
        """What a booking that cannot move takes is taken. Cannot be undone."""
        self.block(use.resource, use.start, use.end, use.demand)

    def release(self, resource: int) -> None:
        """The resource is as free as its calendar; nothing of what was booked or fixed on it counts any more."""
        if self._levels.touched[resource]:
            self._levels.free[resource] = self.instance.resources[resource].open
            self._levels.planes.pop(resource, None)
            self._changed(resource)
            self._levels.touched[resource] = 0

    def open_up(self, resource: int) -> None:
        """The resource is open and free all the time, whatever its calendar says."""
        self._levels.free[resource] = span(0, self.instance.ticks)
        self._levels.planes.pop(resource, None)
        self._changed(resource)

    def unblock(self, resource: int, start: Ticks, end: Ticks, demand: int = 1) -> None:
        """Gives back what a fixed use of the resource took, at most up to capacity and calendar."""
        taken = span(start, min(end, self.instance.ticks))
        capacity = self._capacity[resource]
        demand = min(demand, capacity)
        if capacity > 1:
            planes = self._units(resource)
            room = taken & ~reaches(planes, capacity - demand + 1)
            full = taken & ~room
            grown = add(planes, demand, room)
            self._levels.planes[resource] = tuple(plane | full if capacity >> index & 1 else plane & ~full for index, plane in enumerate(grown))
        else:
            self._levels.free[resource] |= taken & self.instance.resources[resource].open
        self._changed(resource)

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
        planes = self._levels.planes.get(resource)
        if planes is None:
            capacity = self._capacity[resource]
            everywhere = span(0, self.instance.ticks)
            planes = tuple(everywhere if capacity >> index & 1 else 0 for index in range(capacity.bit_length()))
        return planes

    def _changed(self, resource: int) -> None:
        """What is kept of the resource is forgotten, and what it shares with equal calendars is not asked any more."""
        self._levels.touched[resource] = 1
        for view in self._views.values():
            if view is self._recent:
                view.forget(resource)
            else:
                view.pending.add(resource)
