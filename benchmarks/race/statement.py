"""The race in whole ticks, as the entrants besides ours are told it; and their choices as a schedule of ours.

Made from the problem with what the model alone knows of calendars: nothing here is shared with our solver.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.race.family import DESK
from scheduler.errors import InputError
from scheduler.model.calendar import open_windows
from scheduler.model.codec import digest
from scheduler.model.lab import Resource
from scheduler.model.problem import Problem
from scheduler.model.request import Request, Requirement
from scheduler.model.schedule import Allocation, Booking, Schedule, Unserved
from scheduler.model.window import Window, difference, union

Stretches = tuple[tuple[int, int], ...]
"""Half-open stretches of ticks, sorted, disjoint."""

HEAD, FIRST_HOUR = 1, 2
"""Ticks at either end of a test that lie in working hours; ticks that a person takes."""


@dataclass(frozen=True, slots=True)
class Server:
    """A machine or a person: `capacity` units, `open` when."""

    id: str
    capacity: int
    open: Stretches


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: one test of `duration` ticks with `demand` units of one of `machines` and, if any are named, one of `people` in its first hour.

    Never before `release`; `left_out`, `late` (a tick after `due`) and `wait` (a tick from `release` to the end) are costs.
    """

    id: str
    duration: int
    demand: int
    machines: tuple[int, ...]
    people: tuple[int, ...]
    release: int
    due: int
    left_out: int
    late: int
    wait: int


@dataclass(frozen=True, slots=True)
class Race:
    """Ticks from 0 to `end`, `hours` in which tests start and end; costs are in units of `unit` of the policy's."""

    end: int
    hours: Stretches
    machines: tuple[Server, ...]
    people: tuple[Server, ...]
    asks: tuple[Ask, ...]
    unit: int


@dataclass(frozen=True, slots=True)
class Choice:
    """When and where a request is served; indices of `Race`."""

    start: int
    machine: int
    person: int | None = None


def state(problem: Problem) -> Race:
    """The race that `problem` of our family is. Raises: InputError for another kind of problem."""
    tick, begin = problem.policy.resolution, problem.horizon.start
    weights = {term.name: term.weight for term in problem.policy.terms}
    if set(weights) != {"unserved", "tardiness", "flow_time"}:
        raise InputError("is not of the race: its terms are not unserved, tardiness and flow_time", "problem")
    minutes = tick // timedelta(minutes=1)
    calendars = {each.id: each for each in problem.lab.calendars}

    def ticks(moment: datetime) -> int:
        return (moment - begin) // tick

    def server(resource: Resource) -> Server:
        opened = difference(open_windows(calendars[resource.calendar], problem.horizon), union(each.window for each in resource.closures))
        return Server(resource.id, resource.capacity, tuple((ticks(each.start), ticks(each.end)) for each in opened))

    machines = tuple(server(each) for each in problem.lab.resources if each.kind == "instrument")
    people = tuple(server(each) for each in problem.lab.resources if each.kind == "person")
    desk = next((each for each in problem.lab.resources if each.id == DESK), None)
    if desk is None:
        raise InputError(f"is not of the race: it has no resource {DESK!r}", "problem")
    at_machine, at_person = _positions(machines), _positions(people)

    def ask(request: Request) -> Ask:
        mode, needs = _only_mode(request)
        if request.release is None or request.due is None:
            raise InputError("is not of the race: it has no release or due date", request.id)
        return Ask(
            id=request.id,
            duration=mode // tick,
            demand=needs["machine"].demand,
            machines=tuple(at_machine[each] for each in needs["machine"].select.ids),
            people=tuple(at_person[each] for each in needs["person"].select.ids) if "person" in needs else (),
            release=ticks(request.release),
            due=ticks(request.due),
            left_out=weights["unserved"] * request.weight // minutes,
            late=weights["tardiness"] * request.weight,
            wait=weights["flow_time"],
        )

    return Race(ticks(problem.horizon.end), server(desk).open, machines, people, tuple(ask(each) for each in problem.requests), minutes)


def _positions(servers: tuple[Server, ...]) -> dict[str, int]:
    return {each.id: position for position, each in enumerate(servers)}


def _only_mode(request: Request) -> tuple[timedelta, Mapping[str, Requirement]]:
    if len(request.tasks) != 1 or len(request.tasks[0].modes) != 1:
        raise InputError("is not of the race: it has more than one task or mode", request.id)
    mode = request.tasks[0].modes[0]
    needs = {each.id: each for each in mode.requirements}
    if not {"machine", "start", "end"} <= set(needs):
        raise InputError("is not of the race: it lacks a machine, or hours to start and end in", request.id)
    return mode.duration, needs


def starts(race: Race, ask: Ask, machine: int) -> Stretches:
    """The ticks at which the test may start on that machine, were it empty; people are not looked at."""
    # Start and end in working hours, as stretches of the start.
    begins = tuple((first, last - HEAD + 1) for first, last in race.hours)
    ends = tuple((first + HEAD - ask.duration, last - ask.duration + 1) for first, last in race.hours)
    runs = tuple((first, last - ask.duration + 1) for first, last in race.machines[machine].open)
    free = meet(meet(begins, ends), runs)
    return tuple((max(first, ask.release), last) for first, last in free if last > ask.release)


def attended(race: Race, person: int) -> Stretches:
    """The ticks at which a person who has nothing else to do can begin a first hour."""
    return tuple((first, last - FIRST_HOUR + 1) for first, last in race.people[person].open if last - first >= FIRST_HOUR)


def meet(left: Stretches, right: Stretches) -> Stretches:
    """The ticks in both; either may hold empty stretches, the result has none."""
    common = []
    i = j = 0
    while i < len(left) and j < len(right):
        first, last = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if first < last:
            common.append((first, last))
        if left[i][1] <= right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(common)


def join(parts: Iterable[Stretches]) -> Stretches:
    """The ticks in any of them."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(each for part in parts for each in part):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def cost(ask: Ask, start: int) -> int:
    """What serving the request from `start` costs, in units of the race."""
    end = start + ask.duration
    return ask.wait * (end - ask.release) + ask.late * max(0, end - ask.due)


def total(race: Race, choices: Mapping[str, Choice]) -> int:
    """What all costs by the policy of the problem, by the entrant's own reckoning."""
    return race.unit * sum(cost(each, choices[each.id].start) if each.id in choices else each.left_out for each in race.asks)


def schedule_of(problem: Problem, race: Race, choices: Mapping[str, Choice]) -> Schedule:
    """The schedule that the choices (by request) are; whoever has none is left out. Nothing is mended: the verifier judges what was chosen."""
    bookings, unserved = [], []
    tick = problem.policy.resolution
    for request, ask in zip(problem.requests, race.asks, strict=True):
        choice = choices.get(request.id)
        if choice is None:
            unserved.append(Unserved(request=request.id))
            continue
        start = problem.horizon.start + choice.start * tick
        served = {"machine": race.machines[choice.machine].id, "start": DESK, "end": DESK}
        if choice.person is not None:
            served["person"] = race.people[choice.person].id
        bookings.append(
            Booking(
                request=request.id,
                task=request.tasks[0].id,
                window=Window(start=start, end=start + ask.duration * tick),
                allocations=tuple(
                    Allocation(requirement=each.id, resources=(served[each.id],)) for each in request.tasks[0].modes[0].requirements if each.id in served
                ),
            )
        )
    return Schedule(problem=digest(problem), bookings=tuple(bookings), unserved=tuple(unserved))
