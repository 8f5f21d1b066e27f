"""When a resource can serve, in wall-clock time: its openings, its rights, the part of a task it is taken for, and from when on that is frozen."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from scheduler.model.calendar import Calendar, open_windows
from scheduler.model.lab import Resource, validity
from scheduler.model.policy import Policy
from scheduler.model.request import Requirement
from scheduler.model.schedule import Booking
from scheduler.model.window import Window, Windows, difference, intersection, union


def resource_windows(resource: Resource, calendar: Calendar, within: Window) -> Windows:
    """The openings of `resource` inside `within`: its calendar without its closures."""
    return difference(open_windows(calendar, within), union(each.window for each in resource.closures))


def serving_windows(resource: Resource, calendar: Calendar, qualification: str | None, within: Window, level: int = 1) -> Windows:
    """The stretches of `within` in which `resource` is open and, where asked, qualified at `level` or above."""
    opened = resource_windows(resource, calendar, within)
    return opened if qualification is None else intersection(opened, validity(resource, qualification, within, level))


def part_of(requirement: Requirement, length: timedelta) -> tuple[timedelta, timedelta]:
    """From when to when, counted from the start of a task of that length, `requirement` takes its resources."""
    part = requirement.part or timedelta(0)
    match requirement.during:
        case "head":
            return timedelta(0), part
        case "tail":
            return length - part, length
        case "before":
            return -part, timedelta(0)
        case "after":
            return length, length + part
        case _:
            return timedelta(0), length


def own_horizons(resources: Iterable[Resource]) -> dict[str, timedelta]:
    """The freeze horizons of the resources that name one, by id."""
    return {each.id: each.freeze_horizon for each in resources if each.freeze_horizon is not None}


def freeze_horizon(booking: Booking, own: Mapping[str, timedelta], policy: Policy) -> timedelta:
    """How long before its start `booking` is frozen: the longest of `own_horizons` that its resources name, else the policy's."""
    if not own:
        return policy.freeze_horizon
    return max((own[each] for each in booking.resources if each in own), default=policy.freeze_horizon)


def use_of(requirement: Requirement, booked: Window) -> tuple[datetime, datetime]:
    """From when to when a booking of `booked` takes the resources of `requirement`; head and tail never leave the booking."""
    begin, end = part_of(requirement, booked.length)
    if requirement.during in ("before", "after"):
        return booked.start + begin, booked.start + end
    return max(booked.start, booked.start + begin), min(booked.end, booked.start + end)
