"""Where planted problems of one trait grow: bookings first, then the lab that just admits them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from scheduler.model.calendar import Calendar
from scheduler.model.lab import Lab, Resource, Site
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import Problem
from scheduler.model.request import Mode, Request, Requirement, Task
from scheduler.model.schedule import Allocation, Booking, Schedule
from scheduler.model.window import Window, union
from scheduler.ticks.runs import with_runs
from tests.properties.planted import Planted

BASE = datetime(2026, 3, 27, 6, tzinfo=UTC)
"""The Friday before the clocks of Berlin change."""

INSTITUTES = {"guro": "ktl", "ansan": "ktl", "busan": "kcl"}
SITES = tuple(Site(id=site, name=site, institute=institute, time_zone="Europe/Berlin") for site, institute in INSTITUTES.items())
ZERO = timedelta(0)

Served = tuple[Requirement, tuple[str, ...]]
"""A requirement and who serves it."""


@dataclass
class Bed:
    """Bookings, with what they take. `slack`: limits are left out at random, so that there is something to search."""

    random: Random
    slack: bool
    step: timedelta
    requests: list[Request] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    opened: dict[str, list[Window]] = field(default_factory=lambda: defaultdict(list))
    since: datetime = BASE
    """Before it nothing happens."""

    def is_tight(self) -> bool:
        """Whether to set the next limit: always, or with slack half the time."""
        return not self.slack or self.random.random() < 0.5

    def steps(self, low: int, high: int) -> timedelta:
        """That many ticks or something between."""
        return self.random.randint(low, high) * self.step

    def open(self, name: str, start: datetime, end: datetime) -> None:
        """The calendar or the resource of that name is open then, at least."""
        if start < end:
            self.opened[name].append(Window(start=start, end=end))

    def task(
        self, start: datetime, length: timedelta, *served: Served, duration: timedelta | None = None, most: timedelta | None = None, **fields: Any
    ) -> tuple[Task, Booking]:
        """A task that lasts `length`, and its booking; who serves it is open for the part. `duration`: the mode's, if it is another."""
        end = start + length
        for requirement, resources in served:
            for name in resources:
                if fields.get("pauses_in") is None:
                    self.open(name, *part_of(requirement, start, end))
        mode = Mode(duration=duration or length, max_duration=most, requirements=tuple(requirement for requirement, _ in served))
        allocations = tuple(Allocation(requirement=requirement.id, resources=resources) for requirement, resources in served)
        task = Task(**{"id": "t", "modes": (mode,), **fields})
        return task, Booking(request="later", task=task.id, window=Window(start=start, end=end), allocations=allocations)

    def request(self, *planted: tuple[Task, Booking], **fields: Any) -> str:
        """A request of these tasks; tight: with no time to spare before its first or after its last task."""
        name = f"r{len(self.requests)}"
        bookings = [booking for _, booking in planted]
        first, last = min(each.window.start for each in bookings), max(each.window.end for each in bookings)
        limits = {"release": first if self.is_tight() else None, "deadline": last if self.is_tight() else None, "due": last}
        self.requests.append(Request(**{"id": name, "company": "acme", "tasks": tuple(task for task, _ in planted), **limits, **fields}))
        self.bookings += [Booking(request=name, task=each.task, window=each.window, allocations=each.allocations) for each in bookings]
        return name

    def planted(self, resources: Sequence[dict[str, Any]], *, lab: dict[str, Any] | None = None, **fields: Any) -> Planted:
        """The problem round the bookings; each resource has the calendar of its name, open as long as it has to be."""
        calendars = [Calendar(id=name, time_zone="Europe/Berlin", openings=union(windows)) for name, windows in self.opened.items()]
        known = {each.id for each in calendars}
        made = [Resource(**{"name": each["id"], "site": "guro", "calendar": each["id"], **each}) for each in resources]
        calendars += [Calendar(id=name, time_zone="Europe/Berlin") for name in dict.fromkeys(each.calendar for each in made) if name not in known]
        windows = [each for stretches in self.opened.values() for each in stretches] + [each.window for each in self.bookings]
        horizon = Window(start=min([self.since, *(each.start for each in windows)]), end=max(each.end for each in windows))
        problem = Problem(
            **{
                "now": horizon.start,
                "horizon": horizon,
                "lab": Lab(**{"sites": SITES, "calendars": tuple(calendars), "resources": tuple(made), **(lab or {})}),
                "requests": tuple(self.requests),
                "policy": Policy(resolution=self.step, terms=terms(self.random)),
                **fields,
            }
        )
        bookings, runs = with_runs(problem, self.bookings)
        return Planted(problem=problem, schedule=Schedule(bookings=tuple(bookings), runs=runs))


def terms(random: Random) -> tuple[Term, ...]:
    """Some terms of the objective, now and then in tiers."""
    names = ("tardiness", "task_tardiness", "late", "makespan", "span", "flow_time", "travel", "changeover_time", "changeover_cost", "run_time", "people")
    chosen = random.sample(names, random.randint(0, 4))
    tiers = random.random() < 0.3
    wanted = (Term(name=each, weight=random.randint(1, 20), tier=random.randint(1, 2) if tiers else 1) for each in chosen)
    return (Term(name="unserved", weight=10_000_000), *wanted)


def part_of(requirement: Requirement, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """When the requirement takes its resources, for a task from `start` to `end`."""
    part = requirement.part or ZERO
    match requirement.during:
        case "head":
            return start, start + part
        case "tail":
            return end - part, end
        case "before":
            return start - part, start
        case "after":
            return end, end + part
        case _:
            return start, end
