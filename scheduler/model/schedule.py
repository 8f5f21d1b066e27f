"""Bookings, and the schedule they make up."""

from datetime import UTC
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from scheduler.model.base import ID_LENGTH, STRICT, Id
from scheduler.model.window import Window

ReasonCode = Literal["calendar", "qualification", "capacity", "people", "deadline", "location", "links", "frozen", "cost", "not_found"]

SCHEDULE_FORMAT = "slotwright/schedule@1"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Allocation:
    """The resources that serve one requirement of a booking; in which run, where they are a batch resource."""

    requirement: Id
    resources: Annotated[tuple[Id, ...], Field(min_length=1)]
    run_id: Id | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Booking:
    """A task placed: the mode chosen, when it runs, and who and what serves it."""

    request: Id
    task: Id
    mode: Id = "standard"
    window: Window
    allocations: Annotated[tuple[Allocation, ...], Field(min_length=1)]

    @property
    def key(self) -> tuple[str, str]:
        """(request, task): at most one booking of a schedule carries it."""
        return (self.request, self.task)

    @property
    def resources(self) -> tuple[str, ...]:
        """Ids of all resources of all allocations, in order, each once."""
        return tuple(dict.fromkeys(each for allocation in self.allocations for each in allocation.resources))


def is_same(left: Booking, right: Booking) -> bool:
    """Whether two bookings of one task have the same window, mode and resources per requirement, in any order, whatever their runs are called."""
    return left.mode == right.mode and left.window.start == right.window.start and left.window.end == right.window.end and _sets(left) == _sets(right)


def _sets(booking: Booking) -> set[tuple[str, frozenset[str]]]:
    return {(each.requirement, frozenset(each.resources)) for each in booking.allocations}


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Reason:
    """A cause why a request is left out: a first class of cause, and where it bites.

    `calendar`: nothing is open long enough; `qualification`: nobody is qualified then;
    `capacity`: instruments or rooms are taken; `people`: persons are taken; `deadline`: it would
    fit later; `location`: no single site has all; `links`: what tasks must share cannot be
    shared; `frozen`: only frozen bookings are in the way; `cost`: it would fit, but by the policy
    leaving it out is cheaper; `not_found`: it would fit, but the search ended before it was placed.
    """

    code: ReasonCode
    task: Id | None = None
    resources: tuple[Id, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Unserved:
    """A request left out, with its reasons."""

    request: Id
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Run:
    """A closed run of a batch resource: what it holds of the capacity, with which recipe, from when to when."""

    id: Id
    resource: Id
    recipe: Id | None = None
    window: Window
    load: Annotated[int, Field(ge=1)]
    capacity: Annotated[int, Field(ge=1)]

    @property
    def load_factor(self) -> float:
        """Share of the capacity in use."""
        return self.load / self.capacity


def run_id(resource: str, window: Window) -> str:
    """The id of the run of `resource` in `window`: the same whoever makes the plan, so that a run that stays keeps its id."""
    name = f"{resource}@{window.start.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return name if len(name) <= ID_LENGTH else f"run-{sha256(name.encode()).hexdigest()[:24]}"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Schedule:
    """The bookings of a horizon; every request of the problem is booked whole or in `unserved`.

    Bookings are sorted by request and task in the problem's order, runs by resource and start.
    `problem` is the digest of the problem that it answers.
    """

    format: Literal["slotwright/schedule@1"] = "slotwright/schedule@1"
    problem: str = ""
    bookings: tuple[Booking, ...] = ()
    unserved: tuple[Unserved, ...] = ()
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Offer:
    """A verified free placement of one request that disturbs nobody: its bookings and what it costs.

    `cost` is the request's own share of the objective, tier by tier, highest first.
    """

    request: Id
    bookings: Annotated[tuple[Booking, ...], Field(min_length=1)]
    tardiness_minutes: int = 0
    cost: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _is_of_one_request(self) -> "Offer":
        if any(each.request != self.request for each in self.bookings):
            raise ValueError("bookings: all must be of the offer's request")
        return self

    @property
    def window(self) -> Window:
        """From the first start to the last end."""
        return Window(start=min(b.window.start for b in self.bookings), end=max(b.window.end for b in self.bookings))
