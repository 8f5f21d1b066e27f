"""Methods: standard test procedures as templates for the tasks of a request.

A company picks a method and a duration; `tasks_of` writes the tasks, so the company never has
to know which chamber or operator serves it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Duration, Id, Lag, Name
from scheduler.model.request import Link, Mode, Precedence, Request, Requirement, Select, Series, Task
from scheduler.model.text import duration_text, list_text

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Step:
    """One task of a method. Without a `duration` it lasts as long as the company chose.

    `demand_per` "specimen" multiplies the demand of the requirements by the number of specimens
    (each takes room in the chamber, and where it is stored), but for head and tail, which are
    work by hand; "run" leaves it as it is.

    `holds`: when the time is up the run ends by itself and the specimens may wait where they are.
    A length that is no whole number of days then gets a second mode `held`, rounded up to whole
    days: a 1,000 h run loaded at ten would end at two at night; held, it is unloaded at ten.

    `max_duration`: how long it may last in a batch run, where that is longer than its duration.
    `pauses_in`, `within`: those of the task. `times`: it is done so many times, a series of tasks
    `<id>:1`, `<id>:2` ... that start at least `least_apart` and at most `most_apart` after each
    other. What must precede it precedes the first; what follows comes after them all, no later
    than allowed after the last. Links hold for each.
    """

    id: Id
    name: Name
    name_en: Name = ""
    duration: Duration | None = None
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    demand_per: Literal["run", "specimen"] = "run"
    holds: bool = False
    max_duration: Duration | None = None
    pauses_in: Id | None = None
    within: Id | None = None
    times: Annotated[int, Field(ge=1, le=100)] = 1
    least_apart: Lag = timedelta(0)
    most_apart: Lag | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> "Step":
        if self.most_apart is not None and self.most_apart < self.least_apart:
            raise ValueError("most_apart: below least_apart; raise it or leave it out")
        if self.times == 1 and (self.least_apart or self.most_apart is not None):
            raise ValueError("times: least_apart and most_apart lie between several; raise it or remove them")
        if self.pauses_in is not None and (self.within is not None or self.max_duration is not None):
            raise ValueError("pauses_in: a task that pauses crosses closures and is in no batch run; remove it, or within and max_duration")
        return self

    @property
    def task_ids(self) -> tuple[str, ...]:
        """Ids of the tasks that do this step."""
        return (self.id,) if self.times == 1 else tuple(f"{self.id}:{number}" for number in range(1, self.times + 1))


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
        precedences=precedences_of(method),
        links=links_of(method),
        series=series_of(method),
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
    return tuple(task for step in method.steps for task in _tasks_of(method, step, duration, specimens, sites))


def precedences_of(method: Method) -> tuple[Precedence, ...]:
    """The precedences among the tasks of `method`."""
    if not _has_series(method):
        return method.precedences
    ids = {step.id: step.task_ids for step in method.steps}
    found = []
    for each in method.precedences:
        before, after = ids.get(each.before, (each.before,)), ids.get(each.after, (each.after,))
        # A series is in order of starts, so its first task waits for all; but its longest may not be its last.
        found += [replace(each, before=name, after=after[0], max_lag=each.max_lag if name == before[-1] else None) for name in before]
    return tuple(found)


def links_of(method: Method) -> tuple[Link, ...]:
    """The links among the tasks of `method`."""
    if not _has_series(method):
        return method.links
    ids = {step.id: step.task_ids for step in method.steps}
    return tuple(replace(each, tasks=tuple(name for step in each.tasks for name in ids.get(step, (step,)))) for each in method.links)


def series_of(method: Method) -> tuple[Series, ...]:
    """A series for each step of `method` that is done several times."""
    return tuple(Series(tasks=step.task_ids, least_apart=step.least_apart, most_apart=step.most_apart) for step in method.steps if step.times > 1)


def _has_series(method: Method) -> bool:
    return any(step.times > 1 for step in method.steps)


def _tasks_of(method: Method, step: Step, chosen: timedelta | None, specimens: int, sites: tuple[str, ...]) -> tuple[Task, ...]:
    length = step.duration or chosen
    if length is None:
        raise ValueError(f"duration: the method {method.id!r} needs one; choose from {list_text(map(duration_text, method.durations), most=12)}")
    factor = specimens if step.demand_per == "specimen" else 1
    requirements = tuple(
        replace(
            each,
            select=each.select if not sites else _at(each, sites),
            demand=each.demand if each.during in ("head", "tail") else each.demand * factor,
        )
        for each in step.requirements
    )
    modes = [("standard", length)]
    if step.holds and length % DAY:
        modes.append(("held", (length // DAY + 1) * DAY))
    return tuple(
        Task(
            id=name,
            name=step.name,
            name_en=step.name_en,
            method=method.id,
            modes=tuple(Mode(id=mode, duration=lasts, max_duration=_longest(step, lasts), requirements=requirements) for mode, lasts in modes),
            pauses_in=step.pauses_in,
            within=step.within,
        )
        for name in step.task_ids
    )


def _longest(step: Step, lasts: timedelta) -> timedelta | None:
    return step.max_duration if step.max_duration is not None and step.max_duration > lasts else None


def _at(requirement: Requirement, sites: tuple[str, ...]) -> Select:
    select = requirement.select
    wanted = tuple(each for each in select.sites if each in sites) if select.sites else sites
    if not wanted:
        raise ValueError(f"sites: requirement {requirement.id!r} of this method is only met at {', '.join(select.sites)}; choose one of these")
    return replace(select, sites=wanted)
