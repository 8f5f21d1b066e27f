"""What one company asks for: a request of tasks, their modes and requirements."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Duration, Id, Lag, Moment, Name

During = Literal["whole", "head", "tail"]
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

    `qualification` must be valid during the whole time served. `sites` limits the place;
    a resource without a site is at every site.
    """

    ids: tuple[Id, ...] = ()
    kind: Literal["instrument", "chamber", "equipment", "room", "person", "pool"] | None = None
    qualification: Id | None = None
    features: tuple[FeatureBound, ...] = ()
    sites: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> "Select":
        if not (self.ids or self.kind or self.qualification or self.features):
            raise ValueError("a select must name ids, or a kind, a qualification or features")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Requirement:
    """What a mode takes: `count` different resources out of `select`, `demand` units of each.

    `during` the whole task, its first `part` (head) or its last `part` (tail): an operator
    loads at the head and unloads at the tail of a run that goes on through the weekend.
    `preferred` names resources that the company would rather have.
    """

    id: Id
    select: Select
    count: Annotated[int, Field(ge=1, le=100)] = 1
    demand: Annotated[int, Field(ge=1, le=10_000)] = 1
    during: During = "whole"
    part: Duration | None = None
    preferred: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _part_fits_during(self) -> "Requirement":
        if (self.during == "whole") != (self.part is None):
            raise ValueError("part: give the length of the head or tail, and only then")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Mode:
    """One way to do a task: how long it takes and what it takes."""

    id: Id = "standard"
    duration: Duration
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _parts_fit(self) -> "Mode":
        names = [each.id for each in self.requirements]
        for index, each in enumerate(self.requirements):
            if each.id in names[:index]:
                raise ValueError(f"requirements[{index}].id: {each.id!r} is used twice in this mode; give each requirement its own id")
            if each.part is not None and each.part > self.duration:
                raise ValueError(f"requirements[{index}].part: longer than the task's duration; shorten it")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Task:
    """One piece of work without a break: a test run, a preparation, an advisor session.

    `place` "one_site": all resources with a site are at the same site. "anywhere": they need
    not be (an online or joint session).
    """

    id: Id
    name: Name = ""
    name_en: Name = ""
    method: Id | None = None
    modes: Annotated[tuple[Mode, ...], Field(min_length=1)]
    place: Literal["one_site", "anywhere"] = "one_site"

    @model_validator(mode="after")
    def _modes_differ(self) -> "Task":
        _refuse_twice("modes", [each.id for each in self.modes])
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
class Request:
    """What one company asks for; served whole or not at all.

    Never before `release`, late from `due`, never after `deadline`. `weight` is what leaving it
    out costs, relative to others; tardiness counts times `weight`. Flow time counts from
    `arrival` (default: `release`). `specimens` is how many pieces are tested.
    """

    id: Id
    company: Id
    company_name: Name = ""
    name: Name = ""
    tasks: Annotated[tuple[Task, ...], Field(min_length=1)]
    precedences: tuple[Precedence, ...] = ()
    links: tuple[Link, ...] = ()
    release: Moment | None = None
    due: Moment | None = None
    deadline: Moment | None = None
    arrival: Moment | None = None
    weight: Annotated[int, Field(ge=1, le=1_000)] = 1
    specimens: Annotated[int, Field(ge=1, le=100_000)] | None = None

    @model_validator(mode="after")
    def _dates_and_ids_in_order(self) -> "Request":
        _refuse_twice("tasks", [each.id for each in self.tasks])
        if self.release is not None and self.deadline is not None and self.deadline <= self.release:
            raise ValueError("deadline: not after the release date; give a later deadline or an earlier release")
        return self


def _refuse_twice(where: str, ids: list[str]) -> None:
    if len(set(ids)) != len(ids):
        twice = next(each for index, each in enumerate(ids) if each in ids[:index])
        raise ValueError(f"{where}: the id {twice!r} is used twice; give each its own id")
