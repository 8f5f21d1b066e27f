"""Problems built round a known schedule, as tight as can be: whoever is too strict by one finds no plan for them.

Openings are exactly the parts booked, capacities exactly the peaks, lags exactly those seen,
release date and deadline exactly the ends, qualifications valid exactly for the parts served.
With `slack` some of these limits are left out at random, so that there is something to search.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from scheduler.model.calendar import Calendar
from scheduler.model.lab import Closure, Feature, Lab, Qualification, Resource, Site
from scheduler.model.policy import Policy
from scheduler.model.problem import InForce, Problem
from scheduler.model.request import FeatureBound, Link, LinkKind, Mode, Precedence, Request, Requirement, Select, Task
from scheduler.model.schedule import Allocation, Booking, Schedule
from scheduler.model.window import Window, union

BASE = datetime(2026, 3, 27, tzinfo=UTC)
SITES = (("guro", "ktl"), ("ansan", "ktl"), ("busan", "kcl"))


@dataclass(frozen=True)
class Planted:
    """A problem, the schedule it was built round, and the same schedule before tightening anything."""

    problem: Problem
    schedule: Schedule


@dataclass
class _Use:
    resource: str
    start: datetime
    end: datetime
    demand: int


class _Garden:
    """Grows bookings first; the lab that they need is written down afterwards."""

    def __init__(self, seed: int, slack: bool) -> None:
        self.random = Random(seed)
        self.slack = slack
        self.step = timedelta(minutes=self.random.choice((5, 15, 30)))
        self.kinds: dict[str, tuple[str, str | None]] = {}
        self.uses: list[_Use] = []
        self.rights: dict[str, list[Qualification]] = defaultdict(list)
        self.features: dict[str, list[Feature]] = defaultdict(list)
        self.requests: list[Request] = []
        self.bookings: list[Booking] = []
        self.in_force: list[InForce] = []

    def is_tight(self) -> bool:
        """Whether to set the next limit: always, or with slack half the time."""
        return not self.slack or self.random.random() < 0.5

    def steps(self, low: int, high: int) -> timedelta:
        return self.random.randint(low, high) * self.step

    def free_resource(self, kind: str, site: str | None, start: datetime, end: datetime, taken: Sequence[str]) -> str:
        """A unit resource that nobody has during `[start, end)`: an old one if possible."""
        fit = [name for name, what in self.kinds.items() if what == (kind, site) and name not in taken]
        fit = [name for name in fit if all(use.end <= start or end <= use.start for use in self.uses if use.resource == name)]
        if fit:
            return self.random.choice(fit)
        name = f"{kind}-{site or 'mobile'}-{len(self.kinds)}"
        self.kinds[name] = (kind, site)
        return name

    def request(self, number: int) -> None:
        request_id = f"r{number}"
        sites = [self.random.choice(SITES)[0] for _ in range(3)] if self.random.random() < 0.5 else [self.random.choice(SITES)[0]] * 3
        at = BASE + self.steps(0, 12)
        tasks, bookings = [], []
        for index in range(self.random.randint(1, 3)):
            task, booking = self.task(request_id, f"t{index}", at, sites[index])
            tasks.append(task)
            bookings.append(booking)
            at = booking.window.end + self.steps(0, 4)
        first, last = bookings[0].window.start, max(each.window.end for each in bookings)
        frozen = [each for each in bookings if self.random.random() < 0.15]
        movable = [each for each in bookings if each not in frozen and self.random.random() < 0.15]
        self.in_force += [InForce(booking=each, frozen=True) for each in frozen] + [InForce(booking=each, move_cost=3) for each in movable]
        self.requests.append(
            Request(
                id=request_id,
                company="acme",
                tasks=tuple(tasks),
                precedences=self.precedences(bookings),
                links=self.links(tasks, bookings, {each.task for each in frozen}),
                release=first if self.is_tight() else None,
                deadline=last if self.is_tight() else None,
                due=last,
                weight=self.random.randint(1, 3),
            )
        )
        self.bookings += bookings

    def task(self, request_id: str, task_id: str, start: datetime, site: str) -> tuple[Task, Booking]:
        length = self.steps(2, 10)
        end = start + length
        wanted: list[Requirement] = []
        served: list[Allocation] = []
        anywhere = self.random.random() < 0.2

        def take(name: str, kind: str, during: str = "whole", count: int = 1, demand: int = 1) -> None:
            part = None if during == "whole" else self.random.randint(1, length // self.step) * self.step
            begin, finish = start, end
            if part is not None:
                begin, finish = (start, start + part) if during == "head" else (end - part, end)
            chosen: list[str] = []
            for _ in range(count):
                place = self.random.choice(SITES)[0] if anywhere else site
                where = None if self.random.random() < 0.1 else place
                if kind == "chamber":
                    chosen.append(f"chamber-{place}")
                    self.kinds[f"chamber-{place}"] = ("chamber", place)
                else:
                    chosen.append(self.free_resource(kind, where, begin, finish, chosen))
                self.uses.append(_Use(chosen[-1], begin, finish, demand))
            select = self.select(f"{request_id}-{task_id}-{name}", kind, chosen, begin, finish)
            wanted.append(Requirement(id=name, select=select, count=count, demand=demand, during=during, part=part))
            served.append(Allocation(requirement=name, resources=tuple(chosen)))

        if self.random.random() < 0.6:
            take("chamber", "chamber", demand=self.random.randint(1, 3))
        if self.random.random() < 0.5:
            take("load", "person", "head")
        if self.random.random() < 0.5:
            take("unload", "person", "tail")
        if not wanted or self.random.random() < 0.4:
            take("people", "person", count=self.random.randint(1, 2))
        if self.random.random() < 0.3:
            take("scope", "instrument")
        modes = [Mode(duration=length, requirements=tuple(wanted))]
        if self.random.random() < 0.3:
            # A way that never fits: it ends after all openings.
            modes.insert(self.random.randint(0, 1), Mode(id="slow", duration=timedelta(days=9), requirements=tuple(wanted)))
        placed_sites = {self.kinds[name][1] for each in served for name in each.resources} - {None}
        place = "one_site" if len(placed_sites) <= 1 else "anywhere"
        task = Task(id=task_id, modes=tuple(modes), place=place)
        return task, Booking(request=request_id, task=task_id, window=Window(start=start, end=end), allocations=tuple(served))

    def select(self, name: str, kind: Any, chosen: Sequence[str], start: datetime, end: datetime) -> Select:
        """One that admits the chosen and perhaps others; by what, changes."""
        how = self.random.choice(("ids", "qualification", "features", "kind"))
        if how == "ids":
            others = [each for each, what in self.kinds.items() if what[0] == kind and each not in chosen]
            return Select(ids=tuple(self.random.sample([*chosen, *others[:2]], len(chosen) + len(others[:2]))))
        if how == "qualification":
            for each in chosen:
                cut = start + (end - start) / 2
                if self.random.random() < 0.3:  # renewed in the middle
                    self.rights[each] += [
                        Qualification(name=name, valid_from=cut, valid_until=end),
                        Qualification(name=name, valid_from=start, valid_until=cut),
                    ]
                else:
                    self.rights[each].append(Qualification(name=name, valid_from=start, valid_until=end))
            return Select(kind=kind, qualification=name)
        if how == "features":
            for each in chosen:
                self.features[each].append(Feature(name=name, low=5, high=10))
            return Select(features=(FeatureBound(name=name, low=5, high=10),))
        sites = tuple(dict.fromkeys(where for where in (self.kinds[each][1] for each in chosen) if where is not None))
        return Select(kind=kind, sites=sites)

    def precedences(self, bookings: Sequence[Booking]) -> tuple[Precedence, ...]:
        found = []
        for before in range(len(bookings)):
            for after in range(before + 1, len(bookings)):
                if after == before + 1 or self.random.random() < 0.3:
                    lag = bookings[after].window.start - bookings[before].window.end
                    least, most = (lag, lag) if self.is_tight() else self.random.choice(((timedelta(0), lag), (lag, None), (timedelta(0), None)))
                    found.append(Precedence(before=f"t{before}", after=f"t{after}", min_lag=least, max_lag=most))
        return tuple(self.random.sample(found, len(found)))

    def links(self, tasks: Sequence[Task], bookings: Sequence[Booking], frozen: set[str]) -> tuple[Link, ...]:
        """Every link that holds between the first and another task."""
        found = []
        for index in range(1, len(tasks)):
            pair = bookings[0], bookings[index]
            names = (tasks[0].id, tasks[index].id)
            sites = [{self.kinds[each][1] for each in booking.resources} - {None} for booking in pair]
            people = [{each for each in booking.resources if self.kinds[each][0] == "person"} for booking in pair]
            institutes = [{dict(SITES)[site] for site in each if site is not None} for each in sites]
            kinds: list[tuple[LinkKind, str | None, bool]] = [
                ("same_site", None, len(sites[0] | sites[1]) <= 1),
                ("different_institutes", None, not institutes[0] & institutes[1]),
                ("same_people", None, people[0] == people[1] and (not frozen & set(names) or _takes_all(pair, people[0]))),
            ]
            served = [{each.requirement: set(each.resources) for each in booking.allocations} for booking in pair]
            kinds += [("same_resource", name, served[0][name] == served[1].get(name)) for name in served[0]]
            found += [Link(kind=kind, tasks=names, requirement=requirement) for kind, requirement, holds in kinds if holds and self.is_tight()]
        return tuple(found)

    def lab(self) -> Lab:
        calendars, resources = [], []
        for name, (kind, site) in self.kinds.items():
            uses = [use for use in self.uses if use.resource == name]
            openings = union(Window(start=use.start, end=use.end) for use in uses)
            levels = sorted([(use.start, 1, use.demand) for use in uses] + [(use.end, 0, -use.demand) for use in uses])
            peak = level = 0
            for _, _, change in levels:
                level += change
                peak = max(peak, level)
            closures: tuple[Closure, ...] = ()
            if openings and self.random.random() < 0.3:
                # Open all the time, and shut up to the first and after the last part.
                first, last = openings[0].start, openings[-1].end
                closures = (
                    Closure(window=Window(start=first - timedelta(days=30), end=first)),
                    Closure(window=Window(start=last, end=last + timedelta(days=30))),
                )
                openings = (Window(start=first - timedelta(days=1), end=last + timedelta(days=1)),)
            calendars.append(Calendar(id=f"calendar-{name}", time_zone="UTC", openings=openings))
            rights = self.random.sample(self.rights[name], len(self.rights[name]))
            resources.append(
                Resource(
                    id=name,
                    kind=kind,
                    name=name,
                    site=site,
                    calendar=f"calendar-{name}",
                    capacity=max(1, peak),
                    closures=closures,
                    features=tuple(self.features[name]),
                    qualifications=tuple(rights),
                )
            )
        sites = tuple(Site(id=site, name=site, institute=institute, time_zone="Asia/Seoul") for site, institute in SITES)
        return Lab(sites=sites, calendars=tuple(calendars), resources=tuple(resources))


def _takes_all(pair: Sequence[Booking], people: set[str]) -> bool:
    """Whether one requirement of each takes them all: of a half-frozen request compiling asks that (decision 2)."""
    return bool(people) and all(any(people == set(each.resources) for each in booking.allocations) for booking in pair)


def plant(seed: int, requests: int, *, slack: bool) -> Planted:
    """A problem of that many requests round a schedule that serves them all, on the problem's own grid."""
    garden = _Garden(seed, slack)
    for number in range(requests):
        garden.request(number)
    frozen = {each.booking.key for each in garden.in_force if each.frozen}
    free = [each.window for each in garden.bookings if each.key not in frozen] or [each.window for each in garden.bookings]
    horizon = Window(start=min(each.start for each in free), end=max(each.end for each in free))
    problem = Problem(
        now=horizon.start,
        horizon=horizon,
        lab=garden.lab(),
        requests=tuple(garden.requests),
        policy=Policy(resolution=garden.step, move_cost=5),
        in_force=tuple(garden.in_force),
    )
    return Planted(problem=problem, schedule=Schedule(bookings=tuple(garden.bookings)))


def shifted(schedule: Schedule, index: int, by: timedelta) -> Schedule:
    """The schedule with one booking moved."""
    old = schedule.bookings[index]
    new = replace(old, window=Window(start=old.window.start + by, end=old.window.end + by))
    return replace(schedule, bookings=(*schedule.bookings[:index], new, *schedule.bookings[index + 1 :]))
