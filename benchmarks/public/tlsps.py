"""TLSP-S, scheduling of an industrial test laboratory (Mischek & Musliu): facts in a `.lp` file.

A project is a request and its jobs are tasks; employees, workbenches and units of equipment are
resources of capacity 1. A time step is a minute.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.public.statement import ALWAYS, MINUTE, Evaluated, Malformed, answer_with, at, minute_of, read_with
from scheduler.model.calendar import Calendar
from scheduler.model.lab import Lab, Resource
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import Problem
from scheduler.model.request import Link, Mode, Precedence, Request, Requirement, Select, Task
from scheduler.model.result import Result
from scheduler.model.schedule import Booking
from scheduler.model.window import window

SUFFIX = ".lp"

POLICY = Policy(
    resolution=MINUTE,
    terms=(
        Term(name="unserved", weight=10_000_000),
        Term(name="preferences", weight=1),
        Term(name="people", weight=1),
        Term(name="task_tardiness", weight=1),
        Term(name="span", weight=1),
    ),
)
"""S2 to S5 of the authors, one each. A project left out weighs more than any plan costs."""

NOBODY = "nobody"
"""The resource that serves jobs that take nothing else. To prefer it is to prefer no employee: then each one counts, as in the original."""

BEGUN = "begun"
"""The resource that is there only in the first minute: what takes it at its head begins at 0, whatever its mode."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job: what its facts say. `durations` by available mode, `units` needed by group."""

    project: int
    durations: dict[int, int]
    release: int
    due: int
    deadline: int
    is_begun: bool
    takes_bench: bool
    units: dict[int, int]
    employees: frozenset[int]
    benches: frozenset[int]
    equipment: frozenset[int]
    preferred: frozenset[int]


@dataclass(frozen=True, slots=True)
class Instance:
    """One file. `people` is the number of employees by mode, `group` that of each unit; in `precedences` the second goes first."""

    employees: tuple[int, ...]
    benches: tuple[int, ...]
    group: dict[int, int]
    people: dict[int, int]
    jobs: dict[int, Job]
    precedences: tuple[tuple[int, int], ...]
    linked: tuple[tuple[int, int], ...]

    def by_project(self) -> dict[int, list[int]]:
        """The jobs of each project that has any."""
        found: dict[int, list[int]] = defaultdict(list)
        for number, job in self.jobs.items():
            found[job.project].append(number)
        return found


def read(path: Path) -> Problem:
    """The instance in our model. Raises: InputError."""
    return read_with(lambda name, text: state(name, parse(text)), path)


def answer(problem: Problem, result: Result, text: str) -> dict[str, Any]:
    """The solution in the referee's format; `text` is that of the instance. Raises: CostsDiffer."""
    bookings = () if result.schedule is None else result.schedule.bookings
    return answer_with(result, "jobs", lambda: _evaluated(parse(text), bookings))


def parse(text: str) -> Instance:
    """The instance that the facts say. Raises: Malformed."""
    facts: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for name, numbers in re.findall(r"(\w+)\(\s*(\d+(?:\s*,\s*\d+)*)\s*\)\s*\.", text):
        facts[name].append(tuple(map(int, numbers.split(","))))
    if not facts["job"]:
        raise Malformed("has no job(J); give a TLSP-S instance in facts")
    several = {name: _several(facts[name]) for name in ("employeeAvailable", "workbenchAvailable", "equipmentAvailable", "employeePreferred", "modeAvailable")}
    durations = {(row[0], row[1]): row[2] for row in facts["durationInMode"]}
    units: dict[int, dict[int, int]] = defaultdict(dict)
    for job, group, number in facts["requiredEquipment"]:
        units[job][group] = number
    jobs = {}
    for (job,) in facts["job"]:
        missing = [mode for mode in several["modeAvailable"][job] if (job, mode) not in durations]
        if missing:
            raise Malformed(f"has no durationInMode({job},{missing[0]},T)")
        jobs[job] = Job(
            project=_one(facts, "projectAssignment", job),
            durations={mode: durations[job, mode] for mode in sorted(several["modeAvailable"][job])},
            release=_one(facts, "release", job),
            due=_one(facts, "due", job),
            deadline=_one(facts, "deadline", job),
            is_begun=(job,) in facts["started"],
            takes_bench=(job,) in facts["workbenchRequired"],
            units={group: number for group, number in units[job].items() if number},
            employees=frozenset(several["employeeAvailable"][job]),
            benches=frozenset(several["workbenchAvailable"][job]),
            equipment=frozenset(several["equipmentAvailable"][job]),
            preferred=frozenset(several["employeePreferred"][job]),
        )
    return Instance(
        employees=tuple(row[0] for row in facts["employee"]),
        benches=tuple(row[0] for row in facts["workbench"]),
        group={row[0]: row[1] for row in facts["group"]},
        people={row[0]: row[1] for row in facts["requiredEmployees"]},
        jobs=jobs,
        precedences=_pairs(jobs, "precedence", facts["precedence"]),
        linked=_pairs(jobs, "linked", facts["linked"]),
    )


