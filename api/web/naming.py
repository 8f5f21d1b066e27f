"""Ids of the lab as names that people read, in each language; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scheduler.model.lab import Lab, Resource, Site
from scheduler.model.request import Request, Task
from scheduler.model.schedule import Booking
from scheduler.model.window import Window
from scheduler.service.records import BookingRecord


@dataclass(frozen=True, slots=True)
class Row:
    """One booking as tables show it; texts by language."""

    request: str
    window: Window
    title: str
    name: dict[str, str]
    company: str
    resources: dict[str, str]
    sites: dict[str, str]
    state: str


class Naming:
    """Names of one lab."""

    def __init__(self, lab: Lab) -> None:
        self.resources = {each.id: each for each in lab.resources}
        self.sites = {each.id: each for each in lab.sites}

    def resource_names(self, ids: Iterable[str], language: str) -> str:
        """The names of resources, one after another; an id that the lab has no more stays an id."""
        return ", ".join(_name(self.resources[each], language) if each in self.resources else each for each in ids)

    def site_names(self, ids: Iterable[str], language: str) -> str:
        """The sites of resources, each once."""
        at = dict.fromkeys(self.resources[each].site for each in ids if each in self.resources)
        return ", ".join(_name(self.sites[each], language) for each in at if each in self.sites)

    def booking_sites(self, bookings: Iterable[Booking], language: str) -> str:
        """The sites of several bookings, each once."""
        return self.site_names([resource for each in bookings for resource in each.resources], language)

    def row(self, booking: BookingRecord, now: datetime) -> Row:
        """A booking as a row of a table."""
        name = booking.task_name or booking.request_name or booking.task
        return Row(
            request=booking.request,
            window=booking.window,
            title=booking.request_name,
            name={"ko": name, "en": booking.task_name_en or name},
            company=booking.company_name or booking.company,
            resources={language: self.resource_names(booking.resources, language) for language in ("ko", "en")},
            sites={language: self.site_names(booking.resources, language) for language in ("ko", "en")},
            state=state_of(booking, now),
        )


def state_of(booking: BookingRecord, now: datetime) -> str:
    """Cancelled, ended, running or still to come."""
    if booking.status == "cancelled":
        return "cancelled"
    return "ended" if booking.window.end <= now else "running" if booking.window.start <= now else "confirmed"


def request_name(request: Request, language: str) -> str:
    """What a request is called: its own name, else that of its first task."""
    first = request.tasks[0]
    english = first.name_en if language == "en" and len(request.tasks) == 1 else ""
    return english or request.name or first.name or request.id


def recipes_of(task: Task) -> tuple[str, ...]:
    """The recipes that a task asks for, each once."""
    return tuple(dict.fromkeys(each.recipe for mode in task.modes for each in mode.requirements if each.recipe is not None))


def _name(thing: Resource | Site, language: str) -> str:
    return (thing.name_en if language == "en" else "") or thing.name or thing.id
