"""A booking of the wall-clock world as a place on the grid, if it still has one."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from scheduler.model.schedule import Booking
from scheduler.ticks.instance import TickBooking, TickTask


def locate(booking: Booking, position: int, task: TickTask, origin: datetime, resolution: timedelta, index: Mapping[str, int]) -> TickBooking | None:
    """`booking` of the task at `position`, in ticks; None if it is off the grid or no mode admits it any more.

    Calendars and other bookings are not looked at.
    """
    length = booking.window.length
    number = next((n for n, mode in enumerate(task.modes) if mode.id == booking.mode and mode.length == length), None)
    start, rest = divmod(booking.window.start - origin, resolution)
    if number is None or rest:
        return None
    mode = task.modes[number]
    if not mode.first_start <= start <= mode.last_start or not mode.starts >> start & 1:
        return None
    served = {each.requirement: tuple(sorted(index.get(name, -1) for name in each.resources)) for each in booking.allocations}
    resources = tuple(served.get(each.id, ()) for each in mode.requirements)
    for taken, each in zip(resources, mode.requirements, strict=True):
        if len(set(taken)) != each.count or len(taken) != each.count or not set(taken) <= set(each.candidates):
            return None
    return TickBooking(position, number, start, resources)
