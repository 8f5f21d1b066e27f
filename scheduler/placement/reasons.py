"""Why a request is left out: one class of rules relaxed at a time, the rest as it is."""

from dataclasses import replace
from datetime import timedelta

from scheduler.model.schedule import Reason, ReasonCode
from scheduler.placement.bits import span
from scheduler.placement.cost import completion_minute, unserved_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import Placed, place_shape
from scheduler.placement.uses import Want
from scheduler.ticks.instance import Instance, Placement, TickMode, TickRequest, TickRequirement

MOST_NAMED = 8
"""How many resources a reason names at most."""

REFUSALS: dict[ReasonCode, str] = {
    "deadline": "Task {task!r} takes longer than the time between the earliest start and the deadline or the end of the horizon.",
    "qualification": "Nobody and nothing that qualifies for task {task!r} is there in sufficient number.",
    "links": "What task {task!r} must share with frozen tasks of the request, or must not share, leaves nobody and nothing to do it.",
}
"""Why compiling left a task without a mode."""


def find_reasons(instance: Instance, occupancy: Occupancy, request_index: int) -> tuple[Reason, ...]:
    """Each class of rules whose relaxation alone would let the request in, given what is booked in `occupancy`; never empty.

    If it does not even fit an empty lab, the classes are tried there: qualification, deadline, location,
    links, calendar. Otherwise bookings are in the way: frozen ones, instruments, people; or it fits after the deadline.
    """
    request = replace(instance.requests[request_index], current=())
    if not request.can_serve:
        refused = tuple(_reason(each.refused, REFUSALS[each.refused].format(task=each.id), each.id) for each in request.tasks if each.refused is not None)
        return refused or (_reason("not_found", "It cannot be placed."),)
    empty = occupancy.copy()
    wanted = sorted({c for mode in _modes(request) for requirement in mode.requirements for c in requirement.candidates})
    for each in wanted:
        empty.release(each)
    empty.lift_quotas()
    if _fit(instance, empty, request) is None:
        return _on_empty_lab(instance, empty, request, wanted)
    return _against_bookings(instance, occupancy, empty, request, wanted)


def _on_empty_lab(instance: Instance, empty: Occupancy, request: TickRequest, wanted: list[int]) -> tuple[Reason, ...]:
    reasons = []
    if _fit(instance, empty, _with_requirements(request, limited=False)) is not None:
        # Specimens that are under way are limits of the same kind.
        detail = "When it could be done the qualifications needed are not valid, or the specimens sent are not ready yet."
        reasons.append(_reason("qualification", detail))
    late = _fit(instance, empty, _without_deadline(instance, request))
    if late is not None:
        reasons.append(_reason("deadline", f"Even with nothing else booked it is complete at {_moment(instance, request, late)} at the earliest."))
    if _fit(instance, empty, _anywhere(request)) is not None:
        reasons.append(_reason("location", "No single site has all that is needed at the same time; several sites together would."))
    if _fit(instance, empty, replace(request, links=tuple(each for each in request.links if each.kind == "same_site"))) is not None:
        reasons.append(_reason("links", "What its tasks must share, or must not share, leaves no way to do them."))
    always = empty.copy()
    for each in wanted:
        always.open_up(each)
    if _fit(instance, always, request) is not None:
        reasons.append(_reason("calendar", "What it needs is not open long enough at the same time between its release and its deadline."))
    if not reasons:
        detail = "Openings, qualifications, place, ways, series and deadline together leave no time for it, even with nothing else booked."
        reasons.append(_reason("calendar", detail))
    return tuple(reasons)


