"""Whether a request fits a lab in which nothing else is booked: exact in wall-clock time, task by task.

What two tasks take from each other is not looked at (nor what two requirements of one task take),
so a request may pass here and still fit nowhere; one that fails here fits nowhere for certain.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from scheduler.errors import InputError, TaskCannotFit
from scheduler.model.calendar import Calendar
from scheduler.model.lab import Lab
from scheduler.model.request import Mode, Request, Requirement, Task
from scheduler.model.text import duration_text, list_text
from scheduler.model.window import Window, window
from scheduler.planning.order_check import order_of
from scheduler.planning.request_check import RequestCheck
from scheduler.planning.serving import part_of, serving_windows

Starts = list[tuple[datetime, datetime]]
"""Possible starts as closed ranges, sorted and disjoint."""

FIRST_LOOK = timedelta(days=21)
"""Nearly every task fits within three weeks of an empty lab; only if not, the whole horizon is looked through."""


class EmptyLab:
    """Answers for one lab whether requests fit while nothing else is booked."""

    def __init__(self, lab: Lab, checker: RequestCheck) -> None:
        self._lab = lab
        self._checker = checker
        self._calendars: dict[str, Calendar] = {each.id: each for each in lab.calendars}

    def check(self, request: Request, now: datetime, horizon: Window) -> None:
        """Each task of `request` has a mode with a start that its calendars, rights, dates and the tasks before it allow.

        Raises: TaskCannotFit with the rule that refuses it.
        """
        opening = max(now, horizon.start) if request.release is None else max(now, horizon.start, request.release)
        closing = horizon.end if request.deadline is None else min(horizon.end, request.deadline)
        earliest: dict[str, datetime] = {}
        tasks = {task.id: (index, task) for index, task in enumerate(request.tasks)}
        for name in order_of(list(tasks), request.precedences, ""):
            index, task = tasks[name]
            begin = max([opening, *(earliest[each.before] + each.min_lag for each in request.precedences if each.after == name)])
            end = self._earliest_end(task, begin, closing)
            if end is None:
                raise self._refusal(request, index, begin, opening, closing)
            earliest[name] = end

    def _earliest_end(self, task: Task, begin: datetime, closing: datetime) -> datetime | None:
        ends = [starts[0][0] + mode.duration for mode in task.modes if (starts := self._first_starts(task, mode, begin, closing))]
        return min(ends, default=None)

    def _first_starts(self, task: Task, mode: Mode, begin: datetime, closing: datetime) -> Starts:
        near = min(closing, begin + mode.duration + FIRST_LOOK)
        found = self._starts(task, mode, begin, near)
        return found if found or near == closing else self._starts(task, mode, begin, closing)

    def _starts(self, task: Task, mode: Mode, begin: datetime, closing: datetime) -> Starts:
        """Every start in `begin..closing - duration` at which each requirement of `mode` has enough resources, at one site if asked."""
        if closing - begin < mode.duration:
            return []
        if self._refused(mode) is not None:
            return []
        within = window(begin, closing)
        single = [self._by_site(requirement, mode, within) for requirement in mode.requirements]
        if task.place == "anywhere":
            return _all_of([_at_least(r.count, (s for group in places.values() for s in group)) for r, places in zip(mode.requirements, single, strict=True)])
        sites: set[str | None] = {site for places in single for site in places if site is not None} or {None}
        ways = []
        for site in sites:
            choice = {None, site}
            ways.append(
                _all_of(
                    [_at_least(r.count, (s for place in choice for s in places.get(place, ()))) for r, places in zip(mode.requirements, single, strict=True)]
                )
            )
        return _at_least(1, ways)

    def _by_site(self, requirement: Requirement, mode: Mode, within: Window, *, rights: bool = True) -> dict[str | None, list[Starts]]:
        """The starts that each capable resource allows, grouped by the site of the resource."""
        begin, end = part_of(requirement, mode)
        # The whole task lies within, not only the part: shift the ends of the window accordingly.
        first, last = within.start, within.end - mode.duration
        qualification = requirement.select.qualification if rights else None
        groups: dict[str | None, list[Starts]] = {}
        for position in self._checker.capable(requirement):
            resource = self._lab.resources[position]
            starts = [
                (max(first, each.start - begin), min(last, each.end - end))
                for each in serving_windows(resource, self._calendars[resource.calendar], qualification, within)
                if max(first, each.start - begin) <= min(last, each.end - end)
            ]
            if starts:
                groups.setdefault(resource.site, []).append(starts)
        return groups

    def _refused(self, mode: Mode) -> tuple[int, str] | None:
        for number, requirement in enumerate(mode.requirements):
            reason = self._checker.refusal(requirement)
            if reason is not None:
                return number, reason
        return None

    def _refusal(self, request: Request, index: int, begin: datetime, opening: datetime, closing: datetime) -> InputError:
        task = request.tasks[index]
        reasons = [self._reason(request, task, mode, begin, opening, closing) for mode in task.modes]
        if len(reasons) == 1:
            number, text = reasons[0]
            where = f"tasks[{index}].modes[0]" + ("" if number is None else f".requirements[{number}]")
            return TaskCannotFit(text, where)
        texts = "; ".join(f"{mode.id}: {text}" for mode, (_, text) in zip(task.modes, reasons, strict=True))
        return TaskCannotFit(f"no mode fits: {texts}", f"tasks[{index}]")

    def _reason(self, request: Request, task: Task, mode: Mode, begin: datetime, opening: datetime, closing: datetime) -> tuple[int | None, str]:
        """Which requirement (None: the mode as a whole) refuses `mode`, and why."""
        refused = self._refused(mode)
        if refused is not None:
            return refused
        room = closing - begin
        span = f"between {_moment(begin)} and {_moment(closing)}"
        if room < mode.duration:
            limit = "the deadline" if closing == request.deadline else "the end of the horizon"
            since = "the tasks before it leave" if begin > opening else "there is"
            left = duration_text(room) if room > timedelta(0) else "nothing"
            return None, f"{duration_text(mode.duration)} are needed, but {since} only {left} until {limit} ({_moment(closing)}); give a later date"
        within = window(begin, closing)
        for number, requirement in enumerate(mode.requirements):
            length = duration_text(mode.duration)
            if requirement.part is not None:
                length = f"the {'first' if requirement.during == 'head' else 'last'} {duration_text(requirement.part)} of {length}"
            names = list_text(self._lab.resources[each].id for each in self._checker.capable(requirement))
            if self._enough(requirement, self._by_site(requirement, mode, within)):
                continue
            if self._enough(requirement, self._by_site(requirement, mode, within, rights=False)):
                skill = requirement.select.qualification
                return number, f"qualification: nobody holds {skill!r} for {length} while open {span} ({names}); renew a qualification or move the dates"
            many = "none" if requirement.count == 1 else f"no {requirement.count} at a time"
            return number, f"calendar: of {names}, {many} is open for {length} without a break {span}; shorten it, widen the dates or the opening hours"
        if task.place == "one_site" and self._starts(_anywhere(task), mode, begin, closing):
            return None, f"location: no single site has all that it takes {span}; allow more sites or resources"
        return None, f"calendar: what it takes is never open together long enough {span}; widen the dates or the opening hours"

    def _enough(self, requirement: Requirement, places: dict[str | None, list[Starts]]) -> bool:
        return bool(_at_least(requirement.count, (starts for group in places.values() for starts in group)))


def _anywhere(task: Task) -> Task:
    return Task(id=task.id, modes=task.modes, place="anywhere")


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _at_least(count: int, ways: Iterable[Starts]) -> Starts:
    """The starts that lie in at least `count` of the given range lists."""
    # A range that begins where another ends overlaps it, as ranges are closed: openings sort before closings.
    events = sorted((at, kind) for ranges in ways for first, last in ranges for at, kind in ((first, 0), (last, 1)))
    found: Starts = []
    depth = 0
    begun: datetime | None = None
    for at, kind in events:
        depth += 1 if kind == 0 else -1
        if depth >= count and begun is None:
            begun = at
        elif depth < count and begun is not None:
            found.append((begun, at))
            begun = None
    return found


def _all_of(ways: Sequence[Starts]) -> Starts:
    """The starts that lie in all of the given range lists."""
    found = ways[0]
    for other in ways[1:]:
        found = _both(found, other)
    return found


def _both(left: Starts, right: Starts) -> Starts:
    common: Starts = []
    i = j = 0
    while i < len(left) and j < len(right):
        first, last = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if first <= last:
            common.append((first, last))
        if left[i][1] <= right[j][1]:
            i += 1
        else:
            j += 1
    return common
