"""A lab that fits on a page: two sites, two chambers, three persons; salt spray and advice."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from scheduler.model.calendar import ALWAYS_OPEN, WEEKDAYS, Calendar, Hours, WeeklyHours
from scheduler.model.lab import Feature, Lab, Qualification, Resource, Site
from scheduler.model.problem import Problem
from scheduler.model.request import Mode, Precedence, Request, Requirement, Select, Task
from scheduler.model.schedule import Allocation, Booking
from scheduler.model.window import Window

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
"""A Monday, 09:00 in Seoul; in 2026 a substitute holiday (1 March is a Sunday)."""
TUESDAY = NOW + timedelta(days=1)
HORIZON = Window(start=NOW, end=NOW + timedelta(days=28))

OFFICE = (WeeklyHours(days=WEEKDAYS[:5], hours=Hours(open=time(9), close=time(18))),)


def chamber(name: str, site: str, capacity: int = 20, **fields: object) -> Resource:
    features = (Feature(name="temperature_celsius", low=15, high=60),)
    return Resource(id=name, kind="chamber", name=name, site=site, calendar="always", capacity=capacity, features=features, **fields)  # type: ignore[arg-type]


def person(name: str, site: str | None, *skills: str) -> Resource:
    return Resource(id=name, kind="person", name=name, site=site, calendar="office", qualifications=tuple(Qualification(name=each) for each in skills))


LAB = Lab(
    sites=(
        Site(id="ansan", name="안산", institute="ktl", time_zone="Asia/Seoul"),
        Site(id="siheung", name="시흥", institute="ktr", time_zone="Asia/Seoul"),
    ),
    calendars=(
        Calendar(id="always", time_zone="Asia/Seoul", weekly=ALWAYS_OPEN),
        Calendar(id="office", time_zone="Asia/Seoul", weekly=OFFICE, holidays="KR"),
    ),
    resources=(
        chamber("salt-1", "ansan"),
        chamber("salt-2", "siheung", capacity=50),
        person("kim", "ansan", "corrosion-testing"),
        person("lee", "ansan", "corrosion-testing"),
        person("park", None, "advising"),
    ),
)

OPERATOR = Select(kind="person", qualification="corrosion-testing")


def exposure(hours: float = 72, demand: int = 10, select: Select | None = None) -> Mode:
    return Mode(
        duration=hours * HOUR,
        requirements=(
            Requirement(id="chamber", select=select or Select(kind="chamber"), demand=demand),
            Requirement(id="loading", select=OPERATOR, during="head", part=HOUR),
            Requirement(id="unloading", select=OPERATOR, during="tail", part=HOUR),
        ),
    )


def by_hand(hours: float = 1, select: Select = OPERATOR, count: int = 1, **fields: object) -> Mode:
    """Work by persons for its whole time; `fields` are those of the requirement."""
    return Mode(duration=hours * HOUR, requirements=(Requirement(id="operator", select=select, count=count, **fields),))  # type: ignore[arg-type]


def task(name: str, *modes: Mode, **fields: object) -> Task:
    return Task(id=name, modes=modes, **fields)  # type: ignore[arg-type]


def request(name: str = "r1", **fields: object) -> Request:
    return Request(
        **{
            "id": name,
            "company": "acme",
            "tasks": (task("prep", by_hand()), task("exposure", exposure()), task("evaluation", by_hand())),
            "precedences": (Precedence(before="prep", after="exposure"), Precedence(before="exposure", after="evaluation", max_lag=24 * HOUR)),
            **fields,
        }  # type: ignore[arg-type]
    )


def one_task(*modes: Mode, **fields: object) -> Request:
    """A request of the one task `work`; `place` is the task's."""
    place = {"place": fields.pop("place")} if "place" in fields else {}
    return request(tasks=(task("work", *modes, **place),), precedences=(), **fields)


def booking(start: datetime, *, request: str = "r1", task: str = "prep", hours: float = 1, **served: str) -> Booking:
    allocations = tuple(Allocation(requirement=requirement, resources=(resource,)) for requirement, resource in (served or {"operator": "kim"}).items())
    return Booking(request=request, task=task, window=Window(start=start, end=start + hours * HOUR), allocations=allocations)


def exposed(start: datetime, **fields: str) -> Booking:
    return booking(start, task="exposure", hours=72, chamber="salt-1", loading="kim", unloading="lee", **fields)


def problem(*requests: Request, **fields: object) -> Problem:
    return Problem(**{"now": NOW, "horizon": HORIZON, "lab": LAB, "requests": requests, **fields})  # type: ignore[arg-type]


def with_resource(name: str, **fields: object) -> Lab:
    """`LAB` with other fields of one resource."""
    return replace(LAB, resources=tuple(replace(each, **fields) if each.id == name else each for each in LAB.resources))  # type: ignore[arg-type]


def lab_with(*more: Resource, **fields: object) -> Lab:
    """`LAB` with more resources and other fields."""
    return replace(LAB, resources=(*LAB.resources, *more), **fields)  # type: ignore[arg-type]


def in_chamber(name: str, recipe: str | None = None, hours: float = 8, **fields: object) -> Mode:
    """A run in the one chamber of that id; `fields` are those of the requirement."""
    return Mode(duration=hours * HOUR, requirements=(Requirement(id="chamber", select=Select(ids=(name,)), recipe=recipe, **fields),))  # type: ignore[arg-type]
