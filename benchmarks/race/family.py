"""The instances of the race: a family of problems that every entrant can say.

R requests of one task, four weeks, a grid of 30 minutes. A test takes one of two to four machines (capacity 1, or shared by
demands of 1 or 2) for 2 to 168 hours; it starts and ends in working hours and runs on overnight; some need a person in the first
hour. Cost: weight of who is left out, weighted tardiness, a little flow time.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import ceil

from scheduler.model.calendar import ALWAYS_OPEN, Calendar, Hours, WeeklyHours
from scheduler.model.lab import Closure, Lab, Resource, Site
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import Problem
from scheduler.model.request import Mode, Request, Requirement, Select, Task
from scheduler.model.window import Window

ZONE = "Asia/Seoul"
TICK = timedelta(minutes=30)
START = datetime(2026, 3, 8, 15, tzinfo=UTC)  # midnight of a Monday in Seoul; the four weeks from it have no public holiday
WEEKS = 4
HORIZON = Window(start=START, end=START + timedelta(weeks=WEEKS))

TERMS = (Term(name="unserved", weight=120_000), Term(name="tardiness", weight=2), Term(name="flow_time", weight=1))
"""To be four weeks late costs 80,640 times the weight: nobody is left out for being late alone."""

WORKING = WeeklyHours(days=("mon", "tue", "wed", "thu", "fri"), hours=Hours(open=time(9), close=time(18)))

DESK = "desk"
"""The pool whose opening hours are those in which tests start and end; it is never short."""

_HOURS = (2, 4, 8, 24, 48, 72, 96, 120, 168)
_OFTEN = (10, 10, 10, 20, 20, 15, 8, 4, 3)
_WEIGHTS = (1, 1, 1, 2, 2, 3, 5)
_LOADS = (0.55, 0.7, 0.8, 0.95)  # of what the machines of a group could do if they never paused
_A_GROUP = 50  # requests that share a group of machines
_A_PERSON = 120  # requests for each person
_IN_NEED = 0.4  # of the requests need a person in the first hour


@dataclass(frozen=True, slots=True)
class _Draft:
    """A request before it has machines to choose from."""

    group: int
    hours: int
    demand: int


def race_problem(requests: int, seed: int) -> Problem:
    """The instance of that many requests; equal arguments give equal problems. Raises: ValueError below one request."""
    if requests < 1:
        raise ValueError("a race needs a request; give a size of at least 1")
    rng = random.Random(f"race-{requests}-{seed}")
    groups = max(2, requests // _A_GROUP)
    # Every fourth group shares machines of capacity 4.
    drafts = [_draft(rng, group, is_shared=group % 4 == 3) for group in (rng.randrange(groups) for _ in range(requests))]
    machines = [_machines(rng, group, [each for each in drafts if each.group == group]) for group in range(groups)]
    people = [_person(rng, number) for number in range(max(2, requests // _A_PERSON))]
    return Problem(
        name=f"race of {requests}, seed {seed}",
        now=START,
        horizon=HORIZON,
        lab=Lab(
            sites=(Site(id="lab", name="Lab", institute="lab", time_zone=ZONE),),
            calendars=(Calendar(id="always", time_zone=ZONE, weekly=ALWAYS_OPEN), Calendar(id="working", time_zone=ZONE, weekly=(WORKING,))),
            resources=(
                *(each for group in machines for each in group),
                *people,
                Resource(id=DESK, kind="pool", name="Desk", site="lab", calendar="working", capacity=10_000),
            ),
        ),
        requests=tuple(_request(rng, number, each, machines[each.group], people) for number, each in enumerate(drafts)),
        policy=Policy(terms=TERMS, resolution=TICK),
    )


def _draft(rng: random.Random, group: int, *, is_shared: bool) -> _Draft:
    return _Draft(group, rng.choices(_HOURS, _OFTEN)[0], rng.choice((1, 1, 2)) if is_shared else 1)


def _machines(rng: random.Random, group: int, drafts: Sequence[_Draft]) -> list[Resource]:
    """As many as bring the group to a load drawn for it, at least two."""
    capacity = 4 if group % 4 == 3 else 1
    hours = sum(each.hours * each.demand for each in drafts)
    count = max(2, ceil(hours / (WEEKS * 168 * rng.choice(_LOADS) * capacity)))
    return [
        Resource(
            id=f"m{group}.{number}",
            kind="instrument",
            name=f"Machine {group}.{number}",
            site="lab",
            calendar="always",
            capacity=capacity,
            closures=_maintenance(rng),
        )
        for number in range(count)
    ]


def _maintenance(rng: random.Random) -> tuple[Closure, ...]:
    """None, or a day or two from eight in the morning."""
    if rng.random() < 0.7:
        return ()
    start = START + timedelta(days=rng.randrange(26), hours=8)
    return (Closure(window=Window(start=start, end=start + timedelta(days=rng.choice((1, 2)))), reason="maintenance"),)


def _person(rng: random.Random, number: int) -> Resource:
    """Works in working hours but for two days of leave."""
    days = sorted(rng.sample(range(7 * WEEKS), 2))
    leave = tuple(Closure(window=Window(start=START + timedelta(days=day), end=START + timedelta(days=day + 1)), reason="leave") for day in days)
    return Resource(id=f"p{number}", kind="person", name=f"Person {number}", site="lab", calendar="working", closures=leave)


def _request(rng: random.Random, number: int, draft: _Draft, machines: Sequence[Resource], people: Sequence[Resource]) -> Request:
    duration = timedelta(hours=draft.hours)
    chosen = sorted(each.id for each in rng.sample(machines, min(len(machines), rng.choice((2, 3, 3, 4)))))
    needs = [
        Requirement(id="machine", select=Select(ids=tuple(chosen)), demand=draft.demand),
        Requirement(id="start", select=Select(ids=(DESK,)), during="head", part=TICK),
        Requirement(id="end", select=Select(ids=(DESK,)), during="tail", part=TICK),
    ]
    if rng.random() < _IN_NEED:
        able = sorted(each.id for each in rng.sample(people, min(len(people), 3)))
        needs.append(Requirement(id="person", select=Select(ids=tuple(able)), during="head", part=timedelta(hours=1)))
    release = START + timedelta(days=rng.randrange(14), hours=9) + rng.randrange(18) * TICK
    slack = round(draft.hours * rng.uniform(0.3, 2.0)) + rng.choice((24, 48, 72, 120))
    return Request(
        id=f"r{number}",
        company=f"c{number % 97}",
        tasks=(Task(id="test", modes=(Mode(duration=duration, requirements=tuple(needs)),)),),
        release=release,
        due=release + duration + timedelta(hours=slack),
        weight=rng.choice(_WEIGHTS),
    )
