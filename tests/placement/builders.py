"""Small instances by hand, and a slow, plain judge of placements that shares nothing with the bitsets."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, product

from scheduler.model.policy import TermName
from scheduler.model.request import During, LinkKind
from scheduler.ticks.instance import (
    FixedUse,
    Instance,
    Placement,
    TickBooking,
    TickLink,
    TickMode,
    TickPrecedence,
    TickRequest,
    TickRequirement,
    TickResource,
    TickTask,
    TickTerm,
)

ORIGIN = datetime(2026, 3, 2, tzinfo=UTC)


def bits(text: str) -> int:
    """`##..#` as a set of ticks."""
    return sum(1 << tick for tick, mark in enumerate(text) if mark == "#")


def resource(name: str, open_text: str | int, *, capacity: int = 1, person: bool = False, site: int = 0, institute: int | None = None) -> TickResource:
    """A resource; `open_text` draws its calendar, or is it."""
    opening = bits(open_text) if isinstance(open_text, str) else open_text
    return TickResource(name, capacity, person, site, site if institute is None else institute, opening)


def need(
    candidates: Sequence[int],
    ticks: int,
    *,
    name: str = "r",
    count: int = 1,
    demand: int = 1,
    during: During = "whole",
    part: int = 0,
    limited: dict[int, int] | None = None,
    preferred: Sequence[int] = (),
) -> TickRequirement:
    """A requirement of a mode of `ticks`."""
    begin, end = {"whole": (0, ticks), "head": (0, part), "tail": (ticks - part, ticks)}[during]
    limits = tuple((limited or {}).items())
    return TickRequirement(name, count, demand, during, begin, end, tuple(candidates), limits, frozenset(preferred), minutes=end - begin)


def mode(ticks: int, *requirements: TickRequirement, first: int = 0, last: int = 10**6, minutes: int | None = None, name: str = "standard") -> TickMode:
    """A mode; `last` is cut by `request`."""
    return TickMode(name, ticks, ticks if minutes is None else minutes, first, last, tuple(requirements))


def task(*modes: TickMode, one_site: bool = True, name: str = "t") -> TickTask:
    """A task."""
    return TickTask(name, tuple(modes), one_site)


def precedence(before: int, after: int, least: int | tuple[int, ...], most: int | tuple[int | None, ...] | None = None) -> TickPrecedence:
    """A precedence; single numbers are for a `before` with one mode."""
    return TickPrecedence(before, after, least if isinstance(least, tuple) else (least,), most if isinstance(most, tuple) else (most,))


def link(kind: LinkKind, *tasks: int, requirement: str | None = None) -> TickLink:
    """A link."""
    return TickLink(kind, tasks, requirement)


def request(
    *tasks: TickTask,
    precedences: Sequence[TickPrecedence] = (),
    links: Sequence[TickLink] = (),
    weight: int = 1,
    due: int | None = None,
    arrival: int = 0,
    current: Sequence[tuple[int, TickBooking | None, int]] = (),
    fixed_completion: int | None = None,
    name: str = "q",
) -> TickRequest:
    """A request."""
    return TickRequest(name, weight, tasks, tuple(precedences), tuple(links), due, arrival, fixed_completion, tuple(current), True)


def instance(
    ticks: int,
    resources: Sequence[TickResource],
    *requests: TickRequest,
    fixed: Sequence[FixedUse] = (),
    scalars: dict[TermName, int] | None = None,
) -> Instance:
    """An instance with one-minute ticks; latest starts are cut to the horizon."""
    weights: dict[TermName, int] = {"unserved": 10_000, "tardiness": 20, "moves": 1, "flow_time": 1, "preferences": 3}
    weights.update(scalars or {})
    terms = tuple(TickTerm(name, 1, weight, weight) for name, weight in weights.items())
    cut = tuple(_cut(each, ticks) for each in requests)
    return Instance(ORIGIN, timedelta(minutes=1), ticks, tuple(resources), cut, tuple(fixed), terms)


def _cut(each: TickRequest, ticks: int) -> TickRequest:
    def within(one: TickMode) -> TickMode:
        return replace(one, last_start=min(one.last_start, ticks - one.ticks))

    return replace(each, tasks=tuple(replace(one, modes=tuple(within(way) for way in one.modes)) for one in each.tasks))


# --- the slow judge -------------------------------------------------------------------------


def uses_of(each: TickRequest, placement: Placement) -> list[tuple[int, int, int, int]]:
    """(resource, start, end, demand) of all that the placement takes."""
    found = []
    for booking in placement:
        for requirement, resources in zip(each.tasks[booking.task].modes[booking.mode].requirements, booking.resources, strict=True):
            found += [(r, booking.start + requirement.begin, booking.start + requirement.end, requirement.demand) for r in resources]
    return found


def breaks(whole: Instance, each: TickRequest, placement: Placement, taken: Sequence[tuple[int, int, int, int]] = ()) -> str:
    """The first rule that the placement breaks, tick by tick; empty if none. `taken` is booked by others besides the fixed uses."""
    if [booking.task for booking in placement] != list(range(len(each.tasks))):
        return "tasks"
    for booking in placement:
        way = each.tasks[booking.task].modes[booking.mode]
        if not way.first_start <= booking.start <= way.last_start:
            return "time_limits"
        for requirement, resources in zip(way.requirements, booking.resources, strict=True):
            if len(set(resources)) != requirement.count or not set(resources) <= set(requirement.candidates) or list(resources) != sorted(resources):
                return "alternatives"
            for r in resources:
                for tick in range(booking.start + requirement.begin, booking.start + requirement.end):
                    if not dict(requirement.limited).get(r, -1) >> tick & 1:
                        return "limited"
                    if not whole.resources[r].open >> tick & 1:
                        return "calendar"
        sites = {whole.resources[r].site for group in booking.resources for r in group} - {-1}
        if each.tasks[booking.task].one_site and len(sites) > 1:
            return "location"
    load: dict[tuple[int, int], int] = {}
    own = uses_of(each, placement)
    for r, start, end, demand in [*own, *taken, *((use.resource, use.start, use.end, use.demand) for use in whole.fixed_uses)]:
        for tick in range(start, end):
            load[r, tick] = load.get((r, tick), 0) + demand
    for r, start, end, _ in own:
        if any(load[r, tick] > whole.resources[r].capacity for tick in range(start, end)):
            return "capacity"
    for edge in each.precedences:
        before, after = placement[edge.before], placement[edge.after]
        most = edge.most[before.mode]
        if after.start - before.start < edge.least[before.mode] or (most is not None and after.start - before.start > most):
            return "precedence"
    return _link_broken(whole, each, placement)


def _link_broken(whole: Instance, each: TickRequest, placement: Placement) -> str:
    for one in each.links:
        groups = []
        for booking in (placement[name] for name in one.tasks):
            flat = {r for group in booking.resources for r in group}
            if one.kind == "same_people":
                groups.append({r for r in flat if whole.resources[r].is_person})
            elif one.kind == "same_site":
                groups.append({whole.resources[r].site for r in flat} - {-1})
            elif one.kind == "different_institutes":
                groups.append({whole.resources[r].institute for r in flat} - {-1})
            else:
                requirements = each.tasks[booking.task].modes[booking.mode].requirements
                groups.append({r for wanted, group in zip(requirements, booking.resources, strict=True) if wanted.id == one.requirement for r in group})
        if one.kind in ("same_people", "same_resource") and any(group != groups[0] for group in groups):
            return one.kind
        if one.kind == "same_site" and len(set().union(*groups)) > 1:
            return one.kind
        if one.kind == "different_institutes" and sum(map(len, groups)) > len(set().union(*groups)):
            return one.kind
    return ""


def every_placement(whole: Instance, each: TickRequest, taken: Sequence[tuple[int, int, int, int]] = ()) -> Iterator[Placement]:
    """All placements that break nothing, by trying everything."""
    options = []
    for number, one in enumerate(each.tasks):
        own = []
        for index, way in enumerate(one.modes):
            groups = [list(combinations(sorted(r.candidates), r.count)) for r in way.requirements]
            for start in range(way.first_start, way.last_start + 1):
                for chosen in product(*groups):
                    booking = TickBooking(number, index, start, tuple(chosen))
                    if not _alone_broken(whole, each, booking, taken):
                        own.append(booking)
        options.append(own)
    for placement in product(*options):
        if not breaks(whole, each, placement, taken):
            yield placement


def _alone_broken(whole: Instance, each: TickRequest, booking: TickBooking, taken: Sequence[tuple[int, int, int, int]]) -> str:
    """As `breaks`, for one task without its precedences and links."""
    single = replace(each, tasks=(each.tasks[booking.task],), precedences=(), links=())
    return breaks(whole, single, (TickBooking(0, booking.mode, booking.start, booking.resources),), taken)


def cost_of(whole: Instance, each: TickRequest, placement: Placement) -> int:
    """The request's cost, spelled out from the definition of the terms."""
    scalars = {term.name: term.scalar for term in whole.terms}
    completion = max([b.start + each.tasks[b.task].modes[b.mode].minutes for b in placement] + ([each.fixed_completion] if each.fixed_completion else []))
    cost = scalars["flow_time"] * max(0, completion - each.arrival_minute)
    if each.due_minute is not None:
        cost += scalars["tardiness"] * each.weight * max(0, completion - each.due_minute)
    for name, booking, amount in each.current:
        cost += scalars["moves"] * amount * (placement[name] != booking)
    for booking in placement:
        for requirement, group in zip(each.tasks[booking.task].modes[booking.mode].requirements, booking.resources, strict=True):
            if requirement.preferred:
                cost += scalars["preferences"] * sum(r not in requirement.preferred for r in group)
    return cost
