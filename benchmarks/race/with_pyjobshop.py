"""PyJobShop, which says the whole problem, if not in the words that one would expect.

- Start and end in working hours: a task has no calendar of its own, but resources have breaks. A task of one tick on a "desk" that is
  open in working hours starts with the test, another ends with it. The desk is never short.
- A person in the first hour: then the task at the start takes two ticks of one of the people instead, who are closed out of hours.
- Left out: tasks may be optional, but leaving one out has no price. A stand-in task is there exactly if the test is not, in a job
  that is late then at the price of leaving out: by one tick, or where that overflows by a few at less weight each.
- Cost: one kind of cost has one weight for all jobs together, so all three are total tardiness: of the test after its due date, of
  its end after the release date (the flow time), of the stand-in.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from math import gcd
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from benchmarks.race.entrant import HOW_TO_INSTALL, Found, NotInstalledError
from benchmarks.race.greedy import first_fit
from benchmarks.race.statement import FIRST_HOUR, HEAD, Ask, Choice, Race, Stretches, schedule_of, state
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import Progress

FOUND = re.compile(r"^#\d+\s+([\d.]+)s\s+best:(-?[\d.e+]+)\s", re.MULTILINE)


LARGEST_SUM = 2**20
"""PyJobShop lets every tardiness be as much as 2 to the 42nd, and CP-SAT refuses an objective that could exceed 2 to the 62nd: weights must sum to less."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The tasks of one request, as positions in the model; and machine (or person) by position of the mode."""

    test: int
    start: int
    end: int
    stand_in: int
    machines: Mapping[int, int]
    people: Mapping[int, int]


def run(problem: Problem, limits: Limits) -> Found:
    """PyJobShop with CP-SAT under it, from nothing. Raises: NotInstalledError."""
    return _solve(problem, limits, is_hinted=False)


def run_hinted(problem: Problem, limits: Limits) -> Found:
    """The same from the plan of first fit. Raises: NotInstalledError."""
    return _solve(problem, limits, is_hinted=True)


def _solve(problem: Problem, limits: Limits, *, is_hinted: bool) -> Found:
    library = _library()
    begun = monotonic()
    race = state(problem)
    model, parts = build(library, race)
    initial = _solution(model, race, parts, first_fit(race)) if is_hinted else None
    # Not `model.solve`: its limit counts only from when PyJobShop has built its model of CP-SAT, which takes a while.
    inside = import_module("pyjobshop.solvers.ortools").CPModel(model.data())
    with _output() as log:
        spent = monotonic() - begun
        more = {"random_seed": limits.seed, "log_search_progress": True}  # the log is the only place that tells when plans came
        found = inside.solve(max(0.1, limits.time_limit_seconds - spent), False, limits.workers, initial, **more)
        overhead = monotonic() - begun - found.runtime
    text = log[0]
    progress = tuple(
        Progress(seconds=overhead + float(seconds), phase="pyjobshop", objective=round(float(best)) * race.unit) for seconds, best in FOUND.findall(text)
    )
    told = f"pyjobshop {version('pyjobshop')}, ortools {version('ortools')}"
    bound = max(0, round(found.lower_bound)) * race.unit
    if found.status == library.SolveStatus.UNKNOWN:  # no plan in time has another name
        raise RuntimeError("CP-SAT refuses PyJobShop's model")
    if not found.best.tasks:
        return Found(None, bound, progress, told)
    return Found(schedule_of(problem, race, read(race, parts, found.best.tasks)), bound, progress, told)


def _library() -> Any:
    try:
        return import_module("pyjobshop")
    except ModuleNotFoundError as error:
        raise NotInstalledError(f"{error.name} is not installed; {HOW_TO_INSTALL}") from None


def build(library: Any, race: Race) -> tuple[Any, list[Parts]]:
    """The model, and where each request is in it."""
    model = library.Model()
    machines = [
        model.add_machine(breaks=_breaks(race, each.open)) if each.capacity == 1 else model.add_renewable(each.capacity, _breaks(race, each.open))
        for each in race.machines
    ]
    people = [model.add_machine(breaks=_breaks(race, each.open)) for each in race.people]
    desk = model.add_renewable(len(race.asks), _breaks(race, race.hours))
    late_by = stand_in_ticks(race)
    parts = [_request(model, race, ask, machines, people, desk, late_by) for ask in race.asks]
    model.set_objective(weight_total_tardiness=1)
    return model, parts


