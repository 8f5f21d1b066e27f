"""The bookings of a schedule as calendar events, for whole plans and for one resource, site, company or request."""

import uuid
from collections.abc import Mapping

from scheduler.errors import InputError, UnknownReference
from scheduler.exchange.ical_export import CalendarEvent, EventStatus, Organizer
from scheduler.exchange.parts import Part, Plan, resource_name, site_name
from scheduler.model.problem import Problem
from scheduler.model.request import During
from scheduler.model.schedule import Booking, Schedule
from scheduler.model.window import Window

_SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "slotwright.booking")
_DURING: dict[During, str] = {"whole": "", "head": "시작", "tail": "종료", "before": "사전", "after": "사후"}


def booking_uid(request: str, task: str, *, host: str, during: During = "whole") -> str:
    """The uid of the event of a booking; ids may hold any script, so it is a digest of them."""
    return f"booking-{uuid.uuid5(_SPACE, chr(0).join((request, task, during)))}@{host}"


def request_uid(request: str, *, host: str) -> str:
    """The uid that all events of one request name as their parent."""
    return f"request-{uuid.uuid5(_SPACE, request)}@{host}"


def events_of(
    problem: Problem,
    schedule: Schedule,
    *,
    host: str = "slotwright.invalid",
    sequences: Mapping[tuple[str, str], int] | None = None,
    resource: str | None = None,
    site: str | None = None,
    company: str | None = None,
    request: str | None = None,
    organizer: Organizer | None = None,
) -> tuple[CalendarEvent, ...]:
    """The bookings of `schedule` as events, by start; every filter that is given must hold.

    Bookings as in the schedule in force are confirmed, others tentative. In the calendar of one
    `resource` an event is the time that it serves: an operator who loads and unloads has two.
    `sequences` by (request, task), 0 where none is given; revisions are dated `problem.now`.
    Without an `organizer` it is noreply@`host`.

    Raises: UnknownReference if a filter names what the problem does not have; InputError if a task is booked twice.
    """
    plan = Plan(problem, schedule)
    for name, wanted, known in (("resource", resource, plan.resources), ("site", site, plan.sites), ("request", request, plan.requests)):
        if wanted is not None and wanted not in known:
            raise UnknownReference(f"{wanted!r} is not in the problem; check the spelling", name)
    if company is not None and all(each.company != company for each in problem.requests):
        raise UnknownReference(f"{company!r} has no request in the problem; check the spelling", "company")
    answers = organizer or Organizer(name="Slotwright", mail=f"noreply@{host}")
    events = []
    seen: dict[tuple[str, str], int] = {}
    for index, booking in enumerate(schedule.bookings):
        if seen.setdefault(booking.key, index) != index:
            # One task is one uid, of which readers would keep one.
            message = f"task {booking.task!r} of {booking.request!r} is already booked in bookings[{seen[booking.key]}]; keep one of the two"
            raise InputError(message, f"bookings[{index}]")
        if request is not None and booking.request != request:
            continue
        if company is not None and plan.requests[booking.request].company != company:
            continue
        if site is not None and all(plan.resources[each].site != site for each in booking.resources):
            continue
        sequence = (sequences or {}).get(booking.key, 0)
        parts = plan.parts(booking)
        if resource is None:
            events.append(_event(plan, booking, parts, "whole", booking.window, host, sequence, answers))
        else:
            events += [_event(plan, booking, parts, during, served, host, sequence, answers) for during, served in _served(parts, resource, booking.window)]
    return tuple(sorted(events, key=lambda event: (event.window.start, event.window.end, event.uid)))


def _served(parts: tuple[Part, ...], resource: str, whole: Window) -> tuple[tuple[During, Window], ...]:
    """When one resource serves a booking: its whole time, or its head and its tail; and beside these what is taken before and after."""
    mine: dict[During, Window] = {}
    for part in parts:
        if part.resource.id == resource and (part.during not in mine or part.window.length > mine[part.during].length):
            mine[part.during] = part.window
    if "whole" in mine or ("head" in mine and "tail" in mine and mine["tail"].start <= mine["head"].end):
        return (("whole", whole), *((during, served) for during, served in mine.items() if during in ("before", "after")))
    return tuple(mine.items())


def _event(
    plan: Plan, booking: Booking, parts: tuple[Part, ...], during: During, served: Window, host: str, sequence: int, organizer: Organizer
) -> CalendarEvent:
    request = plan.requests[booking.request]
    company, task = plan.company_name(request), plan.task_name(booking)
    sites = plan.booking_sites(booking)
    status: EventStatus = "confirmed" if plan.state(booking) in ("kept", "frozen") else "tentative"
    first = sites[0] if sites else None
    return CalendarEvent(
        uid=booking_uid(booking.request, booking.task, host=host, during=during),
        sequence=sequence,
        window=served,
        status=status,
        summary=(f"[{_DURING[during]}] " if during != "whole" else "") + f"{task} · {company}",
        description=_description(plan, booking, parts),
        location=" / ".join(" ".join(filter(None, (site_name(each), each.address))) for each in sites),
        categories=tuple(dict.fromkeys(filter(None, (plan.tasks[booking.key].method, *(each.region for each in sites))))),
        latitude=first.latitude if first is not None else None,
        longitude=first.longitude if first is not None else None,
        last_modified=plan.problem.now,
        time_zone=plan.time_zone(booking),
        organizer=organizer,
        request_uid=request_uid(booking.request, host=host),
    )


def _description(plan: Plan, booking: Booking, parts: tuple[Part, ...]) -> str:
    request = plan.requests[booking.request]
    served_by: dict[str, list[str]] = {}
    for part in parts:
        minutes = int(part.window.length.total_seconds()) // 60
        when = "" if part.during == "whole" else f" ({_DURING[part.during]} {minutes // 60}시간{f' {minutes % 60}분' if minutes % 60 else ''})"
        label = "담당" if part.resource.kind == "person" else "장비"
        served_by.setdefault(label, []).append(resource_name(part.resource) + when)
    lines = [
        f"의뢰: {request.name or request.id} [{request.id}]",
        f"회사: {plan.company_name(request)}",
        f"작업: {plan.task_name(booking)}",
    ]
    if plan.method_text(booking):
        lines.append(f"시험법: {plan.method_text(booking)}")
    if request.specimens is not None:
        lines.append(f"시편: {request.specimens}개")
    runs = dict.fromkeys(part.run_id for part in parts if part.run_id is not None)
    if runs:
        lines.append(f"배치: {', '.join(runs)}")
    if plan.booking_sites(booking):
        lines.append("장소: " + ", ".join(map(site_name, plan.booking_sites(booking))))
    lines += [f"{label}: {', '.join(dict.fromkeys(names))}" for label, names in sorted(served_by.items(), key=lambda each: each[0] != "장비")]
    return "\n".join(lines)
