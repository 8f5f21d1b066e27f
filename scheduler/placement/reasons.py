"""Why a request is left out: one class of rules relaxed at a time, the rest as it is."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from scheduler.model.schedule import Reason, ReasonCode
from scheduler.placement.bits import span
from scheduler.placement.cost import completion_minute, unserved_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import Placed, soonest
from scheduler.placement.steps import GivenUp, Steps, steps_for
from scheduler.placement.uses import Want
from scheduler.ticks.instance import FixedUse, Instance, Placement, TickMode, TickRequest, TickRequirement

MOST_NAMED = 8
"""How many resources a reason names at most."""

REFUSALS: dict[ReasonCode, str] = {
    "deadline": "Task {task!r} takes longer than the time between the earliest start and the deadline or the end of the horizon.",
    "qualification": "Nobody and nothing that qualifies for task {task!r} is there in sufficient number.",
    "links": "What task {task!r} must share with frozen tasks of the request, or must not share, leaves nobody and nothing to do it.",
}
"""Why compiling left a task without a mode."""


def find_reasons(instance: Instance, occupancy: Occupancy, request_index: int, *, allowed: Steps | None = None) -> tuple[Reason, ...]:
    """Each class of rules whose relaxation alone would let the request in, given what is booked in `occupancy`; never empty.

    If it does not even fit an empty lab, the classes are tried there: qualification, deadline, location,
    links, calendar. Otherwise bookings are in the way: frozen ones, instruments, people; or it fits after the deadline.
    `allowed` are the steps of all requests that are asked for (None: what each deserves at every look); a tangled request may
    use them up before all classes are tried, and then only what is sure until then is told.
    """
    request = replace(instance.requests[request_index], current=())
    if not request.can_serve:
        refused = tuple(_reason(each.refused, REFUSALS[each.refused].format(task=each.id), each.id) for each in request.tasks if each.refused is not None)
        return refused or (_reason("not_found", "It cannot be placed."),)
    look = _Look(instance, request, allowed)
    try:
        _look_into(look, occupancy)
    except GivenUp:
        # What was found is so, whatever else there may be.
        if not look.found:
            look.add("not_found", "It could not be looked into to the end; `explain` tells more.")
    return tuple(look.found)


class _Look:
    """Whether a request fits if this or that is relaxed, as far as the steps go, and the reasons found so far."""

    def __init__(self, instance: Instance, request: TickRequest, allowed: Steps | None) -> None:
        self.instance, self.request, self.allowed = instance, request, allowed
        self.found: list[Reason] = []
        self.most = steps_for(len(request.tasks))

    def add(self, code: ReasonCode, detail: str) -> None:
        """One reason more."""
        self.found.append(_reason(code, detail))

    def fit(self, occupancy: Occupancy, request: TickRequest | None = None) -> Placed | None:
        """The soonest placement of `request` (None: as it is asked); None if none is found. Raises: GivenUp if nothing more is allowed."""
        # Preferences do not decide whether something fits, and nothing cheaper than the soonest has to be found.
        shape = occupancy.shapes.build(_with_requirements(self.request if request is None else request, limited=True))
        if self.allowed is None:
            return soonest(self.instance, occupancy, shape, Steps(self.most))
        if self.allowed.are_used_up():
            raise GivenUp
        given = min(self.most, self.allowed.left)
        steps = Steps(given, self.allowed.is_over)
        found = soonest(self.instance, occupancy, shape, steps)
        self.allowed.left -= given - max(0, steps.left)
        if found is None and self.allowed.are_used_up():
            raise GivenUp
        return found

    def moment(self, placed: Placed) -> str:
        """The completion as text."""
        return self.instance.told(self.instance.origin + timedelta(minutes=completion_minute(self.instance, self.request, placed.placement)))


def _look_into(look: _Look, occupancy: Occupancy) -> None:
    wanted = sorted({c for mode in _modes(look.request) for requirement in mode.requirements for c in requirement.candidates})
    empty = occupancy.copy()
    for each in wanted:
        empty.release(each)
    empty.lift_quotas()
    if look.fit(empty) is None:
        _on_empty_lab(look, empty, wanted)
    else:
        _against_bookings(look, occupancy, empty, wanted)


def _on_empty_lab(look: _Look, empty: Occupancy, wanted: list[int]) -> None:
    request = look.request
    if look.fit(empty, _with_requirements(request, limited=False)) is not None:
        # Specimens that are under way are limits of the same kind.
        detail = "When it could be done the qualifications needed are not valid, or the specimens sent are not ready yet."
        look.add("qualification", detail)
    late = look.fit(empty, _without_deadline(look.instance, request))
    if late is not None:
        look.add("deadline", f"Even with nothing else booked it is complete at {look.moment(late)} at the earliest.")
    if look.fit(empty, _anywhere(request)) is not None:
        look.add("location", "No single site has all that is needed at the same time; several sites together would.")
    if look.fit(empty, replace(request, links=tuple(each for each in request.links if each.kind == "same_site"))) is not None:
        look.add("links", "What its tasks must share, or must not share, leaves no way to do them.")
    always = empty.copy()
    for each in wanted:
        always.open_up(each)
    if look.fit(always) is not None:
        look.add("calendar", "What it needs is not open long enough at the same time between its release and its deadline.")
    if not look.found:
        detail = "Openings, qualifications, place, ways, series and deadline together leave no time for it, even with nothing else booked."
        look.add("calendar", detail)


def _against_bookings(look: _Look, occupancy: Occupancy, empty: Occupancy, wanted: list[int]) -> None:
    instance, request = look.instance, look.request
    placed = look.fit(occupancy)
    if placed is not None:
        look.found.append(_not_placed(look, placed))
        return
    inside = set(wanted)
    frozen = [use for use in instance.fixed_uses if use.resource in inside]
    open_way = look.fit(empty if look.fit(_changed(empty, Occupancy.block_use, frozen)) is None else _changed(occupancy, Occupancy.unblock_use, frozen))
    if open_way is not None:
        look.found.append(_blocked("frozen", "Frozen bookings are in the way.", look, occupancy, open_way.placement, None))
    classes: tuple[tuple[ReasonCode, bool, str], ...] = (("capacity", False, "Instruments or rooms"), ("people", True, "People"))
    for code, is_person, what in classes:
        freed = occupancy.copy()
        for each in wanted:
            if instance.resources[each].is_person == is_person:
                freed.release(each)
        found = look.fit(freed)
        if found is not None:
            detail = f"{what} are taken; with all of them free it would be complete at {look.moment(found)}."
            look.found.append(_blocked(code, detail, look, occupancy, found.placement, is_person))
    if occupancy.quotas is not None:
        unlimited = occupancy.copy()
        unlimited.lift_quotas()
        found = look.fit(unlimited)
        if found is not None:
            look.add("capacity", f"The company's quota is used up; with more of it, it would be complete at {look.moment(found)}.")
    late = look.fit(occupancy, _without_deadline(instance, request))
    if late is not None:
        look.add("deadline", f"It fits only after its deadline: complete at {look.moment(late)} at the earliest.")
    if not look.found:
        found = look.fit(empty)
        assert found is not None  # this function is for requests that fit the empty lab
        both = "Instruments and people are taken; freeing only one of the two is not enough."
        look.found.append(_blocked("capacity", both, look, occupancy, found.placement, False))
        look.found.append(_blocked("people", both, look, occupancy, found.placement, True))


def _changed(occupancy: Occupancy, change: Callable[[Occupancy, FixedUse], None], uses: Iterable[FixedUse]) -> Occupancy:
    found = occupancy.copy()
    for use in uses:
        change(found, use)
    return found


def _not_placed(look: _Look, placed: Placed) -> Reason:
    """The reason of a request that fits as things are."""
    when = look.moment(placed)
    if placed.cost >= unserved_cost(look.instance, look.request):
        return _reason("cost", f"It would fit, complete at {when}, but by the policy being so late costs more than leaving it out.")
    return _reason("not_found", f"It would fit, complete at {when}, but the search ended before it was placed.")


def _modes(request: TickRequest) -> list[TickMode]:
    return [mode for task in request.tasks for mode in task.modes]


def _with_modes(request: TickRequest, modes: list[TickMode]) -> TickRequest:
    """The request with its modes, in order, replaced."""
    left = iter(modes)
    tasks = tuple(replace(task, modes=tuple(next(left) for _ in task.modes)) for task in request.tasks)
    return replace(request, tasks=tasks)


def _with_requirements(request: TickRequest, *, limited: bool) -> TickRequest:
    """The request without preferences, and without limits of validity unless `limited`."""

    def plain(each: TickRequirement) -> TickRequirement:
        return replace(each, preferred=frozenset(), limited=each.limited if limited else ())

    return _with_modes(request, [replace(mode, requirements=tuple(plain(each) for each in mode.requirements)) for mode in _modes(request)])


def _without_deadline(instance: Instance, request: TickRequest) -> TickRequest:
    """The request with the whole horizon to end in."""
    return _with_modes(request, [replace(mode, last_start=max(mode.last_start, instance.ticks - mode.ticks)) for mode in _modes(request)])


def _anywhere(request: TickRequest) -> TickRequest:
    """The request with its resources at any sites."""
    tasks = tuple(replace(task, one_site=False) for task in request.tasks)
    return replace(request, tasks=tasks, links=tuple(each for each in request.links if each.kind != "same_site"))


def _reason(code: ReasonCode, detail: str, task: str | None = None, resources: tuple[str, ...] = ()) -> Reason:
    return Reason(code=code, task=task, resources=resources, detail=detail)


def _blocked(code: ReasonCode, detail: str, look: _Look, occupancy: Occupancy, placement: Placement, is_person: bool | None) -> Reason:
    """The reason with the first task, and the resources, that the placement would need but cannot have; only persons or only others if said."""
    first: str | None = None
    named: dict[str, None] = {}
    for booking in placement:
        for want in occupancy.wants(look.request, booking):
            each = want.resource
            if is_person not in (None, look.instance.resources[each].is_person) or _can_serve(occupancy, want):
                continue
            first = first or look.request.tasks[booking.task].id
            named[look.instance.resources[each].id] = None
    return _reason(code, detail, first, tuple(named)[:MOST_NAMED])


def _can_serve(occupancy: Occupancy, want: Want) -> bool:
    """Whether the resource could serve that beside what is booked."""
    if occupancy.has_ledger(want.resource):
        return bool(occupancy.starts(want.resource, want.need) >> want.use.start & 1)
    taken = span(want.use.start, want.use.end)
    return occupancy.free(want.resource, want.use.demand) & taken == taken