def stand_in_ticks(race: Race) -> int:
    """How late a stand-in is: the fewest ticks with which weights stay below `LARGEST_SUM` and prices whole. Raises: ValueError if there is no such number."""
    most = LARGEST_SUM - sum(each.late + each.wait for each in race.asks)
    common = gcd(*(each.left_out for each in race.asks))
    found = next((ticks for ticks in range(1, common + 1) if common % ticks == 0 and sum(each.left_out for each in race.asks) // ticks < most), None)
    if found is None:
        raise ValueError("the weights are too large for PyJobShop; make the race smaller")
    return found


def _breaks(race: Race, opened: Stretches) -> list[tuple[int, int]]:
    edges = [0, *(edge for stretch in opened for edge in stretch), race.end]
    return [(edges[index], edges[index + 1]) for index in range(0, len(edges), 2) if edges[index] < edges[index + 1]]


def _request(model: Any, race: Race, ask: Ask, machines: list[Any], people: list[Any], desk: Any, late_by: int) -> Parts:
    last = race.end - ask.duration
    by_due_date = model.add_job(weight=ask.late, release_date=ask.release, due_date=ask.due)
    by_release = model.add_job(weight=ask.wait, release_date=ask.release, due_date=ask.release)
    left_out = model.add_job(weight=ask.left_out // late_by, due_date=0)
    test = model.add_task(by_due_date, earliest_start=ask.release, latest_start=last, latest_end=race.end, optional=True)
    start = model.add_task(None, earliest_start=ask.release, latest_start=last, optional=True)
    end = model.add_task(by_release, earliest_start=ask.release, latest_end=race.end, optional=True)
    stand_in = model.add_task(left_out, latest_start=0, optional=True)
    first_mode = len(model.modes)
    for machine in ask.machines:
        model.add_mode(test, machines[machine], ask.duration, ask.demand if race.machines[machine].capacity > 1 else 0)
    on_people = len(model.modes)
    if ask.people:
        for person in ask.people:
            model.add_mode(start, people[person], FIRST_HOUR)
    else:
        model.add_mode(start, desk, HEAD, 0)
    model.add_mode(end, desk, HEAD, 0)
    model.add_mode(stand_in, [], late_by)
    model.add_start_at_start(test, start)
    model.add_end_at_end(test, end)
    model.add_select_all_or_none([test, start, end])
    model.add_select_exactly_one([test, stand_in])
    count = len(model.tasks)
    return Parts(
        count - 4,
        count - 3,
        count - 2,
        count - 1,
        {first_mode + index: machine for index, machine in enumerate(ask.machines)},
        {on_people + index: person for index, person in enumerate(ask.people)},
    )


def read(race: Race, parts: list[Parts], tasks: Any) -> dict[str, Choice]:
    """The choices in a solution."""
    choices = {}
    for ask, each in zip(race.asks, parts, strict=True):
        test, start = tasks[each.test], tasks[each.start]
        if test.present:
            choices[ask.id] = Choice(test.start, each.machines[test.mode], each.people[start.mode] if ask.people else None)
    return choices


def _solution(model: Any, race: Race, parts: list[Parts], choices: Mapping[str, Choice]) -> Any:
    """A plan as a solution of theirs."""
    solutions = import_module("pyjobshop")
    tasks: list[Any] = []
    first: dict[int, int] = {}
    for number, mode in enumerate(model.modes):
        first.setdefault(mode.task, number)

    def scheduled(mode: int, start: int) -> Any:
        return solutions.ScheduledTask(mode, model.modes[mode].resources, start, start + model.modes[mode].duration)

    absent = solutions.ScheduledTask(0, [], 0, 0, 0, 0, False)
    for ask, each in zip(race.asks, parts, strict=True):
        choice = choices.get(ask.id)
        if choice is None:
            tasks += [absent, absent, absent, scheduled(first[each.stand_in], 0)]
            continue
        on_machine = next(mode for mode, machine in each.machines.items() if machine == choice.machine)
        at_start = next((mode for mode, person in each.people.items() if person == choice.person), first[each.start])
        tasks += [
            scheduled(on_machine, choice.start),
            scheduled(at_start, choice.start),
            scheduled(first[each.end], choice.start + ask.duration - HEAD),
            absent,
        ]
    return solutions.Solution(model.data(), tasks)


@contextmanager
def _output() -> Iterator[list[str]]:
    """What is written to the standard output inside, also by libraries in C++; a list that has the text afterwards."""
    said: list[str] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.txt"
        kept = os.dup(1)
        with path.open("wb") as file:
            os.dup2(file.fileno(), 1)
        try:
            yield said
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            said.append(path.read_text(encoding="utf-8", errors="replace"))
