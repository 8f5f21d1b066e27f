"""What a plan says, in the words of the model: who serves when, and where."""

from bisect import bisect_right
from collections.abc import Sequence

from scheduler.solver.cpsat.variables import Key
from scheduler.ticks.instance import Instance, Plan, TickBooking, Ticks
from scheduler.ticks.uses import site_of


def booked_on(plan: Plan, resource: int) -> dict[Key, Ticks]:
    """The parts that the resource serves, each with the start of its task."""
    return {
        (position, booking.task, booking.mode, k): booking.start
        for position, placement in plan.items()
        for booking in placement
        for k, served in enumerate(booking.resources)
        if resource in served
    }


def booking_of(plan: Plan, request: int, task: int) -> TickBooking | None:
    """How a task is booked; None if it is not."""
    return next((each for each in plan.get(request, ()) if each.task == task), None)


def is_served(plan: Plan, resource: int, key: Key) -> bool:
    """Whether the resource serves that part."""
    request, task, mode, k = key
    booking = booking_of(plan, request, task)
    return booking is not None and booking.mode == mode and resource in booking.resources[k]


def place_of(instance: Instance, plan: Plan, request: int, task: int) -> int:
    """The site at which a task takes place; -1: nowhere, or it is not booked."""
    booking = booking_of(plan, request, task)
    return -1 if booking is None else site_of(instance.resources, instance.requests[request], booking)


def period_at(edges: Sequence[Ticks], tick: Ticks) -> int:
    """The number of the period in which `tick` lies; the first and the last have no outer end."""
    return min(max(bisect_right(edges, tick) - 1, 0), max(len(edges) - 2, 0))
