"""Problems of a few bookings, each stated in one line, for the rules about what lies beside, before and after what."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from scheduler.model.calendar import ALWAYS_OPEN, WEEKDAYS, Calendar, Hours, WeeklyHours
from scheduler.model.lab import Lab, Resource, Site
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Mode, Request, Requirement, Task
from scheduler.model.schedule import Booking, Run, Schedule
from scheduler.model.travel import Way, Ways
from scheduler.model.window import Window
from tests.verify.world import HOUR, OFFICE, booking, broken, need, seoul

Placement = tuple[Request, Booking]

DAILY = (WeeklyHours(days=WEEKDAYS, hours=Hours(open=time(9), close=time(18))),)

SITES = (
    Site(id="guro", name="", institute="ktl", time_zone="Asia/Seoul"),
    Site(id="ansan", name="", institute="ktl", time_zone="Asia/Seoul"),
    Site(id="busan", name="", institute="kcl", time_zone="Asia/Seoul"),
)
CALENDARS = (
    Calendar(id="always", time_zone="Asia/Seoul", weekly=ALWAYS_OPEN),
    Calendar(id="office", time_zone="Asia/Seoul", weekly=OFFICE),
    Calendar(id="daily-berlin", time_zone="Europe/Berlin", weekly=DAILY),
    Calendar(id="berlin", time_zone="Europe/Berlin", weekly=ALWAYS_OPEN),
)
WAYS = Ways(
    id="road",
    ways=(Way(start="guro", end="ansan", time=HOUR), Way(start="guro", end="busan", time=3 * HOUR), Way(start="ansan", end="busan", time=2 * HOUR)),
)


def resource(name: str, calendar: str = "always", **fields: Any) -> Resource:
    return Resource(**{"id": name, "kind": "chamber", "name": name, "calendar": calendar} | fields)


def use(
    request_id: str, start: datetime, length: timedelta, by: str | tuple[str, ...], *, run: str | None = None, mode: Any = None, task: Any = None, **fields: Any
) -> Placement:
    """A request of one task that takes `by`, booked from `start` on for `length`.

    `mode`, `task` and `request` are further fields of those, others are fields of the requirement.
    """
    ids = (by,) if isinstance(by, str) else by
    company = fields.pop("company", "acme")
    request = fields.pop("request", {})
    requirement = need("use", *ids, count=len(ids), **fields)
    one = Task(id="t", modes=(Mode(**{"duration": length, "requirements": (requirement,)} | (mode or {})),), **(task or {}))
    return Request(id=request_id, company=company, tasks=(one,), **request), in_run(booking(request_id, "t", start, length, use=ids), run)


def in_run(booked: Booking, run: str | None) -> Booking:
    """The booking with all its allocations in that run."""
    return replace(booked, allocations=tuple(replace(each, run_id=run) for each in booked.allocations))


def and_needs(placement: Placement, requirement: Requirement, *by: str) -> Placement:
    """The same with one requirement more, served by `by`."""
    request, booked = placement
    mode = request.tasks[0].modes[0]
    tasks = (replace(request.tasks[0], modes=(replace(mode, requirements=(*mode.requirements, requirement)),)),)
    allocation = replace(booked.allocations[0], requirement=requirement.id, resources=by, run_id=None)
    return replace(request, tasks=tasks), replace(booked, allocations=(*booked.allocations, allocation))


def stated(
    resources: Iterable[Resource], *placements: Placement, frozen: Iterable[str] = (), runs: tuple[Run, ...] = (), lab: Any = None, **fields: Any
) -> tuple[Problem, Schedule]:
    """Problem and schedule of these bookings; those of the requests `frozen` are."""
    start = seoul(2, 0)
    fields = {"now": start, "horizon": Window(start=start, end=start + timedelta(days=60))} | fields
    problem = Problem(
        lab=Lab(**{"sites": SITES, "calendars": CALENDARS, "resources": tuple(resources), "ways": (WAYS,)} | (lab or {})),
        requests=tuple(request for request, _ in placements),
        in_force=tuple(InForce(booking=booked, frozen=True) for request, booked in placements if request.id in frozen),
        **fields,
    )
    return problem, Schedule(bookings=tuple(booked for _, booked in placements), runs=runs)


def faults(*given: Any, **fields: Any) -> list[tuple[str, str]]:
    """(rule, request) of each violation of what is stated."""
    return [(rule, request) for rule, request, _ in broken(*stated(*given, **fields))]