def _several(rows: Iterable[tuple[int, ...]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for key, value in rows:
        found[key].add(value)
    return found


def _one(facts: dict[str, list[tuple[int, ...]]], name: str, job: int) -> int:
    found = next((row[1] for row in facts[name] if row[0] == job), None)
    if found is None:
        raise Malformed(f"has no {name}({job},...)")
    return found


def _pairs(jobs: dict[int, Job], name: str, rows: list[tuple[int, ...]]) -> tuple[tuple[int, int], ...]:
    for one, other in rows:
        if one not in jobs or other not in jobs:
            raise Malformed(f"{name}({one},{other}) names a job that is not there")
        if jobs[one].project != jobs[other].project:
            raise Malformed(f"{name}({one},{other}) ties two projects together; our requests stand alone")
    return tuple((one, other) for one, other in rows)


def state(name: str, instance: Instance) -> Problem:
    """The instance in our model. Raises: Malformed."""
    start, end = at(0), at(max(job.deadline for job in instance.jobs.values()))
    first_minute = Calendar(id=BEGUN, time_zone="UTC", openings=(window(start, start + MINUTE),))
    many = len(instance.jobs)
    resources = (
        *(Resource(id=f"e{each}", kind="person", name=f"employee {each}", calendar=ALWAYS.id) for each in instance.employees),
        *(Resource(id=f"w{each}", kind="room", name=f"workbench {each}", calendar=ALWAYS.id) for each in instance.benches),
        *(Resource(id=f"u{each}", kind="equipment", name=f"unit {each} of group {group}", calendar=ALWAYS.id) for each, group in instance.group.items()),
        Resource(id=NOBODY, kind="pool", name="nobody", calendar=ALWAYS.id, capacity=many),
        Resource(id=BEGUN, kind="pool", name="begun", calendar=BEGUN, capacity=many),
    )
    return Problem(
        name=name,
        now=start,
        horizon=window(start, end),
        lab=Lab(calendars=(ALWAYS, first_minute), resources=resources),
        requests=tuple(_request(instance, project, jobs) for project, jobs in instance.by_project().items()),
        policy=POLICY,
    )


def _request(instance: Instance, project: int, jobs: list[int]) -> Request:
    inside = set(jobs)
    return Request(
        id=f"p{project}",
        company=f"p{project}",
        tasks=tuple(_task(instance, job) for job in jobs),
        precedences=tuple(Precedence(before=f"j{before}", after=f"j{after}") for after, before in instance.precedences if after in inside),
        links=tuple(Link(kind="same_people", tasks=tuple(f"j{job}" for job in group)) for group in _groups(jobs, instance.linked)),
    )


def _groups(jobs: list[int], linked: tuple[tuple[int, int], ...]) -> list[list[int]]:
    """Jobs that are linked, directly or through others; those alone are left out."""
    group = {job: job for job in jobs}
    for one, other in linked:
        if one in group and group[one] != group[other]:
            group = {job: group[one] if each == group[other] else each for job, each in group.items()}
    found: dict[int, list[int]] = defaultdict(list)
    for job, each in group.items():
        found[each].append(job)
    return [each for each in found.values() if len(each) > 1]


def _task(instance: Instance, number: int) -> Task:
    job = instance.jobs[number]
    lengths = set(job.durations.values())
    # With one length the deadline says that it begins at 0; with several only the resource of the first minute can.
    is_short = job.is_begun and len(lengths) == 1
    modes = [_mode(instance, number, mode, is_gated=job.is_begun and not is_short) for mode in job.durations]
    served = [mode for mode in modes if mode is not None]
    if not served:
        raise Malformed(f"job {number} has no mode with as many employees as it takes")
    return Task(
        id=f"j{number}",
        modes=tuple(served),
        place="anywhere",
        release=at(job.release),
        due=at(job.due),
        deadline=at(min(job.deadline, *lengths) if is_short else job.deadline),
    )


def _mode(instance: Instance, number: int, mode: int, *, is_gated: bool) -> Mode | None:
    """One way to do a job; None if it takes more employees than may do it."""
    job, people = instance.jobs[number], instance.people.get(mode, 0)
    if people > len(job.employees):
        return None
    found = []
    if people:
        preferred = _ids("e", job.preferred & job.employees) or (NOBODY,)
        found.append(Requirement(id="people", select=Select(ids=_ids("e", job.employees)), count=people, preferred=preferred))
    if job.takes_bench:
        if not job.benches:
            raise Malformed(f"job {number} takes a workbench, but none is available to it")
        found.append(Requirement(id="workbench", select=Select(ids=_ids("w", job.benches))))
    for group, count in job.units.items():
        units = frozenset(unit for unit in job.equipment if instance.group.get(unit) == group)
        if len(units) < count:
            raise Malformed(f"job {number} takes {count} of equipment group {group}, but {len(units)} are available to it")
        found.append(Requirement(id=f"group{group}", select=Select(ids=_ids("u", units)), count=count))
    if not found:
        found.append(Requirement(id=NOBODY, select=Select(ids=(NOBODY,))))
    if is_gated:
        found.append(Requirement(id=BEGUN, select=Select(ids=(BEGUN,)), during="head", part=MINUTE))
    return Mode(id=f"m{mode}", duration=timedelta(minutes=job.durations[mode]), requirements=tuple(found))


def _ids(letter: str, numbers: frozenset[int]) -> tuple[str, ...]:
    return tuple(f"{letter}{each}" for each in sorted(numbers))


def _evaluated(instance: Instance, bookings: tuple[Booking, ...]) -> Evaluated:
    jobs = {each.task[1:]: _placed(each) for each in bookings}
    return Evaluated({"jobs": jobs}, _cost(instance, {int(number): placed for number, placed in jobs.items()}))


def _placed(booking: Booking) -> dict[str, Any]:
    def taken(letter: str) -> list[int]:
        # The two resources of our own are left out: they have no number.
        return sorted(int(each[1:]) for each in booking.resources if re.fullmatch(letter + r"\d+", each))

    return {
        "start": minute_of(booking.window.start),
        "mode": int(booking.mode[1:]),
        "workbench": next(iter(taken("w")), None),
        "employees": taken("e"),
        "equipment": taken("u"),
    }


def _cost(instance: Instance, placed: dict[int, dict[str, Any]]) -> int:
    """Employees not preferred, employees per project, tardiness, span per project."""
    start = {number: each["start"] for number, each in placed.items()}
    end = {number: each["start"] + instance.jobs[number].durations[each["mode"]] for number, each in placed.items()}
    total: int = sum(len(set(each["employees"]) - instance.jobs[number].preferred) for number, each in placed.items())
    total += sum(max(0, end[number] - instance.jobs[number].due) for number in placed)
    for jobs in instance.by_project().values():
        booked = [number for number in jobs if number in placed]
        if booked:
            total += len({employee for number in booked for employee in placed[number]["employees"]})
            total += max(end[number] for number in booked) - min(start[number] for number in booked)
    return total
