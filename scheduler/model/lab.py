"""The lab: sites, calendars, resources and methods."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Id, Lag, Moment, Name
from scheduler.model.calendar import Calendar, TimeZone
from scheduler.model.catalogue import Method
from scheduler.model.changeover import Changeover
from scheduler.model.travel import Courier, Travel, Ways
from scheduler.model.window import Window, Windows, intersection, union

ResourceKind = Literal["instrument", "chamber", "equipment", "room", "person", "pool"]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Site:
    """A place with an address, a position and a time zone, run by one institute.

    A company's own place may be a site too: what is done there names it. `receiving` is the
    calendar of the hours in which specimens are taken in: what arrives after them counts from
    the next opening on.
    """

    id: Id
    name: Name
    name_en: Name = ""
    institute: Id
    time_zone: TimeZone
    address: Name = ""
    region: Name = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    receiving: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Closure:
    """A stretch in which one resource is shut: maintenance, calibration, leave, breakdown."""

    window: Window
    reason: Name = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Qualification:
    """The right to do a skill or method up to a level, valid in `[valid_from, valid_until)`; open ends allowed."""

    name: Id
    level: Annotated[int, Field(ge=1, le=9)] = 1
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

    `batch`: it works in closed runs; tasks in one run have the same recipe, start and end, and
    their demands fit the capacity. `recipes` it can hold; none named means all. Where it is
    shared without being a batch resource, unlike recipes meet in it only if one of the groups in
    `compatible_recipes` has both. `changeover` names the times and costs between unlike recipes,
    `initial_recipe` what it is set to at the start. `travel`: a person who moves between sites;
    `site` is then the home. `most_a_day`, `most_a_week` limit the bookings that begin on one
    local day or in one week (from Monday) of its calendar's zone. `freeze_horizon` replaces the
    policy's for bookings that take this resource.
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
    languages: tuple[Id, ...] = ()
    batch: bool = False
    recipes: tuple[Id, ...] = ()
    compatible_recipes: tuple[tuple[Id, ...], ...] = ()
    changeover: Id | None = None
    initial_recipe: Id | None = None
    travel: Travel | None = None
    most_a_day: Annotated[int, Field(ge=1, le=1_000)] | None = None
    most_a_week: Annotated[int, Field(ge=1, le=1_000)] | None = None
    freeze_horizon: Lag | None = None

    @model_validator(mode="after")
    def _traits_go_together(self) -> "Resource":
        if self.changeover is not None and self.capacity > 1 and not self.batch:
            raise ValueError("changeover: a shared resource has no order of uses; make it a batch resource, or give it capacity 1")
        if self.initial_recipe is not None and self.changeover is None:
            raise ValueError("initial_recipe: means something only beside a changeover; add one or remove it")
        if self.travel is not None and (self.capacity > 1 or self.batch or self.changeover is not None):
            raise ValueError("travel: who moves between sites has capacity 1 and neither batch runs nor a changeover; correct one of them")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Lab:
    """All that can serve: sites, calendars, resources, methods, changeovers and ways, each with unique ids; and how specimens are sent."""

    sites: tuple[Site, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    resources: tuple[Resource, ...] = ()
    methods: tuple[Method, ...] = ()
    changeovers: tuple[Changeover, ...] = ()
    ways: tuple[Ways, ...] = ()
    courier: Courier | None = None

    @property
    def home_zone(self) -> str:
        """The zone in which moments are told that belong to no single site: that of the first site, or of the first calendar, or UTC."""
        zones = [each.time_zone for each in self.sites[:1]] + [each.time_zone for each in self.calendars[:1]]
        return zones[0] if zones else "Etc/UTC"


def validity(resource: Resource, qualification: str, within: Window, level: int = 1) -> Windows:
    """When `resource` holds the qualification at `level` or above, clipped to `within`; a renewal joins what it renews."""
    held = (
        Window(start=max(each.valid_from or within.start, within.start), end=min(each.valid_until or within.end, within.end))
        for each in resource.qualifications
        if each.name == qualification
        and each.level >= level
        and (each.valid_from is None or each.valid_from < within.end)
        and (each.valid_until is None or each.valid_until > within.start)
    )
    return intersection(union(held), (within,))
