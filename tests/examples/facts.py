"""What `expect.json` may say of a plan: one function per fact, which returns what is wrong (nothing: the fact holds)."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.model.problem import Problem
from scheduler.model.result import Result
from scheduler.model.schedule import Booking, Schedule, is_same

SEOUL = ZoneInfo("Asia/Seoul")


class Plan:
    """A problem, its result, and its bookings by (request, task)."""

    def __init__(self, problem: Problem, result: Result) -> None:
        assert result.schedule is not None
        self.problem = problem
        self.result = result
        self.schedule: Schedule = result.schedule
        self.booked: dict[tuple[str, str], Booking] = {each.key: each for each in self.schedule.bookings}
        self.resources = {each.id: each for each in problem.lab.resources}
        self.institute_of = {each.id: each.institute for each in problem.lab.sites}
        self.left_out = {each.request: each.reasons for each in self.schedule.unserved}

    def of(self, request: str) -> list[Booking]:
        return [each for each in self.schedule.bookings if each.request == request]

    def completion(self, request: str) -> datetime:
        return max(each.window.end for each in self.of(request))

    def people(self, request: str, task: str) -> set[str]:
        return {each for each in self.booked[request, task].resources if self.resources[each].kind == "person"}


Wrong = Iterator[str]


def outcome(plan: Plan, allowed: list[str]) -> Wrong:
    if plan.result.outcome not in allowed:
        yield f"outcome {plan.result.outcome}"


def served(plan: Plan, number: int) -> Wrong:
    count = len(plan.problem.requests) - len(plan.left_out)
    if count != number:
        yield f"{count} served, left out: {plan.left_out}"


def served_at_least(plan: Plan, number: int) -> Wrong:
    count = len(plan.problem.requests) - len(plan.left_out)
    if count < number:
        yield f"only {count} served"


def bookings(plan: Plan, number: int) -> Wrong:
    if len(plan.schedule.bookings) != number:
        yield f"{len(plan.schedule.bookings)} bookings"


def unserved(plan: Plan, reasons: dict[str, list[str]]) -> Wrong:
    if plan.left_out.keys() != reasons.keys():
        yield f"left out: {sorted(plan.left_out)}"
        return
    for request, wanted in reasons.items():
        told = [each.code for each in plan.left_out[request]]
        if not set(wanted) <= set(told):
            yield f"{request} is left out because of {told}"


def tardy(plan: Plan, number: int) -> Wrong:
    late = [each.id for each in plan.problem.requests if each.id not in plan.left_out and each.due and plan.completion(each.id) > each.due]
    if len(late) != number:
        yield f"late: {late}"


def moved(plan: Plan, tasks: list[list[str]]) -> Wrong:
    changed = [
        list(each.booking.key)
        for each in plan.problem.in_force
        if not (each.booking.key in plan.booked and is_same(plan.booked[each.booking.key], each.booking))
    ]
    if changed != tasks:
        yield f"moved: {changed}"


def completed_before(plan: Plan, moments: dict[str, str]) -> Wrong:
    for request, moment in moments.items():
        if plan.completion(request) > datetime.fromisoformat(moment):
            yield f"{request} is complete only at {plan.completion(request)}"


def not_before(plan: Plan, moments: dict[str, str]) -> Wrong:
    for request, moment in moments.items():
        if any(each.window.start < datetime.fromisoformat(moment) for each in plan.of(request)):
            yield f"{request} starts too early"


def starts_within_hours(plan: Plan, chains: list[tuple[str, str, str, float]]) -> Wrong:
    for request, before, after, limit in chains:
        wait = plan.booked[request, after].window.start - plan.booked[request, before].window.end
        if not timedelta(0) <= wait <= timedelta(hours=limit):
            yield f"{request}: {after} starts {wait} after {before}"


def uses(plan: Plan, triples: list[tuple[str, str, str]]) -> Wrong:
    for request, task, resource in triples:
        if resource not in plan.booked[request, task].resources:
            yield f"{request}/{task} uses {plan.booked[request, task].resources}"


def same_people(plan: Plan, triples: list[tuple[str, str, str]]) -> Wrong:
    for request, first, second in triples:
        if plan.people(request, first) != plan.people(request, second):
            yield f"{request}: {first} and {second} have different people"


def people(plan: Plan, triples: list[tuple[str, str, int]]) -> Wrong:
    for request, task, number in triples:
        if len(plan.people(request, task)) != number:
            yield f"{request}/{task}: {plan.people(request, task)}"


def institutes(plan: Plan, numbers: dict[str, int]) -> Wrong:
    for request, number in numbers.items():
        sites = {plan.resources[each].site for booking in plan.of(request) for each in booking.resources}
        involved = {plan.institute_of[each] for each in sites if each is not None}
        if len(involved) != number:
            yield f"{request} is done by {involved}"


def one_site(plan: Plan, requests: list[str]) -> Wrong:
    for request in requests:
        sites = {plan.resources[each].site for booking in plan.of(request) for each in booking.resources} - {None}
        if len(sites) != 1:
            yield f"{request} is done at {sites}"


def one_run(plan: Plan, groups: list[list[str]]) -> Wrong:
    for group in groups:
        runs = {allocation.run_id for request in group for booking in plan.of(request) for allocation in booking.allocations} - {None}
        if len(runs) != 1:
            yield f"{group} are in {runs}"


def runs_at_most(plan: Plan, number: int) -> Wrong:
    if len(plan.schedule.runs) > number:
        yield f"{len(plan.schedule.runs)} runs"


def undisturbed(plan: Plan, pairs: list[tuple[str, str]]) -> Wrong:
    for kept, other in pairs:
        for booking in plan.of(kept):
            for edge in (moment for each in plan.of(other) for moment in (each.window.start, each.window.end)):
                if booking.window.start < edge < booking.window.end:
                    yield f"{other} disturbs {kept} at {edge}"


def apart(plan: Plan, pairs: list[tuple[str, str]]) -> Wrong:
    for one, two in pairs:
        if any(a.window.start < b.window.end and b.window.start < a.window.end for a in plan.of(one) for b in plan.of(two)):
            yield f"{one} and {two} meet"


def on_weekday(plan: Plan, days: dict[str, int]) -> Wrong:
    for request, day in days.items():
        if any(each.window.start.astimezone(SEOUL).weekday() != day for each in plan.of(request)):
            yield f"{request} is not always on day {day} of the week"


def sessions_a_day(plan: Plan, most: int) -> Wrong:
    starts = Counter((each, booking.window.start.astimezone(SEOUL).date()) for booking in plan.schedule.bookings for each in booking.resources)
    for (who, day), number in starts.items():
        if number > most:
            yield f"{who} has {number} sessions on {day}"


def within_a_day(plan: Plan, tasks: list[tuple[str, str]]) -> Wrong:
    for request, task in tasks:
        window = plan.booked[request, task].window
        if window.start.astimezone(SEOUL).date() != window.end.astimezone(SEOUL).date():
            yield f"{request}/{task} crosses a night"


def over_night(plan: Plan, tasks: list[tuple[str, str, float]]) -> Wrong:
    for request, task, length in tasks:
        if plan.booked[request, task].window.length <= timedelta(hours=length):
            yield f"{request}/{task} does not pause"


def task_not_before(plan: Plan, moments: list[tuple[str, str, str]]) -> Wrong:
    for request, task, moment in moments:
        if plan.booked[request, task].window.start < datetime.fromisoformat(moment):
            yield f"{request}/{task} starts too early"


def amounts_at_most(plan: Plan, most: dict[str, int]) -> Wrong:
    for each in plan.result.score:
        if each.name in most and each.amount > most[each.name]:
            yield f"{each.name}: {each.amount}"


FACTS: dict[str, Callable[[Plan, Any], Wrong]] = {
    each.__name__: each
    for each in (
        outcome,
        served,
        served_at_least,
        bookings,
        unserved,
        tardy,
        moved,
        completed_before,
        not_before,
        starts_within_hours,
        uses,
        same_people,
        people,
        institutes,
        one_site,
        one_run,
        runs_at_most,
        undisturbed,
        apart,
        on_weekday,
        sessions_a_day,
        within_a_day,
        over_night,
        task_not_before,
        amounts_at_most,
    )
}
SETTINGS = {"time_limit_seconds", "generate"}


def double_booked(plan: Plan) -> Wrong:
    """Resources that serve more at an instant than they have units; counted here anew, without the verifier."""
    requirements = {
        (request.id, task.id, mode.id, each.id): (each, mode.duration)
        for request in plan.problem.requests
        for task in request.tasks
        for mode in task.modes
        for each in mode.requirements
    }
    taken: dict[str, list[tuple[datetime, int]]] = {}
    for booking in plan.schedule.bookings:
        for allocation in booking.allocations:
            needed, _ = requirements[booking.request, booking.task, booking.mode, allocation.requirement]
            start, end = booking.window.start, booking.window.end
            if needed.during == "head" and needed.part is not None:
                end = start + needed.part
            elif needed.during == "tail" and needed.part is not None:
                start = end - needed.part
            elif needed.during == "after" and needed.part is not None:
                start, end = end, end + needed.part
            for resource in allocation.resources:
                taken.setdefault(resource, []).extend([(start, needed.demand), (end, -needed.demand)])
    for resource, changes in taken.items():
        level = 0
        # At the same instant what ends makes room first.
        for moment, change in sorted(changes):
            level += change
            if level > plan.resources[resource].capacity:
                yield f"{resource} is booked twice at {moment}"
