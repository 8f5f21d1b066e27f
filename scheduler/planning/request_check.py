"""Whether a lab can serve a request at all: everything named exists, somebody is qualified, something is large enough."""

from dataclasses import dataclass

from scheduler.errors import InputError, TaskCannotFit, UnknownReference
from scheduler.model.lab import Lab
from scheduler.model.request import Mode, Precedence, Request, Requirement, Select
from scheduler.model.text import did_you_mean, list_text
from scheduler.planning.eligible import Eligibility
from scheduler.planning.lab_check import check_names
from scheduler.planning.order_check import check_links, check_order


@dataclass(frozen=True, slots=True)
class _Fault:
    kind: type[InputError]
    path: str
    message: str


_UNSEEN = _Fault(InputError, "", "not looked at yet")


class RequestCheck:
    """Checks the requests of one lab; each set of modes is looked at once, as most requests are alike."""

    def __init__(self, lab: Lab, eligibility: Eligibility) -> None:
        self._lab = lab
        self._eligibility = eligibility
        self._sites = {each.id for each in lab.sites}
        self._resources = {each.id for each in lab.resources}
        self._skills = {each.name for resource in lab.resources for each in resource.qualifications}
        self._faults: dict[tuple[Mode, ...], _Fault | None] = {}
        self._orders: set[tuple[tuple[str, ...], tuple[Precedence, ...]]] = set()

    def check(self, request: Request, path: str = "") -> None:
        """`request` names only what exists, and each of its tasks has a mode that the lab has resources for.

        Looks at ids, order, links, qualifications by name, features, capacity and counts; not at time.
        Raises: UnknownReference, InputError, TaskCannotFit, with the path below `path`.
        """
        for index, task in enumerate(request.tasks):
            fault = self._faults.get(task.modes, _UNSEEN)
            if fault is _UNSEEN:
                fault = self._faults[task.modes] = self._search(task.modes)
            if fault is not None:
                raise fault.kind(fault.message, f"{_below(path, 'tasks')}[{index}].{fault.path}")
        if request.precedences:
            order = (tuple([each.id for each in request.tasks]), request.precedences)
            if order not in self._orders:
                check_order(*order, path)
                self._orders.add(order)
        if request.links:
            check_links({task.id: [mode.requirements for mode in task.modes] for task in request.tasks}, request.links, path)

    def capable(self, requirement: Requirement) -> tuple[int, ...]:
        """Positions of the resources that may serve `requirement` and have its demand."""
        resources = self._lab.resources
        return tuple(each for each in self._eligibility.candidates(requirement.select) if resources[each].capacity >= requirement.demand)

    def refusal(self, requirement: Requirement) -> str | None:
        """Why no resources of the lab can serve `requirement` at any time; None if some can."""
        candidates = self._eligibility.candidates(requirement.select)
        if not candidates:
            return self._nobody(requirement.select)
        resources, missing = self._lab.resources, requirement.count
        for each in candidates:
            missing -= resources[each].capacity >= requirement.demand
            if not missing:
                return None
        capable = self.capable(requirement)
        if not capable:
            largest = max(self._lab.resources[each].capacity for each in candidates)
            return f"{requirement.demand} units are asked of one resource, but the largest that may serve has {largest}; lower the demand or split the request"
        names = list_text(self._lab.resources[each].id for each in capable)
        return f"{requirement.count} resources are asked, but only {len(capable)} may serve ({names}); lower the count or allow more resources"

    def _search(self, modes: tuple[Mode, ...]) -> _Fault | None:
        refused: list[_Fault] = []
        for index, mode in enumerate(modes):
            first: _Fault | None = None
            for number, requirement in enumerate(mode.requirements):
                where = f"modes[{index}].requirements[{number}]"
                try:
                    check_names(requirement, self._resources, self._sites, where)
                except UnknownReference as error:
                    return _Fault(UnknownReference, error.path, error.message)
                reason = self.refusal(requirement)
                if reason is not None and first is None:
                    first = _Fault(TaskCannotFit, where, reason)
            if first is not None:
                refused.append(first)
        # A mode that cannot be served is fine while another can.
        return refused[0] if len(refused) == len(modes) else None

    def _nobody(self, select: Select) -> str:
        if select.qualification is not None:
            who = "nobody" if select.kind in (None, "person") else f"no {select.kind}"
            what = f"{who} is qualified for {select.qualification!r}"
            if select.qualification not in self._skills:
                return what + (did_you_mean(select.qualification, self._skills) or "; qualify a resource for it or ask for another skill")
        else:
            what = f"there is no {select.kind or 'resource'}"
        if select.ids:
            what += f" among {list_text(select.ids)}"
        if select.sites:
            what += f" at {list_text(select.sites)}"
        if select.features:
            what += " with " + list_text(f"{each.name} from {each.low:g} to {each.high:g}" for each in select.features)
        return f"{what}; widen the choice or add such a resource"


def _below(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field
