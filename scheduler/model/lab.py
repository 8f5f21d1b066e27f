"""The lab: sites, calendars, resources and methods."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Id, Moment, Name
from scheduler.model.calendar import Calendar, TimeZone
from scheduler.model.catalogue import Method
from scheduler.model.window import Window, Windows, intersection, union

ResourceKind = Literal["instrument", "chamber", "equipment", "room", "person", "pool"]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Site:
    """A place with an address, a position and a time zone, run by one institute."""

    id: Id
    name: Name
    name_en: Name = ""
    institute: Id
    time_zone: TimeZone
    address: Name = ""
    region: Name = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Closure:
    """A stretch in which one resource is shut: maintenance, calibration, leave, breakdown."""

    window: Window
    reason: Name = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Qualification:
    """The right to do a skill or method, valid in `[valid_from, valid_until)`; open ends allowed."""

    name: Id
    valid_from: Moment | None = None
    valid_until: Moment | None = None

    @model_validator(mode="after")
    def _ends_after_start(self) -> "Qualification":
        if self.valid_from is not None and self.valid_until is not None and self.valid_until <= self.valid_from:
            raise ValueError("valid_until is not after valid_from; give a later valid_until")
        return self

    def is_valid_during(self, start: datetime, end: datetime) -> bool:
        """Whether the right holds in the whole of `[start, end)`."""
        return (self.valid_from is None or self.valid_from <= start) and (self.valid_until is None or end <= self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Feature:
    """What a resource can do, as a range of one named quantity (`temperature_celsius`: -70 to 180)."""

    name: Id
    low: float
    high: float

    @model_validator(mode="after")
    def _is_a_range(self) -> "Feature":
        if self.high < self.low:
            raise ValueError("high is below low; swap them")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Resource:
    """Something that can be taken: `capacity` units at a time, while its calendar is open.

    `site` is None for what has no fixed place (a mobile instrument, an online advisor).
    """

    id: Id
    kind: ResourceKind
    name: Name
    name_en: Name = ""
    site: Id | None = None
    calendar: Id
    capacity: Annotated[int, Field(ge=1, le=10_000)] = 1
    closures: tuple[Closure, ...] = ()
    features: tuple[Feature, ...] = ()
    qualifications: tuple[Qualification, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Lab:
    """All that can serve: sites, calendars, resources and methods, each with unique ids."""

    sites: tuple[Site, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    resources: tuple[Resource, ...] = ()
    methods: tuple[Method, ...] = ()


def validity(resource: Resource, qualification: str, within: Window) -> Windows:
    """When `resource` holds the qualification, clipped to `within`; a renewal joins what it renews."""
    held = (
        Window(start=max(each.valid_from or within.start, within.start), end=min(each.valid_until or within.end, within.end))
        for each in resource.qualifications
        if each.name == qualification
        and (each.valid_from is None or each.valid_from < within.end)
        and (each.valid_until is None or each.valid_until > within.start)
    )
    return intersection(union(held), (within,))
