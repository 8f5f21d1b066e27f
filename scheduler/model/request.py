"""What one company asks for: a request of tasks, their modes and requirements."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Duration, Id, Lag, Moment, Name, first_twice
from scheduler.model.calendar import TimeZone, Weekday

During = Literal["whole", "head", "tail", "before", "after"]
LinkKind = Literal["same_resource", "same_people", "same_site", "different_institutes"]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class FeatureBound:
    """A range that a resource's feature of that name must cover."""

    name: Id
    low: float
    high: float

    @model_validator(mode="after")
    def _is_a_range(self) -> "FeatureBound":
        if self.high < self.low:
            raise ValueError("high is below low; swap them")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Select:
    """Which resources may serve: by id, or by a query of which every given part must hold.

    `qualification` must be valid, at `level` or above, during the whole time served. `sites` limits
    the place; a resource without a site, and a person who travels, is at every site. A person speaks all of `languages`.
    """

    ids: tuple[Id, ...] = ()
    kind: Literal["instrument", "chamber", "equipment", "room", "person", "pool"] | None = None
    qualification: Id | None = None
    level: Annotated[int, Field(ge=1, le=9)] = 1
    languages: tuple[Id, ...] = ()
    features: tuple[FeatureBound, ...] = ()
    sites: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> "Select":
        if self.level > 1 and self.qualification is None:
            raise ValueError("level: is that of a qualification; name one or leave the level out")
        if not (self.ids or self.kind or self.qualification or self.features):
            raise ValueError("a select must name ids, or a kind, a qualification or features")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Requirement:
    """What a mode takes: `count` different resources out of `select`, `demand` units of each.

    `during` the whole task, its first `part` (head) or its last `part` (tail): an operator
    loads at the head and unloads at the tail of a run that goes on through the weekend.
    "before" is the `part` just before the task (conditioning), "after" the `part` just after it
    (specimens stored until they are collected). `preferred` names resources that the company would
    rather have. `recipe` is what the resource is set to (a temperature profile, a medium).
    `undisturbed`: nobody loads or unloads the resource meanwhile. `different_institutes`: no two
    of those who serve are of the same institute.
    """

    id: Id
    select: Select
    count: Annotated[int, Field(ge=1, le=100)] = 1
    demand: Annotated[int, Field(ge=1, le=10_000)] = 1
    during: During = "whole"
    part: Duration | None = None
    preferred: tuple[Id, ...] = ()
    recipe: Id | None = None
    undisturbed: bool = False
    different_institutes: bool = False

    @model_validator(mode="after")
    def _part_fits_during(self) -> "Requirement":
        if (self.during == "whole") != (self.part is None):
            raise ValueError("part: give the length of the head, the tail, or what is taken before or after, and only then")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Mode:
    """One way to do a task: how long it takes and what it takes.

    In a batch run the task may last longer, as long as the run, up to `max_duration`; without
    one it lasts exactly its duration.
    """

    id: Id = "standard"
    duration: Duration
    max_duration: Duration | None = None
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _parts_fit(self) -> "Mode":
        twice = first_twice([each.id for each in self.requirements])
        if twice is not None:
            raise ValueError(f"requirements[{twice}].id: {self.requirements[twice].id!r} is used twice in this mode; give each requirement its own id")
        for index, each in enumerate(self.requirements):
            if each.part is not None and each.during in ("head", "tail") and each.part > self.duration:
                raise ValueError(f"requirements[{index}].part: longer than the task's duration; shorten it")
        if self.max_duration is not None and self.max_duration < self.duration:
            raise ValueError("max_duration: below the duration; raise it or leave it out")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Task:
    """One piece of work without a break: a test run, a preparation, an advisor session.

    `place` "one_site": all resources with a site are at the same site. "anywhere": they need
    not be (an online or joint session). `site` is where it takes place; without one that follows
    from its resources. People who travel come there; to a task "anywhere" nobody travels.

    `pauses_in`: a calendar in whose closures the clock of the task stops; its duration is then
    the time worked, and its resources must be open only while it is worked on (they stay taken
    meanwhile). `within`: a calendar in one opening of which the task lies, so that it does not
    cross a night. `release`, `due`, `deadline` as those of the request, for this task alone.
    """

    id: Id
    name: Name = ""
    name_en: Name = ""
    method: Id | None = None
    modes: Annotated[tuple[Mode, ...], Field(min_length=1)]
    place: Literal["one_site", "anywhere"] = "one_site"
    site: Id | None = None
    pauses_in: Id | None = None
    within: Id | None = None
    release: Moment | None = None
    due: Moment | None = None
    deadline: Moment | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> "Task":
        _refuse_twice("modes", [each.id for each in self.modes])
        if self.release is not None and self.deadline is not None and self.deadline <= self.release:
            raise ValueError("deadline: not after the release date; give a later deadline or an earlier release")
        if self.pauses_in is not None and self.within is not None:
            raise ValueError("within: a task that pauses crosses closures; remove one of the two")
        if self.pauses_in is not None and any(mode.max_duration is not None for mode in self.modes):
            raise ValueError("pauses_in: a batch run does not pause; remove it, or max_duration from the modes")
        if self.site is not None and self.place == "anywhere":
            raise ValueError('site: a task with place "anywhere" has no site; remove one of the two')
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Precedence:
    """`after` starts at least `min_lag`, at most `max_lag`, after `before` has ended."""

    before: Id
    after: Id
    min_lag: Lag = timedelta(0)
    max_lag: Lag | None = None

    @model_validator(mode="after")
    def _lags_in_order(self) -> "Precedence":
        if self.max_lag is not None and self.max_lag < self.min_lag:
            raise ValueError("max_lag is below min_lag; raise it or leave it out")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Link:
    """What tasks of one request share.

    `same_resource`: the requirement with id `requirement` is served by the same resources in
    all `tasks`. `same_people`: all persons of the tasks are the same set. `same_site`: no two
    resources with a site are at different sites. `different_institutes`: no two of the tasks
    use resources of the same institute.
    """

    kind: LinkKind
    tasks: Annotated[tuple[Id, ...], Field(min_length=2)]
    requirement: Id | None = None

    @model_validator(mode="after")
    def _names_a_requirement(self) -> "Link":
        if (self.kind == "same_resource") != (self.requirement is not None):
            raise ValueError("requirement: same_resource needs the id of a requirement, the other kinds have none")
        _refuse_twice("tasks", list(self.tasks))
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Series:
    """Tasks of one kind repeated, in this order: each starts at least `least_apart`, at most `most_apart`, after the one before has started.

    `weekday`: each starts on that local day in `time_zone`. Every Tuesday: six to eight days
    apart, so that a changed clock does no harm.
    """

    tasks: Annotated[tuple[Id, ...], Field(min_length=2)]
    least_apart: Lag = timedelta(0)
    most_apart: Lag | None = None
    weekday: Weekday | None = None
    time_zone: TimeZone = "UTC"

    @model_validator(mode="after")
    def _distances_in_order(self) -> "Series":
        if self.most_apart is not None and self.most_apart < self.least_apart:
            raise ValueError("most_apart: below least_apart; raise it or leave it out")
        _refuse_twice("tasks", list(self.tasks))
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Shipment:
    """Specimens sent at `sent` from a place; at each site nothing is done with them before they are there.

    They arrive after the courier's time (`lab.courier`), are taken in when the site is
    `receiving`, and lie for `conditioning` before anything begins.
    """

    sent: Moment
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    conditioning: Lag = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Request:
    """What one company asks for; served whole or not at all.

    Never before `release`, late from `due`, never after `deadline`. `weight` is what leaving it
    out costs, relative to others; tardiness counts times `weight`. Flow time counts from
    `arrival` (default: `release`). `specimens` is how many pieces are tested. An `urgent` one weighs
    `policy.urgent_factor` times as much.
    """

    id: Id
    company: Id
    company_name: Name = ""
    name: Name = ""
    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]
    precedences: tuple[Precedence, ...] = ()
    links: tuple[Link, ...] = ()
    series: tuple[Series, ...] = ()
    release: Moment | None = None
    due: Moment | None = None
    deadline: Moment | None = None
    arrival: Moment | None = None
    shipment: Shipment | None = None
    urgency: Literal["normal", "urgent"] = "normal"
    weight: Annotated[int, Field(ge=1, le=1_000)] = 1
    specimens: Annotated[int, Field(ge=1, le=100_000)] | None = None

    @model_validator(mode="after")
    def _dates_and_ids_in_order(self) -> "Request":
        _refuse_twice("tasks", [each.id for each in self.tasks])
        if self.release is not None and self.deadline is not None and self.deadline <= self.release:
            raise ValueError("deadline: not after the release date; give a later deadline or an earlier release")
        return self


def _refuse_twice(where: str, ids: list[str]) -> None:
    twice = first_twice(ids)
    if twice is not None:
        raise ValueError(f"{where}: the id {ids[twice]!r} is used twice; give each its own id")
