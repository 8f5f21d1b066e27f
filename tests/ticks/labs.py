"""A tiny lab for the tests of the two doors: one site, one chamber, one operator, everything open unless said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scheduler.model.calendar import ALWAYS_OPEN, Calendar
from scheduler.model.lab import Lab, Resource, Site
from scheduler.model.policy import Policy
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Mode, Request, Requirement, Select, Task
from scheduler.model.schedule import Allocation, Booking
from scheduler.model.window import Window, window

START = datetime(2026, 3, 2, tzinfo=UTC)


def at(hours: float) -> datetime:
    """An instant, in hours from the start of the horizon."""
    return START + timedelta(hours=hours)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def between(start: float, end: float) -> Window:
    return window(at(start), at(end))


ALWAYS = Calendar(id="always", time_zone="UTC", weekly=ALWAYS_OPEN)
SITE = Site(id="seoul", name="서울", institute="kitech", time_zone="Asia/Seoul")
BUSAN = Site(id="busan", name="부산", institute="katri", time_zone="Asia/Seoul")


def chamber(name: str = "chamber", **more: object) -> Resource:
    return Resource(**{"id": name, "kind": "chamber", "name": name, "site": "seoul", "calendar": "always", **more})


def operator(name: str = "operator", **more: object) -> Resource:
    return Resource(**{"id": name, "kind": "person", "name": name, "site": "seoul", "calendar": "always", **more})


def needs(name: str, *ids: str, **more: object) -> Requirement:
    return Requirement(**{"id": name, "select": Select(ids=ids or (name,)), **more})


def task(task_id: str, length: float, *requirements: Requirement, **more: object) -> Task:
    return Task(**{"id": task_id, "modes": (Mode(duration=hours(length), requirements=requirements or (needs("chamber"),)),), **more})


def request(*tasks: Task, **more: object) -> Request:
    return Request(**{"id": "r", "company": "c", "tasks": tasks or (task("t", 2),), **more})


def problem(
    *requests: Request,
    resources: tuple[Resource, ...] | None = None,
    in_force: tuple[InForce, ...] = (),
    length: float = 48,
    now: float = 0,
    policy: Policy | None = None,
    calendars: tuple[Calendar, ...] = (ALWAYS,),
) -> Problem:
    return Problem(
        now=at(now),
        horizon=between(0, length),
        lab=Lab(sites=(SITE, BUSAN), calendars=calendars, resources=(chamber(), operator()) if resources is None else resources),
        requests=requests or (request(),),
        policy=policy or Policy(),
        in_force=in_force,
    )


def with_lab(given: Problem, **changes: object) -> Problem:
    """The problem with something else in its lab."""
    return replace(given, lab=replace(given.lab, **changes))


def booked(task_id: str, start: float, end: float, request_id: str = "r", **served: str | tuple[str, ...]) -> Booking:
    return Booking(
        request=request_id,
        task=task_id,
        window=between(start, end),
        allocations=tuple(
            Allocation(requirement=name, resources=(who,) if isinstance(who, str) else who) for name, who in (served or {"chamber": "chamber"}).items()
        ),
    )


def frozen(task_id: str, start: float, end: float, **served: str | tuple[str, ...]) -> InForce:
    return InForce(booking=booked(task_id, start, end, **served), frozen=True)
