"""What-if questions answered as problems: the changes of a scenario, applied one after the other."""

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from scheduler.errors import InputError
from scheduler.model.catalogue import Method
from scheduler.model.lab import Closure, Lab, Resource
from scheduler.model.problem import InForce, Problem, Quota
from scheduler.model.request import Request, Requirement
from scheduler.model.scenario import AddResource, Change, CloseSite, RemoveResource, ScaleDemand, Scenario, Scenarios
from scheduler.model.window import Window, window
from scheduler.planning.lab_check import check_resource, refuse_twice, refuse_unknown

MAX_ID = 120


def apply_scenario(problem: Problem, scenario: Scenario, path: str = "") -> Problem:
    """`problem` after the changes of `scenario`, in order; a problem like any other, in order if `problem` was.

    `path` is where the scenario stands in its file (`scenarios[2]`), for messages.
    Raises: UnknownReference or InputError, with the path of the change.
    """
    for index, change in enumerate(scenario.changes):
        where = f"{path}.changes[{index}]" if path else f"changes[{index}]"
        problem = _apply(problem, change, where)
    return problem


def apply_scenarios(problem: Problem, scenarios: Scenarios) -> tuple[Problem, ...]:
    """`problem` after each scenario, each applied to the original. Raises: as `apply_scenario`; InputError for an id used twice."""
    refuse_twice((each.id for each in scenarios.scenarios), "scenarios")
    return tuple(apply_scenario(problem, each, f"scenarios[{index}]") for index, each in enumerate(scenarios.scenarios))


def _apply(problem: Problem, change: Change, path: str) -> Problem:
    match change:
        case AddResource():
            return _add(problem, change, path)
        case RemoveResource():
            return _remove(problem, change, path)
        case CloseSite():
            return _close(problem, change, path)
        case ScaleDemand():
            return _scale(problem, change)
        case _:
            assert_never(change)


def _add(problem: Problem, change: AddResource, path: str) -> Problem:
    lab = problem.lab
    known = {each.id: each for each in lab.resources}
    if (change.like is None) == (change.resource is None):
        raise InputError("give either `like`, the id of a resource to copy, or `resource`, a whole new one", path)
    if change.resource is not None:
        _check_new(lab, change.resource, path)
        original = change.resource
        first: tuple[Resource, ...] = (original,)
    else:
        if change.like not in known:
            refuse_unknown("resource", str(change.like), known, f"{path}.like")
        original, first = known[change.like], ()
    taken = {*known, original.id}
    added = list(first)
    while len(added) < change.count:
        added.append(replace(original, id=copy_id(original.id, taken)))
    names = tuple(each.id for each in added if each.id != original.id)
    # A copy serves wherever the original does, also where it is named by id.
    wider = _Rewriter(lambda ids: (*ids, *names) if original.id in ids else ids)
    lab = replace(lab, resources=(*lab.resources, *added), methods=tuple(wider.method(each) for each in lab.methods))
    return replace(problem, lab=lab, requests=tuple(map(wider.request, problem.requests)), quotas=tuple(map(wider.quota, problem.quotas)))


def _check_new(lab: Lab, resource: Resource, path: str) -> None:
    if any(each.id == resource.id for each in lab.resources):
        raise InputError(
            f"the id {resource.id!r} is already a resource of the lab; give the new one its own id, or use `like` to copy it", f"{path}.resource.id"
        )
    check_resource(lab, resource, f"{path}.resource", [each.id for each in lab.sites], [each.id for each in lab.calendars])


def _remove(problem: Problem, change: RemoveResource, path: str) -> Problem:
    lab = problem.lab
    if all(each.id != change.resource for each in lab.resources):
        refuse_unknown("resource", change.resource, [each.id for each in lab.resources], f"{path}.resource")
    # Shut for good rather than cut out: whatever names the resource stays in order, and requests
    # that only it could serve come out of planning as unserved instead of spoiling the problem.
    moments = [problem.now, problem.horizon.start, problem.horizon.end, *(m for each in problem.in_force for m in _span(each))]
    shut = Closure(window=window(min(moments), max(moments)), reason="removed")
    resources = tuple(replace(each, closures=(*each.closures, shut)) if each.id == change.resource else each for each in lab.resources)
    kept = tuple(each for each in problem.in_force if change.resource not in each.booking.resources)
    return replace(problem, lab=replace(lab, resources=resources), in_force=kept)


