"""Why a request is not in a schedule, and which single change would let it in."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from pydantic.dataclasses import dataclass

from scheduler.errors import NotFound
from scheduler.model.base import STRICT, Id, Moment
from scheduler.model.problem import Problem
from scheduler.model.schedule import Reason, Schedule
from scheduler.model.text import duration_text
from scheduler.placement.cost import completion_minute
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place_shape
from scheduler.placement.reasons import find_reasons
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.instance import Instance, TickRequest, TickRequirement
from scheduler.ticks.uses import beside_bookings

MOST_TRIED = 24
"""Of the candidates of one requirement, so many are tried as the one more to have."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Cure:
    """One change, alone, with everything else as it is: does it let the request in, and when would it be complete?"""

    change: Literal["later_deadline", "one_more", "others_move"]
    helps: bool
    resources: tuple[Id, ...] = ()
    complete: Moment | None = None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Explanation:
    """What keeps a request out (never empty), and what was tried to let it in."""

    request: Id
    reasons: tuple[Reason, ...]
    cures: tuple[Cure, ...]


def explain(problem: Problem, schedule: Schedule, request_id: str) -> Explanation:
    """Why the request does not fit beside the bookings of `schedule`, and which single changes cure it.

    Movable bookings of the request itself count as free. Raises: NotFound if the problem has no such request.
    """
    request = next((each for each in problem.requests if each.id == request_id), None)
    if request is None:
        raise NotFound(f"the problem has no request {request_id!r}")
    # Only this request is compiled; whatever others have booked is simply taken.
    alone = replace(problem, requests=(request,), in_force=tuple(each for each in problem.in_force if each.booking.request == request_id))
    others = {each.id: each for each in problem.requests if each.id != request_id}
    instance = compile_problem(alone, around=tuple(others.values()))
    frozen = {each.booking.key for each in problem.in_force if each.frozen}
    taken = [(others[each.request], each) for each in schedule.bookings if each.request in others]
    instance, fixed = beside_bookings(instance, alone, (each for each in taken if each[1].key in frozen))
    instance = replace(instance, fixed_uses=(*instance.fixed_uses, *fixed))
    stripped = Occupancy(instance)
    instance, movable = beside_bookings(instance, alone, (each for each in taken if each[1].key not in frozen))
    # Not a copy of the stripped one: quotas count the movable bookings of the same company as well.
    occupancy = Occupancy(instance)
    for use in movable:
        occupancy.block_use(use)
    tick_request = replace(instance.requests[0], current=())
    reasons = find_reasons(instance, occupancy, 0)
    if all(each.code in ("cost", "not_found") for each in reasons):
        # It fits as things are: no change of what is free is needed.
        return Explanation(request=request_id, reasons=reasons, cures=())
    cures = [_later(instance, occupancy, tick_request, request.deadline)]
    cures += _one_more(instance, occupancy, tick_request)
    cures.append(_others_move(instance, stripped, tick_request))
    return Explanation(request=request_id, reasons=reasons, cures=tuple(cures))


def _fit(instance: Instance, occupancy: Occupancy, request: TickRequest) -> datetime | None:
    """When the request would be complete; None if it does not fit."""
    placed = place_shape(instance, occupancy, occupancy.shapes.build(request))
    return None if placed is None else instance.origin + timedelta(minutes=completion_minute(instance, request, placed.placement))


def _later(instance: Instance, occupancy: Occupancy, request: TickRequest, deadline: datetime | None) -> Cure:
    if deadline is None:
        return Cure(change="later_deadline", helps=False, detail="it has no deadline; only a longer horizon would give it more time")
    tasks = tuple(
        replace(task, modes=tuple(replace(mode, last_start=max(mode.last_start, instance.ticks - mode.ticks)) for mode in task.modes)) for task in request.tasks
    )
    complete = _fit(instance, occupancy, replace(request, tasks=tasks))
    if complete is None:
        return Cure(change="later_deadline", helps=False, detail="a later deadline, even at the end of the horizon")
    detail = f"a deadline later by {duration_text(max(complete - deadline, timedelta(0)))} (complete at {instance.told(complete)})"
    return Cure(change="later_deadline", helps=True, complete=complete, detail=detail)


def _one_more(instance: Instance, occupancy: Occupancy, request: TickRequest) -> list[Cure]:
    """One cure per different set of candidates: one more of them, alike and unbooked."""
    cures: dict[tuple[int, ...], Cure] = {}
    for task in request.tasks:
        for mode in task.modes:
            for requirement in mode.requirements:
                if requirement.candidates and requirement.candidates not in cures:
                    cures[requirement.candidates] = _one_more_of(instance, occupancy, request, requirement, task.id)
    return list(cures.values())


def _one_more_of(instance: Instance, occupancy: Occupancy, request: TickRequest, requirement: TickRequirement, task: str) -> Cure:
    for resource in requirement.candidates[:MOST_TRIED]:
        # A unit whose bookings do not count is as good as a new one like it.
        freed = occupancy.copy()
        freed.release(resource)
        complete = _fit(instance, freed, request)
        if complete is not None:
            name = instance.resources[resource].id
            detail = f"one more like {name} (complete at {instance.told(complete)})"
            return Cure(change="one_more", helps=True, resources=(name,), complete=complete, detail=detail)
    names = tuple(instance.resources[each].id for each in requirement.candidates[:MOST_TRIED])
    return Cure(change="one_more", helps=False, resources=names, detail=f"one more for {requirement.id!r} of task {task!r}")


def _others_move(instance: Instance, stripped: Occupancy, request: TickRequest) -> Cure:
    complete = _fit(instance, stripped, request)
    if complete is None:
        return Cure(change="others_move", helps=False, detail="room made by other requests' bookings that may move")
    at_best = f"complete at {instance.told(complete)} at best; whether these find another place is not looked at"
    detail = f"room made by other requests' bookings that may move ({at_best})"
    return Cure(change="others_move", helps=True, complete=complete, detail=detail)
