"""Rules about who and what serves: the right ones, while open, and never more than they can."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from scheduler.model.lab import Resource
from scheduler.model.request import Requirement
from scheduler.verify.admission import refusal
from scheduler.verify.facts import Facts, Part, Placed
from scheduler.verify.violation import Violation, about


def check_alternatives(facts: Facts) -> Iterator[Violation]:
    """Each requirement of the mode is served, once, by exactly `count` different resources that its select admits; nothing else is taken."""
    for placed in facts.placed:
        known = {each.id: each for each in placed.mode.requirements}
        named = {each.requirement for each in placed.booking.allocations}
        if len(named) != len(placed.booking.allocations) or named != known.keys():
            yield from _wrongly_named(placed, Counter(each.requirement for each in placed.booking.allocations), known)
        for allocation in placed.booking.allocations:
            requirement = known.get(allocation.requirement)
            if requirement is None:
                continue
            different = set(allocation.resources)
            if len(different) != len(allocation.resources) or len(different) != requirement.count:
                says = f"needs {requirement.count} different for {requirement.id!r}, but takes {', '.join(allocation.resources)}."
                yield about(placed, "alternatives", says, allocation.resources)
            # Told once, in the order in which they are taken.
            for resource_id in () if different <= facts.resources.keys() else dict.fromkeys(allocation.resources):
                if resource_id not in facts.resources:
                    yield about(placed, "alternatives", f"takes {resource_id!r} for {requirement.id!r}, but the lab has no such resource.", (resource_id,))
        for part in placed.parts:
            for resource in part.resources:
                why = _refusal(part, resource)
                if why:
                    yield about(placed, "alternatives", f"takes {resource.id!r} for {part.requirement.id!r}, but it {why}.", (resource.id,))
            shared = _shared_institute(facts, part) if part.requirement.different_institutes else None
            if shared is not None:
                institute, ids = shared
                says = f"needs different institutes for {part.requirement.id!r}, but {' and '.join(map(repr, ids))} are all of {institute!r}."
                yield about(placed, "alternatives", says, tuple(ids))


def _wrongly_named(placed: Placed, named: Counter[str], known: dict[str, Requirement]) -> Iterator[Violation]:
    for requirement_id, count in named.items():
        if requirement_id not in known:
            says = f"has an allocation for {requirement_id!r}, which its mode {placed.mode.id!r} does not require."
            yield about(placed, "alternatives", says)
        elif count > 1:
            yield about(placed, "alternatives", f"has {count} allocations for {requirement_id!r}.")
    for requirement_id in known:
        if requirement_id not in named:
            yield about(placed, "alternatives", f"has no allocation for {requirement_id!r}.")


def _refusal(part: Part, resource: Resource) -> str:
    """Why the resource may not serve during the part; empty if it may."""
    requirement = part.requirement
    select = requirement.select
    why = refusal(select, resource)
    if why:
        return why
    if select.qualification is not None and not _is_qualified(resource, select.qualification, select.level, part.start, part.end):
        return f"is not qualified for {select.qualification!r}{_at(select.level)} in the whole of {part.start} to {part.end}"
    if resource.recipes and requirement.recipe is not None and requirement.recipe not in resource.recipes:
        return f"cannot hold recipe {requirement.recipe!r}"
    return ""


def _at(level: int) -> str:
    return "" if level == 1 else f" at level {level}"


def _is_qualified(resource: Resource, name: str, level: int, start: datetime, end: datetime) -> bool:
    """Whether the right holds at every instant; one that is renewed on the day it ends holds on."""
    rights = [each for each in resource.qualifications if each.name == name and each.level >= level]
    for each in rights:
        if each.is_valid_during(start, end):
            return True
    reached = start
    first = datetime.min.replace(tzinfo=UTC)
    for right in sorted(rights, key=lambda each: each.valid_from or first):
        if (right.valid_from or first) <= reached:
            reached = end if right.valid_until is None else max(reached, right.valid_until)
    return reached >= end


def _shared_institute(facts: Facts, part: Part) -> tuple[str, list[str]] | None:
    """An institute of which two or more serve the part, and who; None if there is none."""
    members: dict[str, list[str]] = {}
    for resource in part.resources:
        if resource.site in facts.institute_of:
            members.setdefault(facts.institute_of[resource.site], []).append(resource.id)
    return next(((institute, ids) for institute, ids in members.items() if len(ids) > 1), None)


def check_calendar(facts: Facts) -> Iterator[Violation]:
    """A resource is open, by its calendar and outside its closures, during the whole part it serves; a task `within` hours lies in one opening.

    For a task that pauses only that of the part counts in which it is worked on. Bookings outside
    the horizon are left to `time_limits`, so that an absurd date costs no time here.
    """
    hours = facts.hours
    for placed in facts.checked:
        task = placed.task
        if task.within is not None:
            yield from _within(facts, placed, task.within)
        if task.pauses_in is not None:
            yield from _while_worked_on(facts, placed, task.pauses_in)
            continue
        for part in placed.parts:
            start, end = part.start, part.end
            for resource in part.resources:
                starts, ends = hours[resource.calendar]
                last = bisect_right(starts, start) - 1
                if last < 0 or end > ends[last]:
                    yield from _shut(facts, placed, resource, start, end)
                    continue
                for closure in resource.closures:
                    if start < closure.window.end and closure.window.start < end:
                        yield from _shut(facts, placed, resource, start, end)
                        break


def _shut(facts: Facts, placed: Placed, resource: Resource, start: datetime, end: datetime) -> Iterator[Violation]:
    if not facts.hours[resource.calendar].cover(start, end):
        says = f"takes {resource.id!r} from {start} to {end}, but its calendar is not open all that time."
        yield about(placed, "calendar", says, (resource.id,))
    for closure in resource.closures:
        if start < closure.window.end and closure.window.start < end:
            says = f"takes {resource.id!r} from {start} to {end}, but it is shut from {closure.window.start} to {closure.window.end}."
            yield about(placed, "calendar", says, (resource.id,))


def _within(facts: Facts, placed: Placed, calendar: str) -> Iterator[Violation]:
    window = placed.booking.window
    if not facts.hours[calendar].cover(window.start, window.end):
        yield about(placed, "calendar", f"runs from {window.start} to {window.end}, which is not inside one opening of {calendar!r}.")


def _while_worked_on(facts: Facts, placed: Placed, calendar: str) -> Iterator[Violation]:
    for part in placed.parts:
        for start, end in facts.hours[calendar].inside(part.start, part.end):
            for resource in part.resources:
                yield from _shut(facts, placed, resource, start, end)


Use = tuple[datetime, datetime, int, Placed]
"""(start, end, demand, by whom)."""


def check_capacity(facts: Facts) -> Iterator[Violation]:
    """At every instant the demands on a resource sum to at most its capacity; what meets in a batch resource is left to `batch`.

    One violation per stretch of overload, told of the booking with which it begins.
    """
    taken: dict[str, list[Part]] = {}
    for placed in facts.placed:
        for part in placed.parts:
            for resource in part.resources:
                taken.setdefault(resource.id, []).append(part)
    for each in facts.problem.lab.resources:
        if each.batch:
            taken.pop(each.id, None)
    crowded = {resource_id for resource_id, parts in taken.items() if not _are_apart(parts, facts.resources[resource_id].capacity)}
    uses: dict[str, list[Use]] = {}
    for placed in facts.placed:
        for part in placed.parts:
            for resource in part.resources:
                if resource.id in crowded:
                    uses.setdefault(resource.id, []).append((part.start, part.end, part.requirement.demand, placed))
    for resource_id, all_uses in uses.items():
        yield from _overloads(resource_id, facts.resources[resource_id].capacity, all_uses)


def _are_apart(parts: list[Part], capacity: int) -> bool:
    """Whether no two parts overlap and each alone fits: true of most resources, and quickly told."""
    parts.sort(key=_start)
    reached: datetime | None = None
    for part in parts:
        if part.requirement.demand > capacity or (reached is not None and part.start < reached):
            return False
        reached = part.end
    return True


def _start(part: Part) -> datetime:
    return part.start


def _overloads(resource_id: str, capacity: int, taken: list[Use]) -> Iterator[Violation]:
    # What ends at an instant makes room for what starts there: windows are half-open.
    ends = [(end, 0, -demand, placed.booking.key, placed) for _, end, demand, placed in taken]
    starts = [(start, 1, demand, placed.booking.key, placed) for start, _, demand, placed in taken]
    level = 0
    for at, _, change, _, placed in sorted(ends + starts, key=lambda event: event[:4]):
        before, level = level, level + change
        if before <= capacity < level:
            yield about(placed, "capacity", f"takes {resource_id!r} at {at} to {level} units, more than its capacity of {capacity}.", (resource_id,))