def _span(each: InForce) -> tuple[datetime, datetime]:
    return each.booking.window.start, each.booking.window.end


def _close(problem: Problem, change: CloseSite, path: str) -> Problem:
    lab = problem.lab
    if all(each.id != change.site for each in lab.sites):
        refuse_unknown("site", change.site, [each.id for each in lab.sites], f"{path}.site")
    shut = Closure(window=change.window, reason="site closed")
    here = {each.id for each in lab.resources if each.site == change.site}
    resources = tuple(replace(each, closures=(*each.closures, shut)) if each.id in here else each for each in lab.resources)
    bookings = tuple(_thawed(each, here, change.window) for each in problem.in_force)
    return replace(problem, lab=replace(lab, resources=resources), in_force=bookings)


def _thawed(each: InForce, here: set[str], shut: Window) -> InForce:
    # What stands in a closed site cannot stay, so it may move (at its price).
    if each.frozen and each.booking.window.overlaps(shut) and not here.isdisjoint(each.booking.resources):
        return replace(each, frozen=False)
    return each


def _scale(problem: Problem, change: ScaleDemand) -> Problem:
    draw = random.Random(change.seed)  # noqa: S311 - a repeatable choice, nothing secret
    requests = problem.requests
    wanted = round(len(requests) * change.factor)
    if wanted < len(requests):
        frozen = {each.booking.request for each in problem.in_force if each.frozen}
        order = draw.sample(range(len(requests)), len(requests))
        # Work that is frozen has come already: leave it out last.
        order.sort(key=lambda position: requests[position].id in frozen)
        dropped = {requests[position].id for position in order[: len(requests) - wanted]}
        kept = tuple(each for each in requests if each.id not in dropped)
        # A quota of a company that is gone would name somebody unknown.
        companies = {each.id for each in problem.companies} | {each.company for each in kept}
        return replace(
            problem,
            requests=kept,
            quotas=tuple(each for each in problem.quotas if each.company is None or each.company in companies),
            in_force=tuple(each for each in problem.in_force if each.booking.request not in dropped),
        )
    taken = {each.id for each in requests}
    copies: list[Request] = []
    while len(requests) + len(copies) < wanted:
        missing = wanted - len(requests) - len(copies)
        chosen = sorted(draw.sample(range(len(requests)), min(missing, len(requests))))
        copies += [replace(requests[position], id=copy_id(requests[position].id, taken)) for position in chosen]
    return replace(problem, requests=(*requests, *copies))


def copy_id(original: str, taken: set[str]) -> str:
    """An id for a copy of `original` that is not in `taken`, and is from now on: `chamber-1~2`, `chamber-1~3`."""
    number = 2
    while True:
        ending = f"~{number}"
        name = original[: MAX_ID - len(ending)] + ending
        if name not in taken:
            taken.add(name)
            return name
        number += 1


class _Rewriter:
    """Writes requests, methods and quotas anew with other ids in their selects; what does not change stays the same object."""

    def __init__(self, rewrite: Callable[[tuple[str, ...]], tuple[str, ...]]) -> None:
        self._rewrite = rewrite

    def request(self, request: Request) -> Request:
        tasks = []
        for task in request.tasks:
            modes = []
            for mode in task.modes:
                requirements = self._all(mode.requirements)
                modes.append(mode if requirements is mode.requirements else replace(mode, requirements=requirements))
            same = all(new is old for new, old in zip(modes, task.modes, strict=True))
            tasks.append(task if same else replace(task, modes=tuple(modes)))
        same = all(new is old for new, old in zip(tasks, request.tasks, strict=True))
        return request if same else replace(request, tasks=tuple(tasks))

    def method(self, method: Method) -> Method:
        steps = tuple(replace(each, requirements=self._all(each.requirements)) for each in method.steps)
        return method if steps == method.steps else replace(method, steps=steps)

    def quota(self, quota: Quota) -> Quota:
        ids = self._rewrite(quota.select.ids)
        return quota if ids == quota.select.ids else replace(quota, select=replace(quota.select, ids=ids))

    def _all(self, requirements: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
        changed: Iterable[Requirement] = [self._one(each) for each in requirements]
        return requirements if all(new is old for new, old in zip(changed, requirements, strict=True)) else tuple(changed)

    def _one(self, requirement: Requirement) -> Requirement:
        ids = self._rewrite(requirement.select.ids)
        return requirement if ids == requirement.select.ids else replace(requirement, select=replace(requirement.select, ids=ids))
