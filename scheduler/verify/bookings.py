"""Rules about bookings as such: all there, as long as they must be, within their limits, frozen ones untouched."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from scheduler.model.logistics import ready_at
from scheduler.model.request import Shipment
from scheduler.model.schedule import is_same
from scheduler.model.text import duration_text
from scheduler.verify.facts import Facts, Placed, mode_of
from scheduler.verify.violation import Violation, about


def check_completeness(facts: Facts) -> Iterator[Violation]:
    """Every request is either booked whole, each task once, or listed in `unserved`; nothing else is booked.

    A request in `unserved` keeps its frozen bookings and has no others.
    """
    yield from _unknown_bookings(facts)
    times = Counter(booking.key for booking in facts.schedule.bookings)
    listed = Counter(each.request for each in facts.schedule.unserved)
    for request_id, count in listed.items():
        if request_id not in facts.requests:
            detail = f"Request {request_id!r} is listed as unserved, but the problem has no such request."
            yield Violation(rule="completeness", request=request_id, detail=detail)
        if count > 1:
            yield Violation(rule="completeness", request=request_id, detail=f"Request {request_id!r} is listed as unserved {count} times.")
    for request in facts.problem.requests:
        booked = [task.id for task in request.tasks if times[request.id, task.id]]
        for task_id in booked:
            if times[request.id, task_id] > 1:
                detail = f"Task {task_id!r} of request {request.id!r} is booked {times[request.id, task_id]} times."
                yield Violation(rule="completeness", request=request.id, task=task_id, detail=detail)
        if request.id in listed:
            yield from _booked_though_unserved(facts, request.id, booked)
        elif not booked:
            yield Violation(rule="completeness", request=request.id, detail=f"Request {request.id!r} is neither booked nor listed as unserved.")
        else:
            for task in request.tasks:
                if task.id not in booked:
                    detail = f"Task {task.id!r} of request {request.id!r} is not booked, though other tasks of the request are."
                    yield Violation(rule="completeness", request=request.id, task=task.id, detail=detail)


def _unknown_bookings(facts: Facts) -> Iterator[Violation]:
    for booking in facts.schedule.bookings:
        task = facts.tasks.get(booking.key)
        if booking.request not in facts.requests:
            detail = f"Booked is task {booking.task!r} of request {booking.request!r}, but the problem has no such request."
        elif task is None:
            detail = f"Booked is task {booking.task!r}, but request {booking.request!r} has no such task."
        elif mode_of(task, booking.mode) is None:
            detail = f"Task {booking.task!r} of request {booking.request!r} is booked in mode {booking.mode!r}, which it does not have."
        else:
            continue
        yield Violation(rule="completeness", request=booking.request, task=booking.task, detail=detail)


def _booked_though_unserved(facts: Facts, request_id: str, booked: list[str]) -> Iterator[Violation]:
    movable = [task_id for task_id in booked if (request_id, task_id) not in facts.frozen]
    for task_id in movable:
        detail = f"Request {request_id!r} is listed as unserved, but its task {task_id!r} is booked and not frozen."
        yield Violation(rule="completeness", request=request_id, task=task_id, detail=detail)
    if not movable and len(booked) == len(facts.requests[request_id].tasks):
        detail = f"Request {request_id!r} is listed as unserved, but all its tasks are booked."
        yield Violation(rule="completeness", request=request_id, detail=detail)


def check_duration(facts: Facts) -> Iterator[Violation]:
    """A booking lasts exactly as long as its mode; in a batch run from that up to `max_duration`; if it pauses, that long inside openings.

    A pausing one starts inside an opening and ends with the last minute worked. Where it lies
    outside the horizon its hours are not looked up: `time_limits` tells.
    """
    pauses = False
    for placed in facts.placed:
        window, mode = placed.booking.window, placed.mode
        if placed.task.pauses_in is not None:
            pauses = True
            continue
        length = window.end - window.start
        if length == mode.duration:
            continue
        if not any(each.batch for each in placed.resources()):
            yield about(placed, "duration", f"is booked for {duration_text(window.length)}, but mode {mode.id!r} lasts {duration_text(mode.duration)}.")
        elif not mode.duration <= length <= (mode.max_duration or mode.duration):
            most = mode.max_duration or mode.duration
            range_text = f"from {duration_text(mode.duration)} to {duration_text(most)}"
            yield about(placed, "duration", f"is booked for {duration_text(window.length)} in a batch run, but mode {mode.id!r} lasts {range_text}.")
    if pauses:
        yield from _pausing(facts)


def _pausing(facts: Facts) -> Iterator[Violation]:
    for placed in facts.checked:
        if placed.task.pauses_in is None:
            continue
        start, end = placed.booking.window.start, placed.booking.window.end
        openings = facts.hours[placed.task.pauses_in]
        stretches = openings.inside(start, end)
        worked = openings.worked(start, end)
        if worked != placed.mode.duration:
            yield about(
                placed, "duration", f"is worked on for {worked} in {placed.task.pauses_in!r}, but mode {placed.mode.id!r} lasts {placed.mode.duration}."
            )
        elif stretches[0][0] != start:
            yield about(placed, "duration", f"starts at {start}, when {placed.task.pauses_in!r}, in whose closures it pauses, is shut.")
        elif stretches[-1][1] != end:
            yield about(placed, "duration", f"ends at {end}, but its work in {placed.task.pauses_in!r} is done at {stretches[-1][1]}.")


def check_time_limits(facts: Facts) -> Iterator[Violation]:
    """Start >= release dates, now and start of the horizon; end <= deadlines and end of the horizon; specimens are there.

    What is taken before and after the task lies after now and in the horizon, too. Release date and
    deadline are those of the request and of the task. Frozen bookings were decided earlier and are exempt.
    """
    now, horizon = facts.problem.now, facts.problem.horizon
    ready: dict[tuple[str, str], datetime | None] = {}
    for placed in facts.placed:
        if placed.is_frozen:
            continue
        start, end = placed.booking.window.start, placed.booking.window.end
        request, task = placed.request, placed.task
        release, deadline = request.release, request.deadline
        if start < now or start < horizon.start or (release is not None and start < release) or (task.release is not None and start < task.release):
            limits = [("now", now), ("the start of the horizon", horizon.start), ("the release date", release), ("its own release date", task.release)]
            name, limit = max(((name, limit) for name, limit in limits if limit is not None), key=_moment)
            yield about(placed, "time_limits", f"starts at {start}, before {name}, {limit}.")
        if end > horizon.end or (deadline is not None and end > deadline) or (task.deadline is not None and end > task.deadline):
            limits = [("the end of the horizon", horizon.end), ("the deadline", deadline), ("its own deadline", task.deadline)]
            name, limit = min(((name, limit) for name, limit in limits if limit is not None), key=_moment)
            yield about(placed, "time_limits", f"ends at {end}, after {name}, {limit}.")
        if facts.reaches_beyond:
            yield from _beyond(facts, placed)
        if request.shipment is not None:
            yield from _specimens(facts, placed, request.shipment, ready)


def _beyond(facts: Facts, placed: Placed) -> Iterator[Violation]:
    """Whether what is taken before and after the booking, itself inside, lies after now and in the horizon."""
    begin, end = max(facts.problem.now, facts.problem.horizon.start), facts.problem.horizon.end
    window = placed.booking.window
    for part in placed.parts:
        if part.start < begin <= window.start or window.end <= end < part.end:
            says = f"is served for {part.requirement.id!r} from {part.start} to {part.end}, outside of {begin} to {end}."
            yield about(placed, "time_limits", says, tuple(each.id for each in part.resources))


def _specimens(facts: Facts, placed: Placed, shipment: Shipment, ready: dict[tuple[str, str], datetime | None]) -> Iterator[Violation]:
    """Nothing with a fixed place begins before the specimens are ready there; `ready` keeps what was worked out."""
    for part in placed.parts:
        for resource in part.resources:
            if resource.travel is not None or resource.site not in facts.sites:
                continue
            key = (placed.request.id, resource.site)
            if key not in ready:
                ready[key] = ready_at(facts.problem.lab, shipment, facts.sites[resource.site])
            there = ready[key]
            if there is None or part.start < there:
                when = "which never arrive there" if there is None else f"ready there at {there}"
                says = f"takes {resource.id!r} at {part.start}, before the specimens, {when}."
                yield about(placed, "time_limits", says, (resource.id,))


def check_frozen(facts: Facts) -> Iterator[Violation]:
    """Every frozen booking in force is in the schedule, with the same window, mode and resources."""
    booked = {booking.key: booking for booking in facts.schedule.bookings if booking.key in facts.frozen}
    for (request_id, task_id), frozen in facts.frozen.items():
        ours = booked.get((request_id, task_id))
        if ours is not None and is_same(ours, frozen):
            continue
        what = "is missing" if ours is None else f"was changed from {frozen.window.start} with {', '.join(frozen.resources)}"
        detail = f"The frozen booking of task {task_id!r} of request {request_id!r} {what}."
        yield Violation(rule="frozen", request=request_id, task=task_id, resources=frozen.resources, detail=detail)


def _moment(limit: tuple[str, datetime]) -> datetime:
    return limit[1]
