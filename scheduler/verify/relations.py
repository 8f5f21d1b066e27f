"""Rules between bookings of one request: order and lags, series, one place, and what tasks share."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from scheduler.model.calendar import WEEKDAYS
from scheduler.model.request import Link, Precedence, Request, Series
from scheduler.model.text import duration_text
from scheduler.verify.facts import Facts, Placed
from scheduler.verify.violation import Violation, about


def check_precedence(facts: Facts) -> Iterator[Violation]:
    """start(after) - end(before) is at least `min_lag` and at most `max_lag`."""
    for request in facts.problem.requests:
        for precedence in request.precedences:
            for before in _of(facts, request, precedence.before):
                for after in _of(facts, request, precedence.after):
                    yield from _lag(before, after, precedence)


def _lag(before: Placed, after: Placed, precedence: Precedence) -> Iterator[Violation]:
    wrong = _out_of(after.booking.window.start - before.booking.window.end, precedence.min_lag, precedence.max_lag)
    if wrong is None:
        return
    seen, limit = wrong
    detail = f"Task {after.task.id!r} of request {after.request.id!r} starts {seen} the end of task {before.task.id!r}; it must start {limit} after it."
    yield Violation(rule="precedence", request=after.request.id, task=after.task.id, detail=detail)


def _out_of(distance: timedelta, least: timedelta, most: timedelta | None) -> tuple[str, str] | None:
    """How far one is from the other and what it should have been, in words; None if it is within the limits."""
    if distance < least:
        limit = f"at least {duration_text(least)}"
    elif most is not None and distance > most:
        limit = f"at most {duration_text(most)}"
    else:
        return None
    return f"{duration_text(distance)} after" if distance.total_seconds() >= 0 else f"{duration_text(-distance)} before", limit


def check_series(facts: Facts) -> Iterator[Violation]:
    """Each task of a series starts as long after the start of the one before as the series says, and on its weekday."""
    for request in facts.problem.requests:
        for series in request.series:
            booked = [each for task_id in series.tasks for each in _of(facts, request, task_id)]
            for before, after in pairwise(booked):
                # Only neighbours in the series: of a request left out some may be missing.
                if series.tasks.index(after.task.id) - series.tasks.index(before.task.id) == 1:
                    yield from _distance(before, after, series)
            if series.weekday is not None:
                zone = ZoneInfo(series.time_zone)
                for placed in booked:
                    day = WEEKDAYS[placed.booking.window.start.astimezone(zone).weekday()]
                    if day != series.weekday:
                        yield about(placed, "series", f"starts on a {day} in {series.time_zone}; the series asks for {series.weekday}.")


def _distance(before: Placed, after: Placed, series: Series) -> Iterator[Violation]:
    wrong = _out_of(after.booking.window.start - before.booking.window.start, series.least_apart, series.most_apart)
    if wrong is None:
        return
    seen, limit = wrong
    yield about(after, "series", f"starts {seen} the start of task {before.task.id!r}; in the series it must start {limit} after it.")


def check_location(facts: Facts) -> Iterator[Violation]:
    """All resources with a site that a one-site task takes are at the same site, that of the task if it names one; people who travel come there."""
    for placed in facts.placed:
        if placed.task.place != "one_site":
            continue
        sites = _sites([placed])
        if placed.task.site is not None:
            sites = sorted({placed.task.site, *sites})
        if len(sites) > 1:
            detail = f"Task {placed.task.id!r} of request {placed.request.id!r} takes place at several sites: {_listed(sites)}."
            yield Violation(rule="location", request=placed.request.id, task=placed.task.id, resources=placed.booking.resources, detail=detail)


def check_links(facts: Facts) -> Iterator[Violation]:
    """Tasks share, or do not share, what the links of their request say."""
    for request in facts.problem.requests:
        for link in request.links:
            if link.kind == "same_site":
                # The most frequent of all; in which order they come does not matter to it.
                linked = [each for each in facts.by_request.get(request.id, ()) if each.task.id in link.tasks]
            else:
                linked = [each for task_id in link.tasks for each in _of(facts, request, task_id)]
            if len(linked) < 2:
                continue
            broken = _broken(facts, link, linked)
            if broken:
                yield Violation(rule="links", request=request.id, detail=f"Tasks {_listed(link.tasks)} of request {request.id!r} {broken}.")


def _broken(facts: Facts, link: Link, linked: list[Placed]) -> str:
    """How the booked tasks break the link; empty if they keep it."""
    match link.kind:
        case "same_resource":
            served = {_servers(each, link.requirement) for each in linked}
            return f"must have the same resources for {link.requirement!r}, but do not" if len(served) > 1 else ""
        case "same_people":
            people = {frozenset(each.id for each in placed.resources() if each.kind == "person") for placed in linked}
            return "must be done by the same people, but are not" if len(people) > 1 else ""
        case "same_site":
            sites = _sites(linked)
            return f"must be at one site, but are at {_listed(sites)}" if len(sites) > 1 else ""
        case "different_institutes":
            return _shared_institutes(facts, linked)


def _servers(placed: Placed, requirement_id: str | None) -> frozenset[str]:
    # Empty if the mode has no such requirement: the same as nobody, and different from somebody.
    return frozenset(each.id for part in placed.parts if part.requirement.id == requirement_id for each in part.resources)


def _shared_institutes(facts: Facts, linked: list[Placed]) -> str:
    seen: dict[str, str] = {}
    for placed in linked:
        for institute in {facts.institute_of[each.site] for each in placed.resources() if each.site in facts.institute_of}:
            if seen.setdefault(institute, placed.task.id) != placed.task.id:
                return f"must be at different institutes, but {_listed([seen[institute], placed.task.id])} are both at {institute!r}"
    return ""


def _sites(placed: Iterable[Placed]) -> list[str]:
    found: set[str] = set()
    for one in placed:
        for part in one.parts:
            for each in part.resources:
                if each.site is not None and each.travel is None:
                    found.add(each.site)
    return sorted(found)


def _of(facts: Facts, request: Request, task_id: str) -> list[Placed]:
    return [each for each in facts.by_request.get(request.id, []) if each.task.id == task_id]


def _listed(names: Iterable[str]) -> str:
    return " and ".join(repr(each) for each in names)
