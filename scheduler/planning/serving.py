"""When a resource can serve, in wall-clock time: its openings, its rights, and the part of a task it is taken for."""

from datetime import datetime, timedelta

from scheduler.model.calendar import Calendar, open_windows
from scheduler.model.lab import Resource
from scheduler.model.request import Mode, Requirement
from scheduler.model.window import Window, Windows, difference, intersection, union, window


def resource_windows(resource: Resource, calendar: Calendar, within: Window) -> Windows:
    """The openings of `resource` inside `within`: its calendar without its closures."""
    return difference(open_windows(calendar, within), union(each.window for each in resource.closures))


def valid_windows(resource: Resource, qualification: str, within: Window) -> Windows:
    """The stretches of `within` in which `resource` holds the right; one renewed on the day it ends is one stretch."""
    found = []
    for each in resource.qualifications:
        if each.name == qualification:
            start = within.start if each.valid_from is None else max(within.start, each.valid_from)
            end = within.end if each.valid_until is None else min(within.end, each.valid_until)
            if start < end:
                found.append(window(start, end))
    return union(found)


def serving_windows(resource: Resource, calendar: Calendar, qualification: str | None, within: Window) -> Windows:
    """The stretches of `within` in which `resource` is open and, where asked, qualified."""
    opened = resource_windows(resource, calendar, within)
    return opened if qualification is None else intersection(opened, valid_windows(resource, qualification, within))


def part_of(requirement: Requirement, mode: Mode) -> tuple[timedelta, timedelta]:
    """From when to when, counted from the start of a task in `mode`, `requirement` takes its resources."""
    if requirement.during == "head" and requirement.part is not None:
        return timedelta(0), requirement.part
    if requirement.during == "tail" and requirement.part is not None:
        return mode.duration - requirement.part, mode.duration
    return timedelta(0), mode.duration


def use_of(requirement: Requirement, booked: Window) -> tuple[datetime, datetime]:
    """From when to when a booking of `booked` takes the resources of `requirement`."""
    if requirement.during == "head" and requirement.part is not None:
        return booked.start, min(booked.end, booked.start + requirement.part)
    if requirement.during == "tail" and requirement.part is not None:
        return max(booked.start, booked.end - requirement.part), booked.end
    return booked.start, booked.end
