"""Oven scheduling (Lackner et al.): MiniZinc data in a `.dzn` file.

An oven is a batch resource, a job a request with one task, its attribute the recipe, set-up a
changeover within the opening. A time step is a minute, unless intervals of an oven touch: see `Grid`.
"""

import ast
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.public.statement import MINUTE, Evaluated, Malformed, answer_with, at, minute_of, read_with
from scheduler.model.calendar import Calendar
from scheduler.model.changeover import Changeover, Transition
from scheduler.model.lab import Lab, Resource
from scheduler.model.policy import Policy, Term
from scheduler.model.problem import Problem
from scheduler.model.request import Mode, Request, Requirement, Select, Task
from scheduler.model.result import Result
from scheduler.model.schedule import Booking, Schedule
from scheduler.model.window import window

SUFFIX = ".dzn"

SETUP = "setup"

HEAVIEST_TERM = 1_000_000_000
"""The model's limit on the weight of a term."""


@dataclass(frozen=True, slots=True)
class Oven:
    """Capacity, the attribute it is set to at first, and its availability: intervals sorted, none empty."""

    capacity: int
    initial: int
    intervals: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One job; ovens, attributes and jobs are counted from 1 as in the file."""

    ovens: tuple[int, ...]
    earliest_start: int
    latest_end: int
    min_time: int
    max_time: int
    size: int
    attribute: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What a minute of a batch, a late job, a minute of set-up and a unit of its cost weigh."""

    run_time: int
    late: int
    setup_time: int
    setup_cost: int


@dataclass(frozen=True, slots=True)
class Instance:
    """One file. `setup_time` and `setup_cost` by (before, after)."""

    ovens: tuple[Oven, ...]
    jobs: tuple[Job, ...]
    setup_time: dict[tuple[int, int], int]
    setup_cost: dict[tuple[int, int], int]
    weights: Weights

    @property
    def grid(self) -> "Grid":
        """How its time steps become minutes."""
        return Grid(1 + max((len(chain) - 1 for oven in self.ovens for chain in _chains(oven.intervals)), default=0))

    @property
    def worst(self) -> int:
        """No plan costs more: every job alone, late, after the worst set-up."""
        weights = self.weights
        setup = weights.setup_time * max(self.setup_time.values()) + weights.setup_cost * max(self.setup_cost.values())
        return sum(weights.run_time * job.min_time + weights.late + setup for job in self.jobs)


