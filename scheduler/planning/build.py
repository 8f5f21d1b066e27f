"""From lab, open requests and the schedule in force to a problem that is complete in itself."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.model.calendar import Calendar, DayException, holiday_names, open_windows
from scheduler.model.lab import Lab, validity
from scheduler.model.policy import Policy
from scheduler.model.problem import Company, InForce, Problem, Quota
from scheduler.model.request import Mode, Request, Requirement, Task
from scheduler.model.schedule import Allocation, Booking, run_id
from scheduler.model.window import Window, Windows, covers, intersection, window
from scheduler.planning.eligible import Eligibility
from scheduler.planning.serving import freeze_horizon, own_horizons, serving_windows, use_of

QUARTER = timedelta(weeks=13)


def build_problem(
    lab: Lab,
    requests: Iterable[Request],
    in_force: Iterable[InForce],
    policy: Policy,
    now: datetime,
    horizon: Window,
    name: str = "",
    *,
    companies: Iterable[Company] = (),
    quotas: Iterable[Quota] = (),
) -> Problem:
    """The problem of planning `requests` in `lab` from `now` on, given the schedule in force.

    A booking in force is frozen if it says so or starts before `now` plus the freeze horizon: the
    longest that its resources name, else the policy's. It is movable all the same, at no cost,
    where one of its resources can no longer serve what is left of it (removed, shut, no longer
    qualified): nobody can keep it. Bookings of requests that are not
    among `requests` (withdrawn), or of tasks, modes or requirements that their request no longer
    has, are left out. Public holidays become exceptions, see `freeze_calendars`.
    """
    kept = tuple(requests)
    own = own_horizons(lab.resources)
    before = tuple(in_force)
    keeper = _Keeper(lab, {each.id: each for each in kept}, now, _reach(now, before))
    bookings = []
    for each in before:
        found = keeper.asked_by(each)
        if found is not None:
            wanted = each.frozen or each.booking.window.start < now + freeze_horizon(each.booking, own, policy)
            if keeper.can_stand(each, *found):
                bookings.append(replace(each, booking=keeper.with_runs(each.booking), frozen=wanted))
            else:
                bookings.append(replace(each, frozen=False, move_cost=0))
    problem = Problem(
        name=name,
        now=now,
        horizon=horizon,
        lab=lab,
        requests=kept,
        policy=policy,
        in_force=tuple(bookings),
        companies=tuple(companies),
        quotas=tuple(quotas),
    )
    return freeze_calendars(problem)


def freeze_calendars(problem: Problem) -> Problem:
    """The same problem with public holidays as exceptions of their calendars.

    A stored problem then plays the same with another version of the holiday data. A calendar's
    own exceptions win over holidays, as before. Covers all days that the horizon, `now`, a
    booking in force or the sending of specimens touches.
    """
    moments = [problem.now, problem.horizon.start, problem.horizon.end]
    moments += [moment for each in problem.in_force for moment in (each.booking.window.start, each.booking.window.end)]
    # What is sent after the horizon comes too late for it, whatever the holidays.
    moments += [min(each.shipment.sent, problem.horizon.end) for each in problem.requests if each.shipment is not None]
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

    def __init__(self, lab: Lab, requests: dict[str, Request], now: datetime, reach: Window) -> None:
        self._lab = lab
        self._requests = requests
        self._now = now
        self._eligibility = Eligibility(lab)
        self._calendars = {each.id: each for each in lab.calendars}
        self._reach = reach
        self._opened: dict[str, Windows] = {}
        self._batches = frozenset(each.id for each in lab.resources if each.batch)

    def asked_by(self, each: InForce) -> tuple[Task, Mode] | None:
        """The task and the mode that are booked; None if the request is gone or no longer has them."""
        request = self._requests.get(each.booking.request)
        if request is None:
            return None
        found = [(task, mode) for task in request.tasks if task.id == each.booking.task for mode in task.modes if mode.id == each.booking.mode]
        if not found or {a.requirement for a in each.booking.allocations} != {r.id for r in found[0][1].requirements}:
            return None
        return found[0]

    def with_runs(self, booking: Booking) -> Booking:
        """`booking` with a run where its resource works in closed runs today, and only there."""
        allocations = tuple(self._in_run(each, booking.window) for each in booking.allocations)
        return booking if allocations == booking.allocations else replace(booking, allocations=allocations)

    def _in_run(self, allocation: Allocation, booked: Window) -> Allocation:
        is_run = any(each in self._batches for each in allocation.resources)
        if is_run == (allocation.run_id is not None):
            return allocation
        # All that began together in it were one run.
        return replace(allocation, run_id=run_id(allocation.resources[0], booked) if is_run else None)

    def can_stand(self, each: InForce, task: Task, mode: Mode) -> bool:
        """Whether all resources of a booking can serve what is left of it."""
        requirements = {requirement.id: requirement for requirement in mode.requirements}
        return all(
            self._serves(name, requirements[allocation.requirement], each.booking.window, task.pauses_in)
            for allocation in each.booking.allocations
            for name in allocation.resources
        )

    def _serves(self, name: str, requirement: Requirement, booked: Window, pauses_in: str | None) -> bool:
        position = self._eligibility.position(name)
        if position is None:
            return False
        start, end = use_of(requirement, booked)
        start = max(start, self._now)
        if end <= start:
            return True  # done: what closes now cannot undo it
        if position not in self._eligibility.candidates_for(requirement):
            return False
        resource, select = self._lab.resources[position], requirement.select
        taken = booked if (start, end) == (booked.start, booked.end) else window(start, end)
        if pauses_in is None or pauses_in not in self._calendars:
            # As `serving_windows` covers it, but of a whole half-year nothing is cut to pieces.
            return (
                covers(self._openings(resource.calendar, taken), taken)
                and not any(closure.window.overlaps(taken) for closure in resource.closures)
                and (select.qualification is None or validity(resource, select.qualification, taken, select.level) == (taken,))
            )
        within = _week_of(taken)
        served = serving_windows(resource, self._calendars[resource.calendar], select.qualification, within, select.level)
        # The right must hold throughout, but whoever holds it need be there only while it is worked on.
        worked = intersection(open_windows(self._calendars[pauses_in], within), (taken,))
        return all(covers(served, part) for part in worked)

    def _openings(self, calendar: str, taken: Window) -> Windows:
        """When the calendar is open, at least as long as `taken`; one answer serves all bookings."""
        if not self._reach.contains(taken):
            return open_windows(self._calendars[calendar], _week_of(taken))
        found = self._opened.get(calendar)
        if found is None:
            found = self._opened[calendar] = open_windows(self._calendars[calendar], self._reach)
        return found


def _reach(now: datetime, in_force: Iterable[InForce]) -> Window:
    """From midnight for as many quarters of a year as there are bookings: the same all day long, so that what calendars answer is known already."""
    first = now.replace(hour=0, minute=0, second=0, microsecond=0)
    last = max((each.booking.window.end for each in in_force), default=first)
    return window(first, first + max(1, -((first - last) // QUARTER)) * QUARTER)


def _week_of(taken: Window) -> Window:
    """From the midnight before, for a week at least."""
    midnight = taken.start.replace(hour=0, minute=0, second=0, microsecond=0)
    return window(midnight, max(taken.end, midnight + timedelta(days=7)))
