"""Whether a problem, or one request, can be planned at all: what came in wrong is refused with its path."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from scheduler.errors import InputError, UnknownReference
from scheduler.model.base import EARLIEST, LATEST, LONGEST
from scheduler.model.lab import Lab
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Request
from scheduler.model.text import did_you_mean
from scheduler.model.window import Window, window
from scheduler.planning.changeover_check import check_changeovers
from scheduler.planning.eligible import Eligibility
from scheduler.planning.empty_lab import EmptyLab
from scheduler.planning.lab_check import check_lab, refuse_twice, refuse_unknown
from scheduler.planning.quota_check import check_quotas
from scheduler.planning.request_check import RequestCheck
from scheduler.planning.ways_check import check_ways

MAX_TICKS = 400_000
"""Longest horizon in ticks: eleven years of quarter hours. More is a mistake in a date rather than a wish."""


FIRST_HORIZON, LAST_HORIZON = EARLIEST + timedelta(days=366), LATEST - timedelta(days=366)
"""Horizons lie between these: what is worked out around them (the day before, the weeks after) can then always be said."""


def check_problem(problem: Problem) -> None:
    """The problem is complete in itself and every task has a mode that the lab has resources for.

    Time is looked at only as far as the horizon goes: a request that is in order but fits nowhere
    is no fault of the input, it comes out of planning as unserved, with its reasons. But a series
    longer than its dates allow, and a hard quota below one task, contradict themselves.

    Raises: UnknownReference, TaskCannotFit or another InputError, with the path of the fault.
    """
    check_lab(problem.lab)
    _check_horizon(problem)
    refuse_twice((each.id for each in problem.requests), "requests")
    refuse_twice((each.id for each in problem.companies), "companies")
    eligibility = Eligibility(problem.lab)
    checker = RequestCheck(problem.lab, eligibility)
    within = _within(problem.now, problem.horizon)
    frozen = {each.booking.request for each in problem.in_force if each.frozen}
    for index, request in enumerate(problem.requests):
        # What is frozen may have begun before the horizon.
        checker.check(request, f"requests[{index}]", None if request.id in frozen else within)
    check_changeovers(problem.lab, checker)
    check_ways(problem.lab, checker, problem.requests)
    check_quotas(problem, checker, eligibility)
    _check_in_force(problem)


def check_request(lab: Lab, request: Request, now: datetime, horizon: Window, *, eligibility: Eligibility | None = None) -> None:
    """The request is in order and each of its tasks fits `horizon`, from `now` on, in a lab without any other work.

    `eligibility` of the same lab saves the work of making it again for each of many requests. The
    lab itself is taken to be in order.

    Raises: UnknownReference, InputError, or TaskCannotFit, which says which rule refuses it; paths start at the request.
    """
    eligibility = eligibility or Eligibility(lab)
    checker = RequestCheck(lab, eligibility)
    checker.check(request, within=_within(now, horizon) if now < horizon.end else None)
    check_changeovers(lab, checker, known=True)
    check_ways(lab, checker, (request,))
    EmptyLab(lab, checker).check(request, now, horizon)


def _within(now: datetime, horizon: Window) -> Window:
    return window(max(now, horizon.start), horizon.end)


def _check_horizon(problem: Problem) -> None:
    if problem.now >= problem.horizon.end:
        raise InputError(f"{problem.now.isoformat()} is not before the end of the horizon, {problem.horizon.end.isoformat()}; give a later horizon", "now")
    if problem.horizon.start < FIRST_HORIZON or problem.horizon.end > LAST_HORIZON:
        raise InputError(f"from {problem.horizon.start.date()} to {problem.horizon.end.date()} is no time that can be planned; check the years", "horizon")
    ticks = problem.horizon.length / problem.policy.resolution
    if ticks > MAX_TICKS:
        raise InputError(f"{ticks:,.0f} steps of policy.resolution are more than {MAX_TICKS:,}; shorten the horizon or lengthen the resolution", "horizon")


def _check_in_force(problem: Problem) -> None:
    requests = {each.id: each for each in problem.requests}
    resources = {each.id: each for each in problem.lab.resources}
    seen: dict[tuple[str, str], int] = {}
    for index, each in enumerate(problem.in_force):
        path = f"in_force[{index}].booking"
        key = each.booking.key
        if key in seen:
            raise InputError(f"task {key[1]!r} of request {key[0]!r} is already booked by in_force[{seen[key]}]; keep one of them", path)
        seen[key] = index
        _check_booking(each, requests, path)
        if each.booking.window.start < problem.horizon.start - LONGEST or each.booking.window.end > problem.horizon.end + LONGEST:
            raise InputError("a booking more than a hundred years from the horizon; check the years, or remove it", f"{path}.window")
        if each.frozen:
            # A movable booking may name what is gone since: it then has to move. A frozen one cannot.
            for number, allocation in enumerate(each.booking.allocations):
                for place, name in enumerate(allocation.resources):
                    where = f"{path}.allocations[{number}]"
                    if name not in resources:
                        refuse_unknown("resource", name, resources, f"{where}.resources[{place}]")
                    if resources[name].batch and allocation.run_id is None:
                        raise InputError(f"{name} works in closed runs; say which one this booking is in", f"{where}.run_id")
                    if not resources[name].batch and allocation.run_id is not None:
                        raise InputError(f"{name} does not work in closed runs; leave the run out", f"{where}.run_id")


def _check_booking(each: InForce, requests: Mapping[str, Request], path: str) -> None:
    booking = each.booking
    request = requests.get(booking.request)
    if request is None:
        refuse_unknown("request", booking.request, requests, f"{path}.request")
    task = next((task for task in request.tasks if task.id == booking.task), None)
    if task is None:
        refuse_unknown("task", booking.task, [task.id for task in request.tasks], f"{path}.task")
    mode = next((mode for mode in task.modes if mode.id == booking.mode), None)
    if mode is None:
        refuse_unknown("mode", booking.mode, [mode.id for mode in task.modes], f"{path}.mode")
    known = [requirement.id for requirement in mode.requirements]
    named = [allocation.requirement for allocation in booking.allocations]
    for number, name in enumerate(named):
        where = f"{path}.allocations[{number}].requirement"
        if name not in known:
            raise UnknownReference(f"the mode {mode.id!r} has no requirement {name!r}{did_you_mean(name, known) or '; correct the id'}", where)
        if name in named[:number]:
            raise InputError(f"the requirement {name!r} is served twice; put all its resources into one allocation", where)
    missing = [name for name in known if name not in named]
    if missing:
        raise InputError(f"nothing serves the requirement {missing[0]!r}; add its allocation", f"{path}.allocations")
