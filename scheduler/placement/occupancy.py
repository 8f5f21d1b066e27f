"""What is free: calendars minus bookings, as sets of ticks.

A unit resource keeps the set of its free ticks. A shared one (capacity k) keeps, per tick, the
number of units not booked, exactly, as the binary digits of that number over all ticks at once;
"at least d units free" follows from it. What is asked often is kept in views (see `views`).
Special resources are counted the same way and have a ledger besides (see `ledger`), which knows
what else decides there; hard quotas are counted too.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from scheduler.errors import Defect
from scheduler.placement.bits import span, starts
from scheduler.placement.ledger import Ledger
from scheduler.placement.levels import SHORT, Levels
from scheduler.placement.quotas import Quotas
from scheduler.placement.shapes import Shapes
from scheduler.placement.uses import Need, Owner, Use, Want, fixed_use, wants_of
from scheduler.placement.views import MOST_KEPT_BYTES, REACH, STEP, View
from scheduler.ticks.instance import Bits, FixedUse, Instance, Placement, TickBooking, TickRequest, Ticks

_WHOLE = -1


class Occupancy:
    """The free time of all resources of an instance; starts with nothing but the fixed uses booked."""

    __slots__ = ("_asked", "_capacity", "_is_counted", "_ledgers", "_levels", "_recent", "_views", "instance", "quotas", "shapes")

    def __init__(self, instance: Instance, shapes: Shapes | None = None, *, with_fixed: bool = True) -> None:
        self.instance = instance
        self.shapes = Shapes(instance) if shapes is None else shapes
        self._capacity = self.shapes.catalogue.capacity
        # Those of which units are counted: shared resources, and those with a ledger.
        self._is_counted = self.shapes.is_counted
        self._levels = Levels(self.shapes.catalogue)
        self._ledgers = {each: Ledger(instance.resources[each], instance.ticks, instance.first_tick) for each in self.shapes.ledgered}
        self.quotas = Quotas(instance) if self.shapes.counted else None
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
        twin._is_counted = self._is_counted
        twin._levels = self._levels.copy()
        twin._ledgers = {key: ledger.copy() for key, ledger in self._ledgers.items()}
        twin.quotas = None if self.quotas is None else self.quotas.copy()
        twin._views = {key: view.copy(twin._levels) for key, view in self._views.items()}
        twin._recent = None
        twin._asked = 0
        return twin

    def view(self, first: Ticks, last_minute: int) -> View:
        """A view of all that can begin at tick `first` or later and end by that minute; it keeps up with changes until another one is asked for."""
        horizon = self.instance.ticks
        key = first // STEP * STEP
        end = min(key + REACH, horizon)
        if horizon <= SHORT or (end < horizon and last_minute > end * self.instance.tick_minutes):
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
        is_inside = 0 <= start <= end <= self.instance.ticks
        if self._is_counted[resource]:
            if not is_inside or not self._levels.take_units(resource, start, end, demand):
                raise self._not_free(resource, start, end)
            self._changed(resource)
            return
        if not is_inside or demand > 1 or not self._levels.take(resource, start, end):
            raise self._not_free(resource, start, end)
        for view in self._views.values():
            if view is self._recent:
                view.take(resource, start, end)
            elif view.offset < end and start < view.end:
                view.pending.add(resource)

    def unbook(self, resource: int, start: Ticks, end: Ticks, demand: int = 1) -> None:
        """The units that `book` took with the same arguments are free again."""
        if self._is_counted[resource]:
            self._levels.give_units(resource, start, end, demand)
            self._changed(resource)
            return
        self._levels.give(resource, start, end)
        for view in self._views.values():
            if view.offset < end and start < view.end:
                if view is self._recent:
                    view.forget(resource)
                else:
                    view.pending.add(resource)

    def block(self, resource: int, start: Ticks, end: Ticks, demand: int = 1) -> None:
        """As `book`, but takes what there is where less than `demand` is left. Cannot be undone."""
        end = min(end, self.instance.ticks)
        if self._is_counted[resource]:
            self._levels.block_units(resource, start, end, demand)
            self._changed(resource)
        else:
            self._levels.close(resource, start, end)
            self._changed(resource)

    def block_use(self, use: FixedUse) -> None:
        """What a booking that cannot move takes is taken; `unblock_use` gives it back."""
        self.block(use.resource, use.start, use.end, use.demand)
        if use.resource in self._ledgers:
            self._ledgers[use.resource].add(fixed_use(use))

    def unblock_use(self, use: FixedUse) -> None:
        """Gives back what a fixed use took, at most up to capacity and calendar."""
        self.unblock(use.resource, use.start, use.end, use.demand)
        if use.resource in self._ledgers:
            self._ledgers[use.resource].remove(fixed_use(use))

    def release(self, resource: int) -> None:
        """The resource is as free as its calendar; nothing of what was booked or fixed on it counts any more."""
        if self._levels.touched[resource]:
            if resource in self._ledgers:
                self._ledgers[resource].clear()
                self._ledgers[resource].open_to(self.instance.resources[resource].open)
            self._levels.reset(resource)
            self._changed(resource)

    def open_up(self, resource: int) -> None:
        """The resource is open and free all the time, whatever its calendar says."""
        if resource in self._ledgers:
            self._ledgers[resource].clear()
            self._ledgers[resource].open_to(span(0, self.instance.ticks))
        self._levels.reset(resource, always_open=True)
        self._changed(resource)

    def unblock(self, resource: int, start: Ticks, end: Ticks, demand: int = 1) -> None:
        """Gives back what a fixed use of the resource took, at most up to capacity and calendar."""
        end = min(end, self.instance.ticks)
        if self._is_counted[resource]:
            self._levels.unblock_units(resource, start, end, demand)
            self._changed(resource)
        else:
            self._levels.reopen(resource, start, end)
            self._changed(resource)

    def book_placement(self, request: TickRequest, placement: Placement) -> None:
        """All resources of the placement are taken. Raises: Defect if one is not free (beyond that, no rule is looked at; see `broken`)."""
        if self.is_special:
            for each in placement:
                self.take(request.company, self.wants(request, each))
            return
        for each in placement:
            for requirement, resources in zip(request.tasks[each.task].modes[each.mode].requirements, each.resources, strict=True):
                for resource in resources:
                    self.book(resource, each.start + requirement.begin, each.start + requirement.end, requirement.demand)

    def unbook_placement(self, request: TickRequest, placement: Placement) -> None:
        """All resources that `book_placement` took are free again."""
        if self.is_special:
            for each in placement:
                self.give_back(request.company, self.wants(request, each))
            return
        for each in placement:
            for requirement, resources in zip(request.tasks[each.task].modes[each.mode].requirements, each.resources, strict=True):
                for resource in resources:
                    self.unbook(resource, each.start + requirement.begin, each.start + requirement.end, requirement.demand)

    @property
    def is_special(self) -> bool:
        """Whether there are ledgers or hard quotas."""
        return bool(self._ledgers) or self.quotas is not None

    def wants(self, request: TickRequest, booking: TickBooking) -> list[Want]:
        """All that a booking of the request takes."""
        return list(wants_of(self.instance, request, booking, self.shapes.position(request)))

    def take(self, company: int, wants: Sequence[Want]) -> None:
        """A company's booking takes all that. Raises: Defect if something is not free; then nothing is taken."""
        for done, want in enumerate(wants):
            try:
                self._book_use(want.resource, want.use)
            except Defect:
                for each in wants[:done]:
                    self._unbook_use(each.resource, each.use)
                raise
        if self.quotas is not None:
            self.quotas.add(company, wants)

    def give_back(self, company: int, wants: Iterable[Want]) -> None:
        """All that `take` took is free again."""
        given = list(wants)
        for want in given:
            self._unbook_use(want.resource, want.use)
        if self.quotas is not None:
            self.quotas.add(company, given, -1)

    def try_take(self, company: int, wants: Sequence[Want]) -> bool:
        """As `take` if every rule allows it; False, and nothing is taken, if not."""
        if self.quotas is not None and not self.quotas.fits(company, wants):
            return False
        counts = Counter(want.resource for want in wants)
        # Uses of one booking may make each other possible, or spoil each other: those are judged when all of them are there.
        together = [self._ledgers[each] for each, count in counts.items() if count > 1 and each in self._ledgers]
        for want in wants:
            if counts[want.resource] == 1 and want.resource in self._ledgers and not self.starts(want.resource, want.need) >> want.use.start & 1:
                return False
        before = [each.faults() for each in together]
        for want in wants:
            if counts[want.resource] > 1 and not self._is_open(want):
                return False
        try:
            self.take(company, wants)
        except Defect:
            return False
        if any(not ledger.faults() <= faults for ledger, faults in zip(together, before, strict=True)):
            self.give_back(company, wants)
            return False
        return True

    def lift_quotas(self) -> None:
        """No quota is counted from now on."""
        self.quotas = None

    def has_ledger(self, resource: int) -> bool:
        """Whether the resource has one: then `starts` and `hopes` know what it can do, and views do not."""
        return resource in self._ledgers

    def starts(self, resource: int, need: Need) -> Bits:
        """The ticks at which a resource with a ledger can begin to serve the need."""
        ledger = self._ledgers[resource]
        return ledger.starts(need, 0 if ledger.is_known(need) else self._room(resource, ledger.units(need)))

    def hopes(self, resource: int, need: Need) -> Bits:
        """As `starts`, and the ticks at which it could if further uses, with which this does not overlap, made that possible."""
        ledger = self._ledgers[resource]
        return ledger.hopes(need, self._room(resource, ledger.units(need)))

    def broken(self, resources: Iterable[int] | None = None) -> frozenset[Owner]:
        """Whose bookings (request and task) no longer stand right on these resources (None: all) since others were taken out or put in.

        When they are taken out others may break in turn. Frozen bookings are never named.
        """
        asked = self._ledgers.keys() if resources is None else self._ledgers.keys() & set(resources)
        return frozenset().union(*(self._ledgers[each].broken() for each in asked))

    def _is_open(self, want: Want) -> bool:
        need = want.need
        return bool(starts(self._levels.open(want.resource) | need.idle, need.length) >> want.use.start & 1) if want.resource in self._ledgers else True

    def _room(self, resource: int, units: int) -> Bits:
        """The ticks, closed ones too, in which so many units are not taken."""
        return self._levels.room(resource, units)

    def _book_use(self, resource: int, use: Use) -> None:
        ledger = self._ledgers.get(resource)
        if ledger is None:
            self.book(resource, use.start, use.end, use.demand)
            return
        # Not asked: whether it is open, for tasks may pause.
        is_inside = 0 <= use.start <= use.end <= self.instance.ticks
        if not is_inside or not self._levels.take_units(resource, use.start, use.end, use.demand, is_open=False):
            raise self._not_free(resource, use.start, use.end)
        self._changed(resource)
        ledger.add(use)

    def _unbook_use(self, resource: int, use: Use) -> None:
        if resource in self._ledgers:
            self._ledgers[resource].remove(use)
        self.unbook(resource, use.start, use.end, use.demand)

    def _not_free(self, resource: int, start: Ticks, end: Ticks) -> Defect:
        return Defect(f"resource {self.instance.resources[resource].id} is not free in ticks {start}..{end}")

    def _changed(self, resource: int) -> None:
        """What is kept of the resource is forgotten."""
        for view in self._views.values():
            if view is self._recent:
                view.forget(resource)
            else:
                view.pending.add(resource)
