"""A plan that is being changed: what each request costs, what is free beside it, and who is booked where.

Requests are taken out and put in again thousands of times a second, so all of it is kept up to date step by step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from scheduler.errors import Defect
from scheduler.placement.cost import request_cost, unserved_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import Placed, place
from scheduler.solver.beside import moves_made
from scheduler.ticks.instance import Instance, Placement, Plan, TickBooking, TickRequest, Ticks

Booked = tuple[Ticks, Ticks, int, int]
"""So many units of a resource are taken in `[start, end)` by the request at that position: (start, end, units, position)."""


class Stood(NamedTuple):
    """Where a request stood (None: it was left out), and what it cost there."""

    position: int
    placement: Placement | None
    cost: int


class Standing:
    """`plan` and, per request, `cost` (scalar) and `left_out` (what leaving it out costs); `total` is the sum of the costs.

    `best` is the cost of the best plan since `mark` was first called; `return_to_best` makes it stand again.

    `booked[r]` has what the plan (not the frozen bookings) takes of resource r, in no order. Coupled terms are not counted.
    """

    def __init__(self, instance: Instance, plan: Plan, occupancy: Occupancy | None = None) -> None:
        self.instance = instance
        self.occupancy = Occupancy(instance) if occupancy is None else occupancy
        self.plan: Plan = {}
        self.left_out = [unserved_cost(instance, each) for each in instance.requests]
        self.cost = list(self.left_out)
        self.booked: list[list[Booked]] = [[] for _ in instance.resources]
        self.total = sum(self.cost)
        self.moved = sum(moves_made(each, None) for each in instance.requests)
        for position, placement in plan.items():
            self.put(position, placement, request_cost(instance, instance.requests[position], placement))
        self.best = self.total
        # Where those stood, when the plan was best, that stand elsewhere now; with what they cost there.
        self._since_best: dict[int, Stood] = {}

    def mark(self, changed: Iterable[Stood]) -> None:
        """The plan has changed to one that keeps the rules; `changed` is where those stood that were looked at. It may be the best now."""
        if self.total < self.best:
            self.best = self.total
            self._since_best.clear()
            return
        for each in changed:
            if self.plan.get(each.position) != each.placement:
                self._since_best.setdefault(each.position, each)

    def settle(self) -> None:
        """The plan that stands counts as the best, whatever was before."""
        self.best = self.total
        self._since_best.clear()

    def return_to_best(self) -> None:
        """The best plan stands again."""
        self.put_back(self._since_best.values())
        self._since_best.clear()

    def stood(self, positions: Iterable[int]) -> list[Stood]:
        """Where the requests stand."""
        return [Stood(each, self.plan.get(each), self.cost[each]) for each in positions]

    def put_back(self, old: Collection[Stood]) -> None:
        """The requests stand where they stood, wherever they are now."""
        for each in old:
            self.take_out(each.position)
        for each in old:
            if each.placement is not None:
                self.put(each.position, each.placement, each.cost)

    def find(self, position: int, limit: int) -> Placed | None:
        """The best placement of a request that is out, if it costs less than `limit`."""
        return place(self.instance, self.occupancy, position, limit=limit)

    def find_homes(self, positions: Iterable[int]) -> None:
        """The requests, which are out, stand wherever there is room now; those that are dearest to leave out choose first."""
        for each in sorted(positions, key=lambda position: -self.left_out[position]):
            placed = self.find(each, self.left_out[each] + 1)
            if placed is not None:
                self.put(each, placed.placement, placed.cost)

    def put(self, position: int, placement: Placement, cost: int) -> None:
        """The request, which was out, stands there. Raises: Defect if something is not free."""
        self.occupancy.book_placement(self.instance.requests[position], placement)
        self._note(position, placement, cost)

    def try_put(self, position: int, placement: Placement) -> bool:
        """As `put`, if there is room; False, and nothing is changed, if not."""
        request = self.instance.requests[position]
        done: list[TickBooking] = []
        for each in placement:
            # One booking after the other: what one takes the next may not find.
            if not self._try_book(request, each):
                self.occupancy.unbook_placement(request, tuple(done))
                return False
            done.append(each)
        self._note(position, placement, request_cost(self.instance, request, placement))
        return True

    def _try_book(self, request: TickRequest, booking: TickBooking) -> bool:
        if self.occupancy.is_special:
            return self.occupancy.try_take(request.company, self.occupancy.wants(request, booking))
        requirements = request.tasks[booking.task].modes[booking.mode].requirements
        uses = [
            (resource, booking.start + each.begin, booking.start + each.end, each.demand)
            for each, served in zip(requirements, booking.resources, strict=True)
            for resource in served
        ]
        for number, use in enumerate(uses):
            try:
                self.occupancy.book(*use)
            except Defect:
                for taken in uses[:number]:
                    self.occupancy.unbook(*taken)
                return False
        return True

    def _note(self, position: int, placement: Placement, cost: int) -> None:
        request = self.instance.requests[position]
        self.plan[position] = placement
        self.total += cost - self.cost[position]
        self.cost[position] = cost
        if request.current:
            self.moved += moves_made(request, placement) - moves_made(request, None)
        for resource, booked in self._booked(position, placement):
            self.booked[resource].append(booked)

    def take_out(self, position: int) -> Placement | None:
        """The request is left out from now on; where it stood, None if it was out already."""
        placement = self.plan.pop(position, None)
        if placement is None:
            return None
        request = self.instance.requests[position]
        self.occupancy.unbook_placement(request, placement)
        self.total += self.left_out[position] - self.cost[position]
        self.cost[position] = self.left_out[position]
        if request.current:
            self.moved += moves_made(request, None) - moves_made(request, placement)
        for resource, booked in self._booked(position, placement):
            self.booked[resource].remove(booked)
        return placement

    def _booked(self, position: int, placement: Placement) -> Iterable[tuple[int, Booked]]:
        tasks = self.instance.requests[position].tasks
        for each in placement:
            start = each.start
            for requirement, served in zip(tasks[each.task].modes[each.mode].requirements, each.resources, strict=True):
                booked = (start + requirement.begin, start + requirement.end, requirement.demand, position)
                for resource in served:
                    yield resource, booked

    def keeps_rules(self, old: Iterable[Stood]) -> bool:
        """Whether everybody's bookings keep the rules that look at others', as they did when those who may have changed stood as in `old`."""
        most = self.instance.most_moves
        if most is not None and self.moved > most:
            return False
        if not self.occupancy.is_special:
            return True
        placements = (placement for stood in old for placement in (stood.placement, self.plan.get(stood.position)))
        touched = {resource for placement in placements for each in placement or () for served in each.resources for resource in served}
        return not self.occupancy.broken(touched)

    def regrets(self, least: Sequence[int], among: Collection[int] | None = None) -> list[tuple[int, int]]:
        """The requests, of `among` (None: of all), that cost more than `least` says they would alone, each with how much more."""
        more = ((position, cost - alone) for position, (cost, alone) in enumerate(zip(self.cost, least, strict=True)) if cost > alone)
        return [each for each in more if among is None or each[0] in among]
