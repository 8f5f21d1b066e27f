"""Whether a request fits a lab in which nothing else is booked: exact in wall-clock time, task by task.

What two tasks take from each other is not looked at (nor what two requirements of one task take,
nor ways and changeovers), so a request may pass here and still fit nowhere; one that fails here
fits nowhere for certain. Of a task that pauses only the time worked is looked at, and a task in a
batch run may last as long as any run that could hold it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from scheduler.errors import InputError, TaskCannotFit
from scheduler.model.calendar import Calendar, open_windows
from scheduler.model.lab import Lab
from scheduler.model.logistics import ready_at
from scheduler.model.request import Mode, Request, Requirement, Shipment, Task
from scheduler.model.text import duration_text, list_text
from scheduler.model.window import Window, union, window
from scheduler.planning.eligible import place_of
from scheduler.planning.order_check import order_of
from scheduler.planning.request_check import Refusal, RequestCheck
from scheduler.planning.series_check import least_step
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
        self._sites = {each.id: each for each in lab.sites}
        self._arrivals: dict[tuple[Shipment, str], datetime | None] = {}

    def check(self, request: Request, now: datetime, horizon: Window) -> None:
        """Each task of `request` has a mode with a start that its calendars, rights, dates and the tasks before it allow.

        Raises: TaskCannotFit with the rule that refuses it.
        """
        opening = max(now, horizon.start) if request.release is None else max(now, horizon.start, request.release)
        closing = horizon.end if request.deadline is None else min(horizon.end, request.deadline)
        earliest: dict[str, tuple[datetime, datetime]] = {}
        follows: dict[str, list[tuple[str, timedelta]]] = {}
        for series in request.series:
            step = least_step(series) or series.least_apart
            for before, after in pairwise(series.tasks):
                follows.setdefault(after, []).append((before, step))
        tasks = {task.id: (index, task) for index, task in enumerate(request.tasks)}
        for name in order_of(list(tasks), request.precedences, "", request.series):
            index, task = tasks[name]
            begin = max([opening, *(earliest[each.before][1] + each.min_lag for each in request.precedences if each.after == name)])
            begin = max([begin, *(earliest[before][0] + step for before, step in follows.get(name, ()))])
            released = opening if task.release is None else max(opening, task.release)
            begin = max(begin, released)
            asked = Asked(request, task, released, begin, closing if task.deadline is None else min(closing, task.deadline))
            found = self._earliest(asked)
            if found is None:
                raise self._refusal(asked, index)
            earliest[name] = found

    def _earliest(self, asked: "Asked") -> tuple[datetime, datetime] | None:
        """The earliest start and the earliest end of a task, of whichever modes."""
        found = [(starts[0][0], starts[0][0] + mode.duration) for mode in asked.task.modes if (starts := self._first_starts(asked, mode))]
        return (min(start for start, _ in found), min(end for _, end in found)) if found else None

    def _first_starts(self, asked: "Asked", mode: Mode) -> Starts:
        near = min(asked.closing, asked.begin + mode.duration + FIRST_LOOK)
        found = self._starts(replace(asked, closing=near), mode)
        return found if found or near == asked.closing else self._starts(asked, mode)

    def _starts(self, asked: "Asked", mode: Mode) -> Starts:
        """Every start in `begin..closing - duration` at which each requirement of `mode` has enough resources, at one site if asked."""
        task = asked.task
        if asked.closing - asked.begin < mode.duration or self._refused(mode) is not None:
            return []
        bounds: list[Starts] = []
        if task.within is not None:
            bounds = [self._inside(asked, mode)]
        elif task.pauses_in is not None:
            bounds = [self._worked(asked, mode)]
        within = window(asked.begin, asked.closing)  # one object: the caches of calendars know it at once
        single = [self._by_site(requirement, mode, asked, within) for requirement in mode.requirements]
        if task.place == "anywhere":
            return _all_of(
                bounds + [_at_least(r.count, (s for group in places.values() for s in group)) for r, places in zip(mode.requirements, single, strict=True)]
            )
        sites: set[str | None] = {site for places in single for site in places if site is not None} or {None}
        if task.site is not None:
            sites = {task.site}
        ways = []
        for site in sites:
            choice = {None, site}
            ways.append(
                _all_of(
                    bounds
                    + [_at_least(r.count, (s for place in choice for s in places.get(place, ()))) for r, places in zip(mode.requirements, single, strict=True)]
                )
            )
        return _at_least(1, ways)

    def _inside(self, asked: "Asked", mode: Mode) -> Starts:
        """The starts at which the whole task lies in one opening of the calendar it must not leave."""
        opened = union(open_windows(self._calendars[str(asked.task.within)], window(asked.begin, asked.closing)))
        return [(each.start, each.end - mode.duration) for each in opened if each.length >= mode.duration]

    def _worked(self, asked: "Asked", mode: Mode) -> Starts:
        """The starts from which enough time can be worked before the end, whoever works."""
        left = mode.duration
        opened = union(open_windows(self._calendars[str(asked.task.pauses_in)], window(asked.begin, asked.closing)))
        for each in reversed(opened):
            if each.length >= left:
                return [(opened[0].start, each.end - left)]
            left -= each.length
        return []

    def _by_site(self, requirement: Requirement, mode: Mode, asked: "Asked", within: Window, *, rights: bool = True) -> dict[str | None, list[Starts]]:
        """The starts that each capable resource allows, grouped by the site of the resource; those that travel are at every site."""
        pauses, is_exact = asked.task.pauses_in is not None, mode.max_duration is None
        longest = mode.duration if mode.max_duration is None else mode.max_duration
        # Of a run that may be longer the part can lie anywhere between the two.
        begin, end = part_of(requirement, longest)[0], part_of(requirement, mode.duration)[1]
        begins, ends = part_of(requirement, mode.duration)
        # The whole task lies within, not only the part: shift the ends of the window accordingly.
        first, last = asked.begin, asked.closing - mode.duration
        if requirement.during in ("before", "after"):
            within = window(first + min(begins, timedelta(0)), asked.closing + max(ends - mode.duration, timedelta(0)))
        select = requirement.select
        groups: dict[str | None, list[Starts]] = {}
        for position in self._checker.capable(requirement):
            resource = self._lab.resources[position]
            place = place_of(resource)
            sooner = first
            if place is not None and asked.request.shipment is not None:
                ready = self._ready(asked.request.shipment, place)
                if ready is None:
                    continue
                sooner = max(first, ready - begin)
            served = serving_windows(resource, self._calendars[resource.calendar], select.qualification if rights else None, within, select.level)
            if pauses:
                # How its openings fit the clock of the task is left to planning.
                starts = [(sooner, last)] if served and sooner <= last else []
            else:
                starts = [
                    (max(sooner, each.start - begin), min(last, each.end - end))
                    for each in served
                    if (is_exact or each.length >= ends - begins) and max(sooner, each.start - begin) <= min(last, each.end - end)
                ]
            if starts:
                groups.setdefault(place, []).append(starts)
        return groups

    def _ready(self, shipment: Shipment, site: str) -> datetime | None:
        key = (shipment, site)
        if key not in self._arrivals:
            self._arrivals[key] = ready_at(self._lab, shipment, self._sites[site])
        return self._arrivals[key]

    def _refused(self, mode: Mode) -> tuple[int, Refusal] | None:
        for number, requirement in enumerate(mode.requirements):
            reason = self._checker.refusal(requirement)
            if reason is not None:
                return number, reason
        return None

    def _refusal(self, asked: "Asked", index: int) -> InputError:
        task = asked.task
        reasons = [self._reason(asked, mode) for mode in task.modes]
        if len(reasons) == 1:
            where, text = reasons[0]
            return TaskCannotFit(text, f"tasks[{index}].modes[0]{where}")
        texts = "; ".join(f"{mode.id}: {text}" for mode, (_, text) in zip(task.modes, reasons, strict=True))
        return TaskCannotFit(f"no mode fits: {texts}", f"tasks[{index}]")

    def _reason(self, asked: "Asked", mode: Mode) -> tuple[str, str]:
        """Which part of `mode` refuses it (a path below it, empty: the mode as a whole), and why."""
        task, begin, closing = asked.task, asked.begin, asked.closing
        refused = self._refused(mode)
        if refused is not None:
            number, why = refused
            return f".requirements[{number}]" + (f".{why.field}" if why.field else ""), why.text
        room = closing - begin
        span = f"between {_moment(begin)} and {_moment(closing)}"
        if room < mode.duration:
            has_deadline = closing in (asked.request.deadline, task.deadline)
            limit = "the deadline" if has_deadline else "the end of the horizon"
            cure = "give a later date" if has_deadline else "let it begin sooner, or lengthen the horizon"
            since = "the tasks before it leave" if begin > asked.opening else "there is"
            left = f"only {duration_text(room)}" if room > timedelta(0) else "no time"
            return "", f"{duration_text(mode.duration)} are needed, but {since} {left} until {limit} ({_moment(closing)}); {cure}"
        if task.within is not None and not self._inside(asked, mode):
            return "", f"calendar: {duration_text(mode.duration)} are in no opening of {task.within!r} {span}; shorten it or widen the dates or the hours"
        if task.pauses_in is not None and not self._worked(asked, mode):
            return "", f"calendar: {task.pauses_in!r} has less than {duration_text(mode.duration)} of openings {span}; widen the dates or the hours"
        within = window(begin, closing)
        for number, requirement in enumerate(mode.requirements):
            if self._enough(requirement, self._by_site(requirement, mode, asked, within)):
                continue
            where = f".requirements[{number}]"
            length = _length_text(requirement, mode)
            names = list_text(self._lab.resources[each].id for each in self._checker.capable(requirement))
            if asked.request.shipment is not None and self._enough(requirement, self._by_site(requirement, mode, asked.unshipped(), within)):
                return where, f"shipment: the specimens are not ready at {names} early enough {span}; send them sooner or widen the dates"
            if self._enough(requirement, self._by_site(requirement, mode, asked.unshipped(), within, rights=False)):
                skill = requirement.select.qualification
                return where, f"qualification: nobody holds {skill!r} for {length} while open {span} ({names}); renew a qualification or move the dates"
            many = "none" if requirement.count == 1 else f"no {requirement.count} at a time"
            return where, f"calendar: of {names}, {many} is open for {length} without a break {span}; shorten it, widen the dates or the opening hours"
        if task.place == "one_site" and self._starts(replace(asked, task=_anywhere(task)), mode):
            return "", f"location: no single site has all that it takes {span}; allow more sites or resources"
        return "", f"calendar: what it takes is never open together long enough {span}; widen the dates or the opening hours"

    def _enough(self, requirement: Requirement, places: dict[str | None, list[Starts]]) -> bool:
        return bool(_at_least(requirement.count, (starts for group in places.values() for starts in group)))


@dataclass(frozen=True, slots=True)
class Asked:
    """One task of a request, to be placed in `begin..closing`; `opening` is where it could begin without the tasks before it."""

    request: Request
    task: Task
    opening: datetime
    begin: datetime
    closing: datetime

    def unshipped(self) -> "Asked":
        """The same with the specimens there from the start."""
        return self if self.request.shipment is None else replace(self, request=replace(self.request, shipment=None))


def _anywhere(task: Task) -> Task:
    return replace(task, place="anywhere", site=None)


_WHICH = {"head": "the first {} of", "tail": "the last {} of", "before": "the {} before", "after": "the {} after"}


def _length_text(requirement: Requirement, mode: Mode) -> str:
    length = duration_text(mode.duration)
    return length if requirement.part is None else f"{_WHICH[requirement.during].format(duration_text(requirement.part))} {length}"


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
