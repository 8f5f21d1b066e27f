"""What the hand-made examples share: short ways to write records, and the facts a plan must show."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.model.calendar import ALWAYS_OPEN, Calendar, Hours, Weekday, WeeklyHours
from scheduler.model.lab import Qualification, Resource, ResourceKind, Site
from scheduler.model.problem import Problem
from scheduler.model.request import During, FeatureBound, Mode, Precedence, Requirement, Select, Task

SEOUL = "Asia/Seoul"
WORKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
DAY_AND_NIGHT = Calendar(id="day-and-night", time_zone=SEOUL, weekly=ALWAYS_OPEN)


@dataclass(frozen=True, slots=True)
class Example:
    """One example: its problem, what every good plan of it shows (`tests/examples` checks each fact), and its text."""

    name: str
    problem: Problem
    expect: dict[str, Any] = field(default_factory=dict)
    readme: str = ""


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of 2026 in Korea."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(SEOUL))


def hours(number: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=number)


def working(identity: str, opens: time = time(9), closes: time = time(18), days: tuple[Weekday, ...] = WORKDAYS) -> Calendar:
    """A calendar of the same hours on `days`, closed on Korean public holidays."""
    return Calendar(id=identity, time_zone=SEOUL, weekly=(WeeklyHours(days=days, hours=Hours(open=opens, close=closes)),), holidays="KR")


def site(identity: str, name: str, name_en: str, institute: str, region: str, latitude: float, longitude: float, receiving: str | None = None) -> Site:
    """A site in Korea."""
    return Site(
        id=identity,
        name=name,
        name_en=name_en,
        institute=institute,
        time_zone=SEOUL,
        address=region,
        region=region,
        latitude=latitude,
        longitude=longitude,
        receiving=receiving,
    )


def resource(identity: str, kind: ResourceKind, name: str, where: str | None, calendar: str, *rights: str, capacity: int = 1, **more: Any) -> Resource:
    """A resource with rights that do not end."""
    qualifications = tuple(Qualification(name=each) for each in rights)
    return Resource(id=identity, kind=kind, name=name, site=where, calendar=calendar, capacity=capacity, qualifications=qualifications, **more)


def needs(
    identity: str,
    right: str,
    kind: ResourceKind | None = None,
    *,
    count: int = 1,
    demand: int = 1,
    during: During = "whole",
    part: timedelta | None = None,
    sites: tuple[str, ...] = (),
    features: tuple[FeatureBound, ...] = (),
    preferred: tuple[str, ...] = (),
    languages: tuple[str, ...] = (),
    **more: Any,
) -> Requirement:
    """A requirement by qualification."""
    select = Select(kind=kind, qualification=right, sites=sites, features=features, languages=languages)
    return Requirement(id=identity, select=select, count=count, demand=demand, during=during, part=part, preferred=preferred, **more)


def task(identity: str, name: str, length: timedelta, *requirements: Requirement, longest: timedelta | None = None, **more: Any) -> Task:
    """A task with one mode."""
    return Task(id=identity, name=name, modes=(Mode(duration=length, max_duration=longest, requirements=requirements),), **more)


def then(before: str, after: str, *, least: timedelta = timedelta(0), most: timedelta | None = None) -> Precedence:
    """`after` follows `before`."""
    return Precedence(before=before, after=after, min_lag=least, max_lag=most)
