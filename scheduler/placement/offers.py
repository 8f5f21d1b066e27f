"""Offers: the best ways to place one request that disturb nobody."""

from collections.abc import Iterable
from dataclasses import replace
from heapq import heapify, heappop, heappush

from scheduler.model.problem import Problem
from scheduler.model.request import Request
from scheduler.model.schedule import Booking, Offer, Reason, Schedule
from scheduler.placement.cost import completion_minute, request_tiers
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import Placed, place_shape
from scheduler.placement.reasons import find_reasons
from scheduler.placement.shapes import Shape
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule
from scheduler.ticks.instance import Instance, Ticks
from scheduler.ticks.uses import beside_bookings

LEAST_APART_MINUTES = 60
"""Offers at one site start at least so far apart: a choice between 9:00 and 9:15 is none."""


def list_offers(problem: Problem, schedule: Schedule, request: Request, count: int = 5) -> tuple[Offer, ...]:
    """Up to `count` offers for `request` beside the bookings of `schedule`, cheapest first; none if it does not fit.

    Expects a request that `planning.check_request` accepts. It need not be one of the problem's; if
    it is, its own bookings in `schedule` do not stand in its way.
    """
    narrow, instance, occupancy = _beside(problem, schedule, request)
    return tuple(_offer(narrow, instance, each, schedule.bookings) for each in best_offers(instance, occupancy, 0, count))


def reasons_against(problem: Problem, schedule: Schedule, request: Request) -> tuple[Reason, ...]:
    """Why there is no offer for `request` beside the bookings of `schedule`; never empty. Expects what `list_offers` expects."""
    _, instance, occupancy = _beside(problem, schedule, request)
    return find_reasons(instance, occupancy, 0)


def _beside(problem: Problem, schedule: Schedule, request: Request) -> tuple[Problem, Instance, Occupancy]:
    """A problem of this request alone, compiled, and what is free beside what all others have booked."""
    narrow = replace(problem, requests=(request,), in_force=tuple(each for each in problem.in_force if each.booking.request == request.id))
    others = {each.id: each for each in problem.requests if each.id != request.id}
    instance = compile_problem(narrow, around=tuple(others.values()))
    # Those of the schedule, and frozen ones that it lacks.
    bookings = {each.booking.key: each.booking for each in problem.in_force if each.frozen}
    bookings.update({each.key: each for each in schedule.bookings})
    instance, uses = beside_bookings(instance, narrow, ((others[each.request], each) for each in bookings.values() if each.request in others))
    occupancy = Occupancy(instance)
    for use in uses:
        occupancy.block_use(use)
    return narrow, instance, occupancy


def _offer(problem: Problem, instance: Instance, placed: Placed, standing: Iterable[Booking]) -> Offer:
    request = instance.requests[0]
    completion = completion_minute(instance, request, placed.placement)
    return Offer(
        request=request.id,
        bookings=extract_schedule(problem, instance, {0: placed.placement}, {}, standing=standing).bookings,
        tardiness_minutes=0 if request.due_minute is None else max(0, completion - request.due_minute),
        cost=request_tiers(instance, request, placed.placement),
    )


def best_offers(instance: Instance, occupancy: Occupancy, request_index: int, count: int = 5) -> tuple[Placed, ...]:
    """Up to `count` different feasible placements, cheapest first; the first one is what `place` gives.

    Each site has its row of ever later placements, each starting at least an hour (and the shortest
    task's length) after the one before; the rows are merged by cost. A request whose tasks may be at
    different sites, or that is not one plain line of tasks, has a single row.
    """
    shape = occupancy.shapes.shape(request_index)
    if not shape.request.tasks:
        placed = place_shape(instance, occupancy, shape)
        return () if placed is None else (placed,)
    apart = max(-(-LEAST_APART_MINUTES // instance.tick_minutes), min((mode.ticks for task in shape.request.tasks for mode in task.modes), default=0))
    rows: list[int | None] = [each.site for each in shape.frames] if shape.path and not shape.request.current else [None]
    waiting: list[tuple[int, int, Placed]] = []
    for number in range(len(rows)):
        _push(waiting, instance, occupancy, shape, 0, number, rows[number])
    heapify(waiting)
    chosen: dict[object, Placed] = {}
    while waiting and len(chosen) < count:
        _, number, placed = heappop(waiting)
        chosen.setdefault(placed.placement, placed)
        if len(chosen) < count:
            first = min(each.start for each in placed.placement)
            _push(waiting, instance, occupancy, shape, first + apart, number, rows[number])
    return tuple(chosen.values())


def _push(
    waiting: list[tuple[int, int, Placed]], instance: Instance, occupancy: Occupancy, shape: Shape, not_before: Ticks, number: int, site: int | None
) -> None:
    """Puts the row's next placement among the waiting; (cost, row) never ties within the heap, as a row waits once."""
    placed = place_shape(instance, occupancy, shape, not_before=not_before, site=site)
    if placed is not None:
        heappush(waiting, (placed.cost, number, placed))
