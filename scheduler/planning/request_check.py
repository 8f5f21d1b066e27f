"""Whether a lab can serve a request at all: everything named exists, somebody is qualified, something is large enough."""

from dataclasses import dataclass

from scheduler.errors import InputError, TaskCannotFit, UnknownReference
from scheduler.model.lab import Lab
from scheduler.model.request import Mode, Precedence, Request, Requirement, Select, Series, Task
from scheduler.model.text import did_you_mean, list_text
from scheduler.model.window import Window
from scheduler.planning.eligible import Eligibility, place_of
from scheduler.planning.lab_check import check_names, refuse_unknown
from scheduler.planning.order_check import check_links, check_order
from scheduler.planning.series_check import below, check_series


@dataclass(frozen=True, slots=True)
class _Fault:
    kind: type[InputError]
    path: str
    message: str


_UNSEEN = _Fault(InputError, "", "not looked at yet")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a requirement is refused, and which of its fields is at fault (empty: all of it)."""

    field: str
    text: str


class RequestCheck:
    """Checks the requests of one lab; each set of modes is looked at once, as most requests are alike."""

    def __init__(self, lab: Lab, eligibility: Eligibility) -> None:
        self._lab = lab
        self._eligibility = eligibility
        self._sites = {each.id for each in lab.sites}
        self._calendars = {each.id for each in lab.calendars}
        self._resources = {each.id for each in lab.resources}
        self._skills = {each.name for resource in lab.resources for each in resource.qualifications}
        self._faults: dict[tuple[Mode, ...], _Fault | None] = {}
        self._orders: set[tuple[tuple[str, ...], tuple[Precedence, ...], tuple[Series, ...]]] = set()

    def check(self, request: Request, path: str = "", within: Window | None = None) -> None:
        """`request` names only what exists, and each of its tasks has a mode that the lab has resources for.

        Looks at ids, order, links, qualifications by name, features, recipes, capacity and counts; of
        time only at dates that contradict each other and at series longer than `within`.
        Raises: UnknownReference, InputError, TaskCannotFit, with the path below `path`.
        """
        for index, task in enumerate(request.tasks):
            fault = self._faults.get(task.modes, _UNSEEN)
            if fault is _UNSEEN:
                fault = self._faults[task.modes] = self._search(task.modes)
            if fault is not None:
                raise fault.kind(fault.message, f"{below(path, 'tasks')}[{index}].{fault.path}")
            self._check_task(request, task, f"{below(path, 'tasks')}[{index}]")
        if request.precedences or request.series:
            order = (tuple([each.id for each in request.tasks]), request.precedences, request.series)
            if order not in self._orders:
                check_order(order[0], request.precedences, path, request.series)
                self._orders.add(order)
        if request.links:
            check_links({task.id: [mode.requirements for mode in task.modes] for task in request.tasks}, request.links, path)
        if request.series:
            check_series(request, path, within)
        if request.shipment is not None and self._lab.courier is None:
            raise InputError("the lab does not say how specimens are sent; give lab.courier, or leave the shipment out", below(path, "shipment"))

    def modes_seen(self) -> tuple[Mode, ...]:
        """All modes of the tasks checked so far, each once."""
        return tuple(dict.fromkeys(mode for modes in self._faults for mode in modes))

    def capable(self, requirement: Requirement) -> tuple[int, ...]:
        """Positions of the resources that may serve `requirement`, can hold its recipe and have its demand."""
        resources = self._lab.resources
        return tuple(each for each in self._eligibility.candidates_for(requirement) if resources[each].capacity >= requirement.demand)

    def refusal(self, requirement: Requirement) -> Refusal | None:
        """Why no resources of the lab can serve `requirement` at any time; None if some can."""
        admitted = self._eligibility.candidates(requirement.select)
        if not admitted:
            return Refusal("", self._nobody(requirement.select))
        candidates = self._eligibility.candidates_for(requirement)
        if not candidates:
            names = list_text(self._lab.resources[each].id for each in admitted)
            known = dict.fromkeys(name for each in admitted for name in self._lab.resources[each].recipes)
            hint = did_you_mean(str(requirement.recipe), known) or "; add it to the recipes of one, or widen the choice"
            return Refusal("recipe", f"none of {names} holds the recipe {requirement.recipe!r}{hint}")
        resources, missing = self._lab.resources, requirement.count
        for each in candidates:
            missing -= resources[each].capacity >= requirement.demand
            if not missing:
                return self._too_few_institutes(requirement)
        capable = self.capable(requirement)
        if not capable:
            largest = max(self._lab.resources[each].capacity for each in candidates)
            return Refusal(
                "", f"{requirement.demand} units are asked of one resource, but the largest that may serve has {largest}; lower the demand or split the request"
            )
        names = list_text(self._lab.resources[each].id for each in capable)
        return Refusal("", f"{requirement.count} resources are asked, but only {len(capable)} may serve ({names}); lower the count or allow more resources")

    def _too_few_institutes(self, requirement: Requirement) -> Refusal | None:
        if not requirement.different_institutes or requirement.count == 1:
            return None
        institutes = {each.id: each.institute for each in self._lab.sites}
        sites = [self._lab.resources[each].site for each in self.capable(requirement)]
        # Who has no site is of no institute, so beside anybody.
        found = sites.count(None) + len({institutes[each] for each in sites if each is not None})
        if found >= requirement.count:
            return None
        return Refusal("different_institutes", f"{requirement.count} resources of different institutes are asked, but those that may serve are of {found}")

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
                    first = _Fault(TaskCannotFit, below(where, reason.field) if reason.field else where, reason.text)
                misuse = None if reason is not None else self._misuse(requirement)
                if misuse is not None:
                    return _Fault(InputError, f"{where}.{misuse.field}", misuse.text)
            if first is not None:
                refused.append(first)
        # A mode that cannot be served is fine while another can.
        return refused[0] if len(refused) == len(modes) else None

    def _misuse(self, requirement: Requirement) -> Refusal | None:
        """What `requirement` asks, or leaves open, that a resource which may serve it cannot be asked."""
        for position in self.capable(requirement):
            each = self._lab.resources[position]
            if each.changeover is not None and requirement.recipe is None:
                return Refusal("recipe", f"{each.id} is changed over between recipes, so whoever may take it needs one; name it, or choose other resources")
            if each.batch and requirement.during != "whole":
                return Refusal("during", f'{each.id} works in closed runs, so it is taken for the whole task; write "whole", or choose other resources')
            if each.batch and requirement.count > 1:
                return Refusal("count", f"{each.id} works in closed runs, one for each requirement; write 1 and give each its own requirement")
        return None

    def _check_task(self, request: Request, task: Task, path: str) -> None:
        if task.site is not None:
            self._check_site(task, path)
        for field, name in (("pauses_in", task.pauses_in), ("within", task.within)):
            if name is not None and name not in self._calendars:
                refuse_unknown("calendar", name, self._calendars, f"{path}.{field}")
        if task.pauses_in is not None:
            for requirement in (each for mode in task.modes for each in mode.requirements):
                batch = next((each for position in self.capable(requirement) if (each := self._lab.resources[position]).batch), None)
                if batch is not None:
                    raise InputError(f"{batch.id} works in closed runs, which do not pause; remove it, or choose other resources", f"{path}.pauses_in")
        if task.release is not None or task.deadline is not None:
            _check_dates(request, task, path)

    def _check_site(self, task: Task, path: str) -> None:
        if task.site not in self._sites:
            refuse_unknown("site", str(task.site), self._sites, f"{path}.site")
        for mode in task.modes:
            if all(self._count_at(requirement, str(task.site)) >= requirement.count for requirement in mode.requirements):
                return
        raise TaskCannotFit(f"location: not all that it takes is at {task.site!r}; name another site, or allow resources of this one", f"{path}.site")

    def _count_at(self, requirement: Requirement, site: str) -> int:
        return sum(place_of(self._lab.resources[each]) in (None, site) for each in self.capable(requirement))

    def _nobody(self, select: Select) -> str:
        if select.qualification is not None:
            who = "nobody" if select.kind in (None, "person") else f"no {select.kind}"
            what = f"{who} is qualified for {select.qualification!r}"
            if select.qualification not in self._skills:
                return what + (did_you_mean(select.qualification, self._skills) or "; qualify a resource for it or ask for another skill")
            if select.level > 1:
                what += f" at level {select.level} or above"
        else:
            what = f"there is no {select.kind or 'resource'}"
        if select.ids:
            what += f" among {list_text(select.ids)}"
        if select.sites:
            what += f" at {list_text(select.sites)}"
        if select.features:
            what += " with " + list_text(f"{each.name} from {each.low:g} to {each.high:g}" for each in select.features)
        if select.languages:
            what += f" who speaks {list_text(select.languages)}"
        return f"{what}; widen the choice or add such a resource"


def _check_dates(request: Request, task: Task, path: str) -> None:
    """The dates of a task and of its request leave some time between them."""
    release, deadline = request.release, request.deadline
    if task.deadline is not None and release is not None and task.deadline <= release:
        raise InputError(f"not after the release date of the request, {release.isoformat()}; give a later deadline", f"{path}.deadline")
    if task.release is not None and deadline is not None and deadline <= task.release:
        raise InputError(f"not before the deadline of the request, {deadline.isoformat()}; give an earlier release date", f"{path}.release")