def _against_bookings(instance: Instance, occupancy: Occupancy, empty: Occupancy, request: TickRequest, wanted: list[int]) -> tuple[Reason, ...]:
    placed = _fit(instance, occupancy, request)
    if placed is not None:
        when = _moment(instance, request, placed)
        if placed.cost >= unserved_cost(instance, request):
            return (_reason("cost", f"It would fit, complete at {when}, but by the policy being so late costs more than leaving it out."),)
        return (_reason("not_found", f"It would fit, complete at {when}, but the search ended before it was placed."),)
    inside = set(wanted)
    reasons = []
    frozen_only = empty.copy()
    thawed = occupancy.copy()
    for use in instance.fixed_uses:
        if use.resource in inside:
            frozen_only.block_use(use)
            thawed.unblock_use(use)
    open_way = _fit(instance, empty if _fit(instance, frozen_only, request) is None else thawed, request)
    if open_way is not None:
        reasons.append(_blocked("frozen", "Frozen bookings are in the way.", instance, occupancy, request, open_way.placement, None))
    classes: tuple[tuple[ReasonCode, bool, str], ...] = (("capacity", False, "Instruments or rooms"), ("people", True, "People"))
    for code, is_person, what in classes:
        freed = occupancy.copy()
        for each in wanted:
            if instance.resources[each].is_person == is_person:
                freed.release(each)
        found = _fit(instance, freed, request)
        if found is not None:
            detail = f"{what} are taken; with all of them free it would be complete at {_moment(instance, request, found)}."
            reasons.append(_blocked(code, detail, instance, occupancy, request, found.placement, is_person))
    if occupancy.quotas is not None:
        unlimited = occupancy.copy()
        unlimited.lift_quotas()
        found = _fit(instance, unlimited, request)
        if found is not None:
            when = _moment(instance, request, found)
            reasons.append(_reason("capacity", f"The company's quota is used up; with more of it, it would be complete at {when}."))
    late = _fit(instance, occupancy, _without_deadline(instance, request))
    if late is not None:
        reasons.append(_reason("deadline", f"It fits only after its deadline: complete at {_moment(instance, request, late)} at the earliest."))
    if not reasons:
        found = _fit(instance, empty, request)
        assert found is not None  # this function is for requests that fit the empty lab
        both = "Instruments and people are taken; freeing only one of the two is not enough."
        reasons.append(_blocked("capacity", both, instance, occupancy, request, found.placement, False))
        reasons.append(_blocked("people", both, instance, occupancy, request, found.placement, True))
    return tuple(reasons)


def _fit(instance: Instance, occupancy: Occupancy, request: TickRequest) -> Placed | None:
    # Preferences do not decide whether something fits.
    return place_shape(instance, occupancy, occupancy.shapes.build(_with_requirements(request, limited=True)))


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


def _moment(instance: Instance, request: TickRequest, placed: Placed) -> str:
    """The completion as text."""
    return (instance.origin + timedelta(minutes=completion_minute(instance, request, placed.placement))).isoformat()


def _reason(code: ReasonCode, detail: str, task: str | None = None, resources: tuple[str, ...] = ()) -> Reason:
    return Reason(code=code, task=task, resources=resources, detail=detail)


def _blocked(
    code: ReasonCode, detail: str, instance: Instance, occupancy: Occupancy, request: TickRequest, placement: Placement, is_person: bool | None
) -> Reason:
    """The reason with the first task, and the resources, that the placement would need but cannot have; only persons or only others if said."""
    first: str | None = None
    named: dict[str, None] = {}
    for booking in placement:
        for want in occupancy.wants(request, booking):
            each = want.resource
            if is_person not in (None, instance.resources[each].is_person) or _can_serve(occupancy, want):
                continue
            first = first or request.tasks[booking.task].id
            named[instance.resources[each].id] = None
    return _reason(code, detail, first, tuple(named)[:MOST_NAMED])


def _can_serve(occupancy: Occupancy, want: Want) -> bool:
    """Whether the resource could serve that beside what is booked."""
    if occupancy.has_ledger(want.resource):
        return bool(occupancy.starts(want.resource, want.need) >> want.use.start & 1)
    taken = span(want.use.start, want.use.end)
    return occupancy.free(want.resource, want.use.demand) & taken == taken
