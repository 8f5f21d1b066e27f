"""What a company fills in: a method and its dates, and the request that follows from it."""

import re
from dataclasses import field
from datetime import timedelta
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic.dataclasses import dataclass

from scheduler.errors import InputError, UnknownReference
from scheduler.model import catalogue
from scheduler.model.base import STRICT, Duration, Id, Moment, Name
from scheduler.model.catalogue import Method
from scheduler.model.faults import input_error
from scheduler.model.lab import Lab
from scheduler.model.limits import Limits
from scheduler.model.policy import Policy
from scheduler.model.request import Request
from scheduler.model.window import Window
from scheduler.service.records import FeedScope

MOST_REVISIONS = 2**31 - 1
"""What the database can count to."""
MOST_LETTERS = 300
"""The longest name a request can have."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class MethodChoice:
    """A test as a company asks for it: no instrument, no operator.

    `duration` is one of the method's; it may be left out if the method has only one. `region`
    narrows the choice to the sites of that region, `sites` to those named.
    """

    company: Id
    company_name: Name = ""
    name: Name = ""
    method: Id
    duration: Duration | None = None
    specimens: Annotated[int, Field(ge=1, le=100_000)] = 1
    arrival: Moment | None = None
    due: Moment | None = None
    deadline: Moment | None = None
    region: Name = ""
    sites: tuple[Id, ...] = ()
    weight: Annotated[int, Field(ge=1, le=1_000)] = 1


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RunOrder:
    """What a planning run may spend and which part of time it plans; all of it may be left out. Without a policy no confirmed booking moves."""

    limits: Limits = field(default_factory=lambda: Limits(time_limit_seconds=20.0))
    policy: Policy | None = None
    horizon: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class FeedOrder:
    """Whose bookings a new calendar feed shows."""

    scope: FeedScope
    scope_id: Id


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PublishOrder:
    """The revision that the publisher has seen; the same may be said by If-Match."""

    expected_revision: Annotated[int, Field(ge=0, le=MOST_REVISIONS)]


def request_of(lab: Lab, choice: MethodChoice, request_id: str) -> Request:
    """The request that `choice` stands for.

    Raises: UnknownReference for an unknown method, region or site; InputError for a duration that the method does not have.
    """
    method = next((each for each in lab.methods if each.id == choice.method), None)
    if method is None:
        raise UnknownReference(f"{choice.method!r} is not a method of this lab; choose one of /api/methods", "method")
    duration = _duration_of(method, choice.duration)
    try:
        return catalogue.request_of(
            method,
            duration,
            id=request_id,
            company=choice.company,
            company_name=choice.company_name,
            name=choice.name or _name_of(method, duration),
            sites=_sites_of(lab, choice),
            specimens=choice.specimens,
            release=choice.arrival,
            arrival=choice.arrival,
            due=choice.due,
            deadline=choice.deadline,
            weight=choice.weight,
        )
    except ValidationError as error:
        raise input_error(error, Request) from None
    except ValueError as error:
        path, _, message = str(error).partition(": ")
        raise InputError(message or path, path if message else "method") from None


def _name_of(method: Method, duration: timedelta | None) -> str:
    """`중성 염수 분무 시험 48시간`: what is done for set times is told apart by them."""
    if duration is None or not method.durations:
        return method.name
    korean = re.search("[가-힣]", method.name)
    name = f"{method.name} {hours(duration).replace(' h', '시간') if korean else hours(duration)}"
    return name if len(name) <= MOST_LETTERS else method.name


def _duration_of(method: Method, wanted: timedelta | None) -> timedelta | None:
    if wanted is None:
        return method.durations[0] if len(method.durations) == 1 else None
    if method.durations and wanted not in method.durations:
        raise InputError(f"{method.id!r} is done for {', '.join(hours(each) for each in method.durations)}; choose one of these", "duration")
    return wanted


def _sites_of(lab: Lab, choice: MethodChoice) -> tuple[str, ...]:
    known = {each.id for each in lab.sites}
    for index, each in enumerate(choice.sites):
        if each not in known:
            raise UnknownReference(f"{each!r} is not a site of this lab; see /api/lab", f"sites[{index}]")
    if not choice.region:
        return choice.sites
    here = tuple(each.id for each in lab.sites if each.region == choice.region)
    if not here:
        raise UnknownReference(f"no site is in the region {choice.region!r}; see /api/lab", "region")
    both = tuple(each for each in here if not choice.sites or each in choice.sites)
    if not both:
        raise InputError(f"none of these sites is in the region {choice.region!r}; drop one of the two", "sites")
    return both


def hours(length: timedelta) -> str:
    """A length of time in hours, as the standards say it."""
    return f"{length / timedelta(hours=1):g} h"
