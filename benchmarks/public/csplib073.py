"""CSPLib problem 073, test scheduling in a testing facility (Mossige): terms in a `.pl` file.

A test is a request with one task on one of its machines, which holds its global resources
too; everything has capacity 1. A time step is a minute.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.public.statement import ALWAYS, MINUTE, Evaluated, Malformed, answer_with, at, minute_of, read_with
from scheduler.model.lab import Lab, Resource
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import Problem
from scheduler.model.request import Mode, Request, Requirement, Select, Task
from scheduler.model.result import Result
from scheduler.model.schedule import Booking
from scheduler.model.window import window

SUFFIX = ".pl"

MACHINE = "machine"
"""Name of the requirement of one machine; those of global resources are named `needs-RESOURCE`."""

ROOM = 1.5
"""The horizon is so many times a plan made without thought, so that no search is pressed for room."""


@dataclass(frozen=True, slots=True)
class Test:
    """One test: minutes, the machines that may run it, what it holds."""

    length: int
    machines: tuple[str, ...]
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """One file."""

    machines: tuple[str, ...]
    resources: tuple[str, ...]
    tests: dict[str, Test]


def read(path: Path) -> Problem:
    """The instance in our model. Raises: InputError."""
    return read_with(lambda name, text: state(name, parse(text)), path)


def answer(problem: Problem, result: Result, text: str) -> dict[str, Any]:
    """The solution in the referee's format; `text` is that of the instance. Raises: CostsDiffer."""
    bookings = () if result.schedule is None else result.schedule.bookings
    return answer_with(result, "tests", lambda: _evaluated(parse(text), bookings))


def parse(text: str) -> Instance:
    """The instance that the terms say. Raises: Malformed."""
    machines = tuple(re.findall(r"^embedded_board\(\s*'(\w+)'", text, re.M))
    resources = dict(re.findall(r"^resource\(\s*'(\w+)'\s*,\s*(\d+)", text, re.M))
    several = next((name for name, capacity in resources.items() if capacity != "1"), None)
    if several is not None:
        raise Malformed(f"resource '{several}' is there more than once; the problem has each once")
    tests = {}
    for name, length, allowed, held in re.findall(r"^test\(\s*'(\w+)'\s*,\s*(\d+)\s*,\s*\[(.*?)\]\s*,\s*\[(.*?)\]", text, re.M):
        chosen, needed = tuple(re.findall(r"\w+", allowed)) or machines, tuple(re.findall(r"\w+", held))
        unknown = next((each for each in (*chosen, *needed) if each not in machines and each not in resources), None)
        if unknown is not None:
            raise Malformed(f"test '{name}' names '{unknown}', which is not there")
        tests[name] = Test(int(length), chosen, needed)
    if not tests or not machines:
        raise Malformed("has no test(...) or no embedded_board(...); give an instance of CSPLib problem 073")
    return Instance(machines, tuple(resources), tests)


def state(name: str, instance: Instance) -> Problem:
    """The instance in our model."""
    start, last = at(0), int(ROOM * plain_makespan(instance))
    return Problem(
        name=name,
        now=start,
        horizon=window(start, at(last)),
        lab=Lab(
            calendars=(ALWAYS,),
            resources=(
                *(Resource(id=each, kind="instrument", name=each, calendar=ALWAYS.id) for each in instance.machines),
                *(Resource(id=each, kind="equipment", name=each, calendar=ALWAYS.id) for each in instance.resources),
            ),
        ),
        requests=tuple(_request(number, test) for number, test in instance.tests.items()),
        # No makespan pays for a test left out.
        policy=Policy(resolution=MINUTE, terms=(Term(name="unserved", weight=last + 1), Term(name="makespan", weight=1))),
    )


def plain_makespan(instance: Instance) -> int:
    """When the last test ends if each in turn, the longest first, is put behind all that it shares something with."""
    free: dict[str, int] = defaultdict(int)
    for test in sorted(instance.tests.values(), key=lambda each: -each.length):
        machine = min(test.machines, key=lambda each: free[each])
        end = max(free[each] for each in (machine, *test.resources)) + test.length
        free |= dict.fromkeys((machine, *test.resources), end)
    return max(free.values())


def _request(name: str, test: Test) -> Request:
    requirements = (
        Requirement(id=MACHINE, select=Select(ids=test.machines)),
        *(Requirement(id=f"needs-{each}", select=Select(ids=(each,))) for each in test.resources),
    )
    mode = Mode(duration=timedelta(minutes=test.length), requirements=requirements)
    return Request(id=name, company=name, tasks=(Task(id="test", modes=(mode,), place="anywhere"),))


def _evaluated(instance: Instance, bookings: tuple[Booking, ...]) -> Evaluated:
    placed: dict[str, dict[str, Any]] = {}
    for each in bookings:
        machine = next(allocation.resources[0] for allocation in each.allocations if allocation.requirement == MACHINE)
        placed[each.request] = {"start": minute_of(each.window.start), "machine": machine}
    makespan = max((each["start"] + instance.tests[name].length for name, each in placed.items()), default=0)
    return Evaluated({"tests": placed}, makespan)
