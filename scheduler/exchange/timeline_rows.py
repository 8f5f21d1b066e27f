"""The rows of a timeline: which resources, in which order, with which bars in which lanes."""

from dataclasses import dataclass
from datetime import datetime

from scheduler.exchange.parts import BookingState, Part, Plan
from scheduler.model.lab import Resource, Site
from scheduler.model.window import Window, window

_KINDS = ("chamber", "instrument", "equipment", "room", "pool", "person")


@dataclass(frozen=True, slots=True)
class Bar:
    """One part in a row; `lane` keeps bars apart that share the resource. `is_late`: its request ends after the due date."""

    part: Part
    lane: int
    state: BookingState
    is_late: bool


@dataclass(frozen=True, slots=True)
class Shut:
    """A stretch in which a resource is shut, and why."""

    window: Window
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """One resource with its bars by start, `lanes` of them on top of each other."""

    resource: Resource
    bars: tuple[Bar, ...]
    lanes: int
    shut: tuple[Shut, ...]


@dataclass(frozen=True, slots=True)
class SiteRows:
    """The rows of one site; None for resources without one."""

    site: Site | None
    rows: tuple[Row, ...]


def rows_of(plan: Plan, within: Window, max_rows: int) -> tuple[tuple[SiteRows, ...], int]:
    """The rows of resources with bookings in `within`, by site, and how many resources are left out.

    Beyond `max_rows` the busiest stay. Sites and resources are in the lab's order, chambers first, people last.
    """
    parts: dict[str, list[Part]] = {}
    for booking in plan.schedule.bookings:
        for part in plan.parts(booking):
            if part.window.overlaps(within):
                parts.setdefault(part.resource.id, []).append(part)
    order = {each.id: index for index, each in enumerate(plan.problem.lab.resources)}
    busiest = sorted(parts, key=lambda each: (-sum(part.window.length.total_seconds() for part in parts[each]), order[each]))
    shown = sorted(busiest[:max_rows], key=lambda each: (_KINDS.index(plan.resources[each].kind), order[each]))
    late = _late_requests(plan)
    by_site: dict[str | None, list[Row]] = {}
    for each in shown:
        resource = plan.resources[each]
        by_site.setdefault(resource.site, []).append(_row(plan, resource, parts[each], late, within))
    sites: list[Site | None] = [*plan.problem.lab.sites, None]
    groups = tuple(SiteRows(site, tuple(by_site[key])) for site in sites if (key := site.id if site is not None else None) in by_site)
    return groups, len(busiest) - len(shown)


def _row(plan: Plan, resource: Resource, parts: list[Part], late: frozenset[str], within: Window) -> Row:
    ends: list[datetime] = []
    bars = []
    for part in sorted(parts, key=lambda each: (each.window.start, each.window.end, each.booking.key)):
        lane = next((index for index, end in enumerate(ends) if end <= part.window.start), len(ends))
        ends[lane : lane + 1] = [part.window.end]
        bars.append(Bar(part, lane, plan.state(part.booking), part.booking.request in late))
    return Row(resource, tuple(bars), len(ends), _shut(plan, resource, within))


def _late_requests(plan: Plan) -> frozenset[str]:
    return frozenset(
        booking.request for booking in plan.schedule.bookings if (due := plan.requests[booking.request].due) is not None and booking.window.end > due
    )


def _shut(plan: Plan, resource: Resource, within: Window) -> tuple[Shut, ...]:
    """Closures of the resource and of its calendar; nights and weekends are not closures."""
    shut = [Shut(each.window, each.reason) for each in resource.closures]
    for calendar in plan.problem.lab.calendars:
        if calendar.id == resource.calendar:
            shut += [Shut(each, "") for each in calendar.closures]
    return tuple(
        Shut(window(max(each.window.start, within.start), min(each.window.end, within.end)), each.reason) for each in shut if each.window.overlaps(within)
    )
