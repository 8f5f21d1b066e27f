"""What a run plans: the problem of this moment, without what would make it impossible for everybody. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from scheduler.errors import InputError
from scheduler.model.base import STRICT, Id
from scheduler.model.lab import Lab
from scheduler.model.policy import Policy
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Mode, Request, Requirement, Task
from scheduler.model.schedule import Booking, Reason
from scheduler.model.window import Window, window
from scheduler.planning import build_problem, check_problem
from scheduler.planning.eligible import Eligibility
from scheduler.planning.request_check import RequestCheck

HORIZON = timedelta(weeks=13)
LONGEST_HORIZON = timedelta(weeks=104)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class LeftOut:
    """A request that the lab as it is now cannot serve at all; publishing the draft cancels `bookings`."""

    request: Id
    reasons: tuple[Reason, ...]
    bookings: Annotated[tuple[Booking, ...], Field()] = ()


def default_horizon(now: datetime, requests: tuple[Request, ...]) -> Window:
    """From `now` for 13 weeks, and so much longer that the longest request, from its release on, has 13 weeks of choice; at most two years."""
    ends = [now + HORIZON]
    for each in requests:
        length = sum((min(mode.duration for mode in task.modes) for task in each.tasks), timedelta())
        ends.append(max(now, each.release or now) + length + HORIZON)
    return window(now, min(max(ends), now + LONGEST_HORIZON))


def snapshot(
    lab: Lab, requests: tuple[Request, ...], bookings: tuple[Booking, ...], policy: Policy, now: datetime, horizon: Window
) -> tuple[Problem, tuple[LeftOut, ...]]:
    """The problem of planning these requests, given these bookings in force, and the requests it leaves out.

    The lab changes after requests were accepted. Resources that a request names and that are gone
    are forgotten while others remain; a request for which nothing remains is left out, so that it
    does not spoil the plan of the others.

    Raises: InputError if the lab, the policy or the horizon is at fault.
    """
    checker = RequestCheck(lab, Eligibility(lab))
    known = frozenset(each.id for each in lab.resources)
    sites = frozenset(each.id for each in lab.sites)
    kept: list[Request] = []
    left: list[LeftOut] = []
    booked = {each.request for each in bookings}
    ahead = window(max(now, horizon.start), horizon.end) if now < horizon.end else None
    for each in requests:
        # A series that has begun is not measured from now on.
        within = None if each.id in booked else ahead
        fault = _fault(checker, each, within)
        if fault is not None:
            each = _without_unknown(each, known, sites)
            fault = _fault(checker, each, within)
        if fault is None:
            kept.append(each)
        else:
            own = tuple(booking for booking in bookings if booking.request == each.id)
            left.append(LeftOut(request=each.id, reasons=(Reason(code="qualification", detail=fault),), bookings=own))
    gone = {each.request for each in left}
    in_force = tuple(InForce(booking=booking) for booking in bookings if booking.request not in gone)
    problem = build_problem(lab, kept, in_force, policy, now, horizon)
    check_problem(problem)
    return problem, tuple(left)


def _fault(checker: RequestCheck, request: Request, within: Window | None) -> str | None:
    try:
        checker.check(request, within=within)
    except InputError as error:
        return str(error)
    return None


def _without_unknown(request: Request, resources: frozenset[str], sites: frozenset[str]) -> Request:
    def requirement(each: Requirement) -> Requirement:
        ids = tuple(name for name in each.select.ids if name in resources) or each.select.ids
        places = tuple(name for name in each.select.sites if name in sites) or each.select.sites
        preferred = tuple(name for name in each.preferred if name in resources)
        return replace(each, select=replace(each.select, ids=ids, sites=places), preferred=preferred)

    def mode(each: Mode) -> Mode:
        return replace(each, requirements=tuple(map(requirement, each.requirements)))

    def task(each: Task) -> Task:
        return replace(each, modes=tuple(map(mode, each.modes)))

    return replace(request, tasks=tuple(map(task, request.tasks)))
