"""Whether quotas name what exists, and leave room for each single task."""

from collections.abc import Collection
from datetime import timedelta

from scheduler.errors import InputError
from scheduler.model.problem import Problem, Quota
from scheduler.model.request import Mode, Requirement
from scheduler.model.text import duration_text
from scheduler.planning.eligible import Eligibility
from scheduler.planning.lab_check import check_select, refuse_twice, refuse_unknown
from scheduler.planning.request_check import RequestCheck
from scheduler.planning.serving import part_of


def check_quotas(problem: Problem, checker: RequestCheck, eligibility: Eligibility) -> None:
    """Ids are used once, companies, resources and sites exist, and no hard quota is below the shortest time of a task that is not frozen.

    Raises: UnknownReference, InputError, with the path of the quota.
    """
    if not problem.quotas:
        return
    refuse_twice((each.id for each in problem.quotas), "quotas")
    companies = {each.id for each in problem.companies} | {each.company for each in problem.requests}
    resources, sites = {each.id for each in problem.lab.resources}, {each.id for each in problem.lab.sites}
    for index, quota in enumerate(problem.quotas):
        check_select(quota.select, resources, sites, f"quotas[{index}].select")
        if quota.company is not None and quota.company not in companies:
            refuse_unknown("company", quota.company, companies, f"quotas[{index}].company")
    frozen = {each.booking.key for each in problem.in_force if each.frozen}
    for index, quota in enumerate(problem.quotas):
        if quota.price is None:
            _check_room(problem, quota, _Least(checker, frozenset(eligibility.candidates(quota.select))), frozen, f"quotas[{index}].most")


def _check_room(problem: Problem, quota: Quota, least: "_Least", frozen: Collection[tuple[str, str]], path: str) -> None:
    for request in problem.requests:
        if quota.company not in (None, request.company):
            continue
        for task in request.tasks:
            needed = least.of(task.modes)
            if needed > quota.most and (request.id, task.id) not in frozen:
                raise InputError(
                    f"task {task.id!r} of request {request.id!r} alone takes {duration_text(needed)} of these resources, more than "
                    f"{duration_text(quota.most)}; raise it, give it a price, or leave the request out",
                    path,
                )


class _Least:
    """The least time that a task takes of some resources, over its modes and whoever else may serve."""

    def __init__(self, checker: RequestCheck, counted: frozenset[int]) -> None:
        self._checker = checker
        self._counted = counted
        self._known: dict[tuple[Mode, ...], timedelta] = {}

    def of(self, modes: tuple[Mode, ...]) -> timedelta:
        found = self._known.get(modes)
        if found is None:
            possible = [mode for mode in modes if not any(self._checker.refusal(each) for each in mode.requirements)]
            found = self._known[modes] = min(map(self._in, possible), default=timedelta(0))
        return found

    def _in(self, mode: Mode) -> timedelta:
        return sum((self._forced(each) * _length(each, mode) for each in mode.requirements), timedelta(0))

    def _forced(self, requirement: Requirement) -> int:
        """How many of those counted must serve, even if all others do."""
        others = sum(each not in self._counted for each in self._checker.capable(requirement))
        return max(0, requirement.count - others)


def _length(requirement: Requirement, mode: Mode) -> timedelta:
    begin, end = part_of(requirement, mode.duration)
    return end - begin
