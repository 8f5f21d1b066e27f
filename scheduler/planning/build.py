"""From lab, open requests and the schedule in force to a problem that is complete in itself."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.model.calendar import Calendar, DayException, holiday_names
from scheduler.model.lab import Lab
from scheduler.model.policy import Policy
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import Mode, Request, Requirement
from scheduler.model.window import Window, covers, window
from scheduler.planning.eligible import Eligibility
from scheduler.planning.serving import serving_windows, use_of


def build_problem(
    lab: Lab, requests: Iterable[Request], in_force: Iterable[InForce], policy: Policy, now: datetime, horizon: Window, name: str = ""
) -> Problem:
    """The problem of planning `requests` in `lab` from `now` on, given the schedule in force.

    A booking in force is frozen if it says so or starts before `now + policy.freeze_horizon`. It
    is movable all the same where one of its resources can no longer serve what is left of it
    (removed, shut, no longer qualified): nobody can keep it. Bookings of requests that are not
    among `requests` (withdrawn), or of tasks, modes or requirements that their request no longer
    has, are left out. Public holidays become exceptions, see `freeze_calendars`.
    """
    kept = tuple(requests)
    limit = now + policy.freeze_horizon
    keeper = _Keeper(lab, {each.id: each for each in kept}, now)
    bookings = []
    for each in in_force:
        mode = keeper.mode_of(each)
        if mode is not None:
            wanted = each.frozen or each.booking.window.start < limit
            bookings.append(replace(each, frozen=wanted and keeper.can_stand(each, mode)))
    return freeze_calendars(Problem(name=name, now=now, horizon=horizon, lab=lab, requests=kept, policy=policy, in_force=tuple(bookings)))


def freeze_calendars(problem: Problem) -> Problem:
    """The same problem with public holidays as exceptions of their calendars.

    A stored problem then plays the same with another version of the holiday data. A calendar's
    own exceptions win over holidays, as before. Covers all days that the horizon, `now` or a
    booking in force touches.
    """
    moments = [problem.now, problem.horizon.start, problem.horizon.end]
    moments += [moment for each in problem.in_force for moment in (each.booking.window.start, each.booking.window.end)]
    first, last = min(moments), max(moments)
    calendars = tuple(_frozen(each, first, last) for each in problem.lab.calendars)
    return problem if calendars == problem.lab.calendars else replace(problem, lab=replace(problem.lab, calendars=calendars))


def _frozen(calendar: Calendar, first: datetime, last: datetime) -> Calendar:
    if calendar.holidays is None:
        return calendar
    zone = ZoneInfo(calendar.time_zone)
    # A night shift of the day before reaches into the first day, one of the last day out of it.
    begin, end = first.astimezone(zone).date() - timedelta(days=1), last.astimezone(zone).date() + timedelta(days=1)
    own = {each.date for each in calendar.exceptions}
    free: list[tuple[date, str]] = []
    for year in range(begin.year, end.year + 1):
        free += [(day, name) for day, name in holiday_names(calendar.holidays, year).items() if begin <= day <= end and day not in own]
    closed = tuple(DayException(date=day, name=name[:300]) for day, name in sorted(free))
    return replace(calendar, holidays=None, exceptions=(*calendar.exceptions, *closed))


class _Keeper:
    """Knows which bookings in force can stand as they are."""

    def __init__(self, lab: Lab, requests: dict[str, Request], now: datetime) -> None:
        self._lab = lab
        self._requests = requests
        self._now = now
        self._eligibility = Eligibility(lab)
        self._calendars = {each.id: each for each in lab.calendars}

    def mode_of(self, each: InForce) -> Mode | None:
        """The mode that is booked; None if the request is gone or no longer has it."""
        request = self._requests.get(each.booking.request)
        if request is None:
            return None
        modes = [mode for task in request.tasks if task.id == each.booking.task for mode in task.modes if mode.id == each.booking.mode]
        if not modes or {a.requirement for a in each.booking.allocations} != {r.id for r in modes[0].requirements}:
            return None
        return modes[0]

    def can_stand(self, each: InForce, mode: Mode) -> bool:
        """Whether all resources of a booking can serve what is left of it."""
        requirements = {requirement.id: requirement for requirement in mode.requirements}
        return all(
            self._serves(name, requirements[allocation.requirement], each.booking.window)
            for allocation in each.booking.allocations
            for name in allocation.resources
        )

    def _serves(self, name: str, requirement: Requirement, booked: Window) -> bool:
        position = self._eligibility.position(name)
        if position is None:
            return False
        start, end = use_of(requirement, booked)
        start = max(start, self._now)
        if end <= start:
            return True  # done: what closes now cannot undo it
        if position not in self._eligibility.candidates(requirement.select):
            return False
        resource = self._lab.resources[position]
        # From midnight and a week long, so that one answer of the calendar serves many bookings.
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        within = window(midnight, max(end, midnight + timedelta(days=7)))
        served = serving_windows(resource, self._calendars[resource.calendar], requirement.select.qualification, within)
        return covers(served, window(start, end))
