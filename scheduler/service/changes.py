"""What a draft changes in the schedule in force, and what its bookings take of each resource. Pure."""

from collections.abc import Iterable

from scheduler.model.problem import Problem
from scheduler.model.request import Mode, Request
from scheduler.model.schedule import Booking, Schedule, is_same
from scheduler.model.window import difference, union, window
from scheduler.planning.serving import use_of
from scheduler.service.records import Change
from scheduler.store.colouring import Piece


def changes_of(before: Iterable[Booking], schedule: Schedule) -> tuple[Change, ...]:
    """Every task whose booking differs, in the order of the schedule, then those it drops.

    `before` are the bookings in force that the schedule was free to change or had to keep.
    """
    old = {each.key: each for each in before}
    found = []
    for after in schedule.bookings:
        was = old.pop(after.key, None)
        if was is None:
            found.append(Change("added", after.request, after.task, None, after))
        elif not is_same(was, after):
            found.append(Change("moved", after.request, after.task, was, after))
    found += [Change("cancelled", each.request, each.task, each, None) for each in old.values()]
    return tuple(found)


def mode_of(request: Request, booking: Booking) -> Mode:
    """The mode of `request` that is booked; it exists, since the verifier has passed the schedule."""
    return next(mode for task in request.tasks if task.id == booking.task for mode in task.modes if mode.id == booking.mode)


def pieces_of(problem: Problem, bookings: Iterable[tuple[str, Booking]]) -> dict[str, list[Piece]]:
    """What bookings, given with their ids, take: per resource one piece for each unit of demand, for the part of the task it is needed.

    A task that pauses keeps its resources, but a closure in which it pauses takes them from nobody else.
    """
    requests = {each.id: each for each in problem.requests}
    closures = {each.id: union(closure.window for closure in each.closures) for each in problem.lab.resources if each.closures}
    pausing = {(request.id, task.id) for request in problem.requests for task in request.tasks if task.pauses_in is not None}
    taken: dict[str, list[Piece]] = {}
    for booking_id, booking in bookings:
        requirements = {each.id: each for each in mode_of(requests[booking.request], booking).requirements}
        for allocation in booking.allocations:
            requirement = requirements[allocation.requirement]
            start, end = use_of(requirement, booking.window)
            for name in allocation.resources:
                spans = [(start, end)]
                if booking.key in pausing and name in closures:
                    spans = [(part.start, part.end) for part in difference((window(start, end),), closures[name])]
                taken.setdefault(name, []).extend([Piece(*span, booking_id) for span in spans] * requirement.demand)
    return taken
