"""Methods: standard test procedures as templates for the tasks of a request.

A company picks a method and a duration; `tasks_of` writes the tasks, so the company never has
to know which chamber or operator serves it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Duration, Id, Name
from scheduler.model.request import Link, Mode, Precedence, Request, Requirement, Select, Task
from scheduler.model.text import duration_text, list_text

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Step:
    """One task of a method. Without a `duration` it lasts as long as the company chose.

    `demand_per` "specimen" multiplies the demand of the whole-task requirements by the number
    of specimens (each takes room in the chamber); "run" leaves it as it is.

    `holds`: when the time is up the run ends by itself and the specimens may wait where they are.
    A length that is no whole number of days then gets a second mode `held`, rounded up to whole
    days: a 1,000 h run loaded at ten would end at two at night; held, it is unloaded at ten.
    """

    id: Id
    name: Name
    name_en: Name = ""
    duration: Duration | None = None
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    demand_per: Literal["run", "specimen"] = "run"
    holds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Method:
    """A standard test procedure: its steps, lags between them, and the durations on offer."""

    id: Id
    name: Name
    name_en: Name = ""
    standard: Name = ""
    field: Name = ""
    durations: tuple[Duration, ...] = ()
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    precedences: tuple[Precedence, ...] = ()
    links: tuple[Link, ...] = ()


def request_of(
    method: Method,
    duration: timedelta | None,
    *,
    id: str,
    company: str,
    company_name: str = "",
    name: str = "",
    sites: tuple[str, ...] = (),
    specimens: int | None = None,
    release: datetime | None = None,
    due: datetime | None = None,
    deadline: datetime | None = None,
    arrival: datetime | None = None,
    weight: int = 1,
) -> Request:
    """The request that asks for `method` whole: its tasks, what must follow what, and what they share.

    Raises: ValueError as `tasks_of`.
    """
    return Request(
        id=id,
        company=company,
        company_name=company_name,
        name=name or method.name,
        tasks=tasks_of(method, duration, specimens or 1, sites),
        precedences=method.precedences,
        links=method.links,
        release=release,
        due=due,
        deadline=deadline,
        arrival=arrival,
        weight=weight,
        specimens=specimens,
    )


def tasks_of(method: Method, duration: timedelta | None, specimens: int = 1, sites: tuple[str, ...] = ()) -> tuple[Task, ...]:
    """The tasks that do `method` for `duration` on `specimens` pieces, at one of `sites` (none: anywhere).

    Raises: ValueError if a step needs a duration and none is given.
    """
    return tuple(_task_of(method, step, duration, specimens, sites) for step in method.steps)


def _task_of(method: Method, step: Step, chosen: timedelta | None, specimens: int, sites: tuple[str, ...]) -> Task:
    length = step.duration or chosen
    if length is None:
        raise ValueError(f"duration: the method {method.id!r} needs one; choose from {list_text(map(duration_text, method.durations), most=12)}")
    factor = specimens if step.demand_per == "specimen" else 1
    requirements = tuple(
        Requirement(
            id=each.id,
            select=each.select if not sites else _at(each, sites),
            count=each.count,
            demand=each.demand * factor if each.during == "whole" else each.demand,
            during=each.during,
            part=each.part,
            preferred=each.preferred,
        )
        for each in step.requirements
    )
    modes: tuple[Mode, ...] = (Mode(duration=length, requirements=requirements),)
    if step.holds and length % DAY:
        modes += (Mode(id="held", duration=(length // DAY + 1) * DAY, requirements=requirements),)
    return Task(id=step.id, name=step.name, name_en=step.name_en, method=method.id, modes=modes)


def _at(requirement: Requirement, sites: tuple[str, ...]) -> Select:
    select = requirement.select
    wanted = tuple(each for each in select.sites if each in sites) if select.sites else sites
    if not wanted:
        raise ValueError(f"sites: requirement {requirement.id!r} of this method is only met at {', '.join(select.sites)}; choose one of these")
    return replace(select, sites=wanted)
