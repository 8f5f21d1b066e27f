"""A schedule seen from its resources: who serves which part of a booking, and when.

A 72-hour exposure keeps the chamber for 72 hours, but its operator only for the loading and the
unloading; every table, calendar and picture takes these parts from here.
"""

from dataclasses import dataclass
from typing import Literal

from scheduler.errors import UnknownReference
from scheduler.model.catalogue import Method
from scheduler.model.lab import Resource, Site
from scheduler.model.problem import Problem
from scheduler.model.request import During, Mode, Request, Task
from scheduler.model.schedule import Booking, Schedule, is_same
from scheduler.model.window import Window, window
from scheduler.planning.serving import freeze_horizon, own_horizons, use_of

BookingState = Literal["new", "moved", "kept", "frozen"]
"""Of a booking against the schedule in force: not in it, elsewhere in it, as in it, or as in it and not to be moved."""


@dataclass(frozen=True, slots=True)
class Part:
    """One resource serves one requirement of a booking in `window`, in a closed run if `run_id` says so."""

    booking: Booking
    resource: Resource
    during: During
    window: Window
    run_id: str | None = None


class Plan:
    """A schedule with the problem that it answers, and what its ids mean.

    Raises: UnknownReference, with the path, where the schedule names what the problem does not have.
    """

    def __init__(self, problem: Problem, schedule: Schedule) -> None:
        self.problem = problem
        self.schedule = schedule
        self.requests: dict[str, Request] = {each.id: each for each in problem.requests}
        self.tasks: dict[tuple[str, str], Task] = {(request.id, task.id): task for request in problem.requests for task in request.tasks}
        self.resources: dict[str, Resource] = {each.id: each for each in problem.lab.resources}
        self.sites: dict[str, Site] = {each.id: each for each in problem.lab.sites}
        self.methods: dict[str, Method] = {each.id: each for each in problem.lab.methods}
        self._own_horizons = own_horizons(problem.lab.resources)
        self._in_force = {each.booking.key: each for each in problem.in_force}
        for index, booking in enumerate(schedule.bookings):
            self._refuse_unknown(f"bookings[{index}]", booking)
        for index, unserved in enumerate(schedule.unserved):
            if unserved.request not in self.requests:
                raise _unknown(f"{unserved.request!r} is not a request", f"unserved[{index}].request")

    def _refuse_unknown(self, path: str, booking: Booking) -> None:
        task = self.tasks.get(booking.key)
        if task is None:
            raise _unknown(f"{booking.task!r} of {booking.request!r} is not a task", f"{path}.task")
        mode = next((each for each in task.modes if each.id == booking.mode), None)
        if mode is None:
            raise _unknown(f"{booking.mode!r} is not a mode of the task {booking.task!r}", f"{path}.mode")
        known = {each.id for each in mode.requirements}
        for number, allocation in enumerate(booking.allocations):
            at = f"{path}.allocations[{number}]"
            if allocation.requirement not in known:
                raise _unknown(f"{allocation.requirement!r} is not a requirement of mode {mode.id!r}", f"{at}.requirement")
            for each in allocation.resources:
                if each not in self.resources:
                    raise _unknown(f"{each!r} is not a resource", f"{at}.resources")

    def mode(self, booking: Booking) -> Mode:
        """The mode that the booking chose."""
        return next(each for each in self.tasks[booking.key].modes if each.id == booking.mode)

    def parts(self, booking: Booking) -> tuple[Part, ...]:
        """Who serves the booking when, in the order of its allocations."""
        requirements = {each.id: each for each in self.mode(booking).requirements}
        found = []
        for allocation in booking.allocations:
            requirement = requirements[allocation.requirement]
            served = window(*use_of(requirement, booking.window))
            found += [Part(booking, self.resources[each], requirement.during, served, allocation.run_id) for each in allocation.resources]
        return tuple(found)

    def state(self, booking: Booking) -> BookingState:
        """How the booking relates to the schedule in force."""
        before = self._in_force.get(booking.key)
        if before is None:
            return "new"
        if not is_same(before.booking, booking):
            return "moved"
        horizon = freeze_horizon(booking, self._own_horizons, self.problem.policy)
        return "frozen" if before.frozen or booking.window.start < self.problem.now + horizon else "kept"

    def booking_sites(self, booking: Booking) -> tuple[Site, ...]:
        """Sites of the booking's resources, in order, each once."""
        ids = dict.fromkeys(self.resources[each].site for each in booking.resources)
        return tuple(self.sites[each] for each in ids if each is not None and each in self.sites)

    def time_zone(self, booking: Booking) -> str:
        """The zone of the booking's first site; without one, the plan's."""
        sites = self.booking_sites(booking)
        return sites[0].time_zone if sites else self.home_zone

    @property
    def home_zone(self) -> str:
        """The zone of what belongs to no single site (`Lab.home_zone`)."""
        return self.problem.lab.home_zone

    def company_name(self, request: Request) -> str:
        """What people call the company."""
        return request.company_name or request.company

    def task_name(self, booking: Booking) -> str:
        """What people call the task: its own name, its method's, its request's, or its id."""
        task = self.tasks[booking.key]
        method = self.methods.get(task.method) if task.method is not None else None
        return task.name or (method.name if method is not None else "") or self.requests[booking.request].name or task.id

    def method_text(self, booking: Booking) -> str:
        """Name and standard of the task's method; empty without one."""
        method = self.methods.get(self.tasks[booking.key].method or "")
        return "" if method is None else " ".join(dict.fromkeys(filter(None, (method.name, method.standard and f"({method.standard})"))))


def _unknown(what: str, path: str) -> UnknownReference:
    return UnknownReference(f"{what} of the problem; use the problem that this schedule answers", path)


def site_name(site: Site | None) -> str:
    """What people call a site; resources without one move or work online."""
    return "이동·온라인" if site is None else site.name or site.id


def resource_name(resource: Resource) -> str:
    """What people call a resource."""
    return resource.name or resource.id
