"""A schedule joined with its problem, so that every rule reads like its sentence in docs/rules.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from scheduler.model.calendar import Calendar, open_windows
from scheduler.model.lab import Resource, Site
from scheduler.model.problem import Problem
from scheduler.model.request import Mode, Request, Requirement, Task
from scheduler.model.schedule import Booking, Schedule, is_same
from scheduler.model.window import Window, difference, union
from scheduler.verify.openings import Openings, openings_of

Key = tuple[str, str]
"""(request, task)."""

MARGIN = timedelta(days=2)
"""How far beyond the bookings hours are looked up: an opening is seen whole, and not only what of it is booked."""

EARLIEST, LATEST = datetime(1901, 1, 1, tzinfo=UTC), datetime(9899, 1, 1, tzinfo=UTC)
"""What windows can say."""


class Part(NamedTuple):
    """One requirement served: `resources` (known ones, each once) are taken during `[start, end)`, in run `run_id` of a batch resource."""

    requirement: Requirement
    start: datetime
    end: datetime
    resources: tuple[Resource, ...]
    run_id: str | None = None


class Placed(NamedTuple):
    """A booking whose request, task and mode exist."""

    booking: Booking
    request: Request
    task: Task
    mode: Mode
    parts: tuple[Part, ...]
    is_frozen: bool

    def resources(self) -> Iterator[Resource]:
        """The known resources of all parts; one that serves two parts comes twice."""
        return (resource for part in self.parts for resource in part.resources)


@dataclass(frozen=True)
class Facts:
    """Lookups that are built once and read by all rules.

    `reaches_beyond`: some part lies before or after its booking.
    `placed` leaves out what cannot be looked up: bookings of unknown requests, tasks or modes
    (`completeness` names them), allocations of unknown requirements and unknown resources
    (`alternatives` does). `is_frozen` holds for a booking that is a frozen one, unchanged.
    """

    problem: Problem
    schedule: Schedule
    requests: dict[str, Request]
    tasks: dict[Key, Task]
    resources: dict[str, Resource]
    institute_of: dict[str, str]
    frozen: dict[Key, Booking]
    placed: tuple[Placed, ...]
    by_request: dict[str, list[Placed]]
    reaches_beyond: bool

    @cached_property
    def sites(self) -> dict[str, Site]:
        """Sites by id."""
        return {each.id: each for each in self.problem.lab.sites}

    @cached_property
    def checked(self) -> tuple[Placed, ...]:
        """The bookings that are frozen or lie, with all their parts, in the horizon.

        Others are left to `time_limits`, so that an absurd date costs no time where hours are looked up.
        """
        inside = self.problem.horizon.contains
        checked = tuple(each for each in self.placed if each.is_frozen or inside(each.booking.window))
        if not self.reaches_beyond:
            return checked
        horizon = self.problem.horizon
        return tuple(each for each in checked if each.is_frozen or all(horizon.start <= part.start and part.end <= horizon.end for part in each.parts))

    @cached_property
    def hours(self) -> "_Hours":
        """Openings by id of the calendar, none for one that does not exist: all that the checked bookings may touch."""
        starts = [each.booking.window.start for each in self.checked]
        ends = [each.booking.window.end for each in self.checked]
        if self.reaches_beyond:
            starts.extend(part.start for each in self.checked for part in each.parts)
            ends.extend(part.end for each in self.checked for part in each.parts)
        first, last = min(starts, default=self.problem.horizon.start), max(ends, default=self.problem.horizon.end)
        reach = Window(start=max(EARLIEST, first - MARGIN), end=min(LATEST, last + MARGIN))
        return _Hours({each.id: each for each in self.problem.lab.calendars}, reach)


def facts_of(problem: Problem, schedule: Schedule) -> Facts:
    """The lookups for one problem and one schedule."""
    requests = {each.id: each for each in problem.requests}
    tasks = {(request.id, task.id): task for request in problem.requests for task in request.tasks}
    resources = {each.id: each for each in problem.lab.resources}
    frozen = {each.booking.key: each.booking for each in problem.in_force if each.frozen}
    known = _Known(resources)
    placed: list[Placed] = []
    by_request: dict[str, list[Placed]] = {}
    for booking in schedule.bookings:
        key = (booking.request, booking.task)
        task = tasks.get(key)
        mode = None if task is None else mode_of(task, booking.mode)
        if task is None or mode is None:
            continue
        is_frozen = key in frozen and is_same(booking, frozen[key])
        each = Placed(booking, requests[booking.request], task, mode, _parts(booking, mode, known), is_frozen)
        placed.append(each)
        by_request.setdefault(booking.request, []).append(each)
    return Facts(
        problem=problem,
        schedule=schedule,
        requests=requests,
        tasks=tasks,
        resources=resources,
        institute_of={site.id: site.institute for site in problem.lab.sites},
        frozen=frozen,
        placed=tuple(placed),
        by_request=by_request,
        reaches_beyond=known.reaches_beyond,
    )


def mode_of(task: Task, mode_id: str) -> Mode | None:
    """The mode of that id, None if the task has none."""
    # A plain loop: a generator for each booking of a year takes longer than all else here.
    for mode in task.modes:
        if mode.id == mode_id:
            return mode
    return None


class _Hours(dict[str, Openings]):
    """Openings by calendar, looked up when first asked for, in one stretch for all."""

    def __init__(self, calendars: dict[str, Calendar], reach: Window) -> None:
        super().__init__()
        self.calendars = calendars
        self.reach = reach
        self.shut: dict[str, Openings] = {}

    def __missing__(self, calendar: str) -> Openings:
        known = self.calendars.get(calendar)
        openings = self[calendar] = Openings([], []) if known is None else openings_of(open_windows(known, self.reach))
        return openings

    def of(self, resource: Resource) -> Openings:
        """When `resource` is open: its calendar without its closures."""
        if not resource.closures:
            return self[resource.calendar]
        openings = self.shut.get(resource.id)
        if openings is None:
            known = self.calendars.get(resource.calendar)
            windows = () if known is None else open_windows(known, self.reach)
            openings = self.shut[resource.id] = openings_of(difference(windows, union(each.window for each in resource.closures)))
        return openings


class _Known(dict[tuple[str, ...], tuple[Resource, ...]]):
    """Known resources by tuple of ids, worked out once: a year has 200,000 allocations of some thousand resources.

    `reaches_beyond`: whether a part of those seen lies before or after its booking.
    """

    def __init__(self, resources: dict[str, Resource]) -> None:
        super().__init__()
        self.resources = resources
        self.reaches_beyond = False

    def __missing__(self, ids: tuple[str, ...]) -> tuple[Resource, ...]:
        known = self[ids] = tuple(self.resources[each] for each in dict.fromkeys(ids) if each in self.resources)
        return known


def _parts(booking: Booking, mode: Mode, known: _Known) -> tuple[Part, ...]:
    window = booking.window
    start, end = window.start, window.end
    parts: list[Part] = []
    for allocation in booking.allocations:
        for requirement in mode.requirements:
            if requirement.id == allocation.requirement:
                span = (start, end)
                if requirement.part is not None:
                    span = _span(requirement, start, end)
                    known.reaches_beyond |= requirement.during in ("before", "after")
                parts.append(Part(requirement, *span, known[allocation.resources], allocation.run_id))
    return tuple(parts)


def _span(requirement: Requirement, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    if requirement.part is None:
        return start, end
    if requirement.during == "before":
        return start - requirement.part, start
    if requirement.during == "after":
        return end, end + requirement.part
    # A part as long as the booking, or longer because the booking is too short, is all of it.
    if requirement.part >= end - start:
        return start, end
    if requirement.during == "head":
        return start, start + requirement.part
    return end - requirement.part, end