@dataclass(frozen=True, slots=True)
class Grid:
    """Time steps as minutes, `step` minutes each.

    Openings that touch are one opening to us, and a batch may go on through both; here it may
    not. So where they touch, the earlier one is moved ahead by a minute, a part of a step, which keeps
    them apart: a time step begins at any of its minutes and is known by rounding up, and as all
    lengths are whole steps nothing else changes. Without touching intervals `step` is 1.
    """

    step: int

    def length(self, steps: int) -> timedelta:
        """So many steps."""
        return steps * self.step * MINUTE

    def earliest(self, step: int) -> int:
        """The first minute that counts as `step`."""
        return self.latest(step) - (self.step - 1)

    def latest(self, step: int) -> int:
        """The last minute that counts as `step`."""
        return step * self.step

    def step_of(self, minute: int) -> int:
        """The step that a minute counts as."""
        return -(-minute // self.step)


def _chains(intervals: tuple[tuple[int, int], ...]) -> list[list[tuple[int, int]]]:
    """Intervals that touch, together."""
    chains: list[list[tuple[int, int]]] = []
    for each in intervals:
        if chains and chains[-1][-1][1] == each[0]:
            chains[-1].append(each)
        else:
            chains.append([each])
    return chains


def read(path: Path) -> Problem:
    """The instance in our model. Raises: InputError."""
    return read_with(lambda name, text: state(name, parse(text)), path)


def answer(problem: Problem, result: Result, text: str) -> dict[str, Any]:
    """The solution in the referee's format; `text` is that of the instance. Raises: CostsDiffer."""
    instance = parse(text)
    return answer_with(result, "batches", lambda: _evaluated(instance, result.schedule or Schedule()), scale=instance.grid.step)


def parse(text: str) -> Instance:
    """The instance that the data say. Raises: Malformed."""
    data = _Data(dict(re.findall(r"(\w+)\s*=\s*(.*?);", text, re.S)))
    jobs, ovens, attributes = data.number("n"), data.number("m"), data.number("a")
    eligible = [tuple(sorted(map(int, re.findall(r"\d+", each)))) for each in re.findall(r"\{(.*?)\}", data.raw("eligible_machine"))]
    if len(eligible) != jobs or not all(eligible) or not all(1 <= oven <= ovens for each in eligible for oven in each):
        raise Malformed(f"eligible_machine does not name ovens from 1 to {ovens} for {jobs} jobs")
    if any(data.row("min_cap", ovens)):
        raise Malformed("min_cap is not 0; our model knows no least load of a run")
    columns = [data.row(name, jobs) for name in ("earliest_start", "latest_end", "min_time", "max_time", "size", "attribute")]
    times, costs = data.matrix("setup_times", attributes), data.matrix("setup_costs", attributes)
    pairs = [(before, after) for before in range(attributes) for after in range(attributes)]
    return Instance(
        ovens=tuple(
            Oven(capacity, initial, _intervals(number, opens, shuts))
            for number, (capacity, initial, opens, shuts) in enumerate(
                zip(data.row("max_cap", ovens), data.row("initState", ovens), data.matrix("m_a_s", ovens), data.matrix("m_a_e", ovens), strict=False), 1
            )
        ),
        jobs=tuple(Job(ovens_of, *values) for ovens_of, *values in zip(eligible, *columns, strict=True)),
        setup_time={(before + 1, after + 1): times[before][after] for before, after in pairs},
        setup_cost={(before + 1, after + 1): costs[before][after] for before, after in pairs},
        weights=Weights(*(data.number(f"mult_factor_{each}") for each in ("total_runtime", "finished_toolate", "total_setuptimes", "total_setupcosts"))),
    )


@dataclass(frozen=True, slots=True)
class _Data:
    """The assignments of a file by name, as text."""

    values: dict[str, str]

    def raw(self, name: str) -> str:
        if name not in self.values:
            raise Malformed(f"has no {name} = ...; give an instance of the oven scheduling problem")
        return self.values[name].strip()

    def number(self, name: str) -> int:
        try:
            return int(self.raw(name))
        except ValueError:
            raise Malformed(f"{name} is not a whole number: {self.raw(name)[:40]}") from None

    def row(self, name: str, length: int) -> list[int]:
        try:
            found = ast.literal_eval(self.raw(name))
        except (SyntaxError, ValueError):
            raise Malformed(f"{name} is not a list of numbers: {self.raw(name)[:40]}") from None
        if not isinstance(found, list) or len(found) < length or not all(isinstance(each, int) for each in found):
            raise Malformed(f"{name} is not a list of {length} numbers")
        return found[:length]

    def matrix(self, name: str, length: int) -> list[list[int]]:
        """The first `length` rows; the set-up matrices have one row more than attributes, which means nothing."""
        try:
            rows = [[int(each) for each in row.split(",") if each.strip()] for row in self.raw(name).strip("[]").split("|") if row.strip()]
        except ValueError:
            raise Malformed(f"{name} is not a matrix of numbers") from None
        if len(rows) < length or (name.startswith("setup") and any(len(row) < length for row in rows[:length])):
            raise Malformed(f"{name} has not {length} rows, or one of them is too short")
        return rows[:length]


def _intervals(oven: int, opens: list[int], shuts: list[int]) -> tuple[tuple[int, int], ...]:
    found = tuple(sorted((start, end) for start, end in zip(opens, shuts, strict=False) if start < end))
    if any(earlier[1] > later[0] for earlier, later in pairwise(found)):
        raise Malformed(f"two intervals of oven {oven} overlap")
    return found


def state(name: str, instance: Instance) -> Problem:
    """The instance in our model. Its costs are `grid.step` times those of the benchmark. Raises: Malformed."""
    grid = instance.grid
    start = at(grid.earliest(0))
    ends = [interval[1] for oven in instance.ovens for interval in oven.intervals]
    if not ends:
        raise Malformed("no oven is ever available")
    changeover = Changeover(
        id=SETUP,
        transitions=tuple(
            Transition(before=f"a{before}", after=f"a{after}", time=grid.length(time), cost=instance.setup_cost[before, after])
            for (before, after), time in instance.setup_time.items()
            if before != after or time or instance.setup_cost[before, after]
        ),
        within_opening=True,
    )
    ovens = [
        Resource(
            id=f"o{number}",
            kind="chamber",
            name=f"oven {number}",
            calendar=f"o{number}",
            capacity=oven.capacity,
            batch=True,
            changeover=SETUP,
            initial_recipe=f"a{oven.initial}",
        )
        for number, oven in enumerate(instance.ovens, 1)
    ]
    # One term's weight has a limit, so a job left out may have to weigh more than once.
    worst = grid.step * instance.worst + 1
    weight = -(-worst // HEAVIEST_TERM)
    return Problem(
        name=name,
        now=start,
        horizon=window(start, at(grid.latest(max(ends)))),
        lab=Lab(
            calendars=tuple(_calendar(grid, number, oven) for number, oven in enumerate(instance.ovens, 1)), resources=tuple(ovens), changeovers=(changeover,)
        ),
        requests=tuple(_request(grid, number, job, weight) for number, job in enumerate(instance.jobs, 1)),
        policy=Policy(resolution=MINUTE, terms=_terms(instance.weights, grid.step, -(-worst // weight))),
    )


def _calendar(grid: Grid, number: int, oven: Oven) -> Calendar:
    openings = []
    for chain in _chains(oven.intervals):
        for ahead, (start, end) in enumerate(reversed(chain)):
            openings.append(window(at(grid.latest(start) - ahead), at(grid.latest(end) - ahead)))
    return Calendar(id=f"o{number}", time_zone="UTC", openings=tuple(sorted(openings, key=lambda each: each.start)))


def _terms(weights: Weights, step: int, unserved: int) -> tuple[Term, ...]:
    """What counts minutes counts `step` of them for each time step; all else is multiplied by that."""
    terms = (
        Term(name="unserved", weight=unserved),
        Term(name="run_time", weight=weights.run_time),
        Term(name="late", weight=weights.late * step),
        Term(name="changeover_time", weight=weights.setup_time),
        Term(name="changeover_cost", weight=weights.setup_cost * step),
    )
    return tuple(term for term in terms if term.weight)


def _request(grid: Grid, number: int, job: Job, weight: int) -> Request:
    requirement = Requirement(id="oven", select=Select(ids=tuple(f"o{each}" for each in job.ovens)), demand=job.size, recipe=f"a{job.attribute}")
    mode = Mode(duration=grid.length(job.min_time), max_duration=grid.length(job.max_time), requirements=(requirement,))
    return Request(
        id=f"j{number}",
        company=f"j{number}",
        tasks=(Task(id="job", modes=(mode,), place="anywhere"),),
        release=at(grid.earliest(job.earliest_start)),
        due=at(grid.latest(job.latest_end)),
        weight=weight,
    )


def _evaluated(instance: Instance, schedule: Schedule) -> Evaluated:
    members: dict[str, list[Booking]] = defaultdict(list)
    for booking in schedule.bookings:
        members[booking.allocations[0].run_id or ""].append(booking)
    batches = sorted(
        (
            {
                "oven": int(run.resource[1:]),
                "start": instance.grid.step_of(minute_of(run.window.start)),
                "jobs": sorted(int(booking.request[1:]) for booking in members[run.id]),
            }
            for run in schedule.runs
        ),
        key=lambda batch: (batch["oven"], batch["start"]),
    )
    return Evaluated({"batches": batches}, _cost(instance, batches))


def _cost(instance: Instance, batches: list[dict[str, Any]]) -> int:
    """Batch lengths, late jobs and set-ups, weighted; `batches` sorted by oven and start."""
    weights = instance.weights
    state_of = {number: oven.initial for number, oven in enumerate(instance.ovens, 1)}
    total = 0
    for batch in batches:
        jobs = [instance.jobs[number - 1] for number in batch["jobs"]]
        length, attribute = max(job.min_time for job in jobs), jobs[0].attribute
        step = (state_of[batch["oven"]], attribute)
        state_of[batch["oven"]] = attribute
        total += weights.run_time * length + weights.late * sum(batch["start"] + length > job.latest_end for job in jobs)
        total += weights.setup_time * instance.setup_time[step] + weights.setup_cost * instance.setup_cost[step]
    return total
