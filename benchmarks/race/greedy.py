"""First fit: what forty lines of Python find; also the hint that peers are given."""

from collections.abc import Mapping
from time import monotonic

from benchmarks.race.entrant import Found
from benchmarks.race.statement import FIRST_HOUR, Ask, Choice, Race, attended, cost, schedule_of, starts, state, total
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import Progress


def run(problem: Problem, limits: Limits) -> Found:
    """First fit alone; it takes what time it takes, which is little."""
    begun = monotonic()
    race = state(problem)
    choices = first_fit(race)
    progress = Progress(seconds=monotonic() - begun, phase="first fit", objective=total(race, choices), served=len(choices))
    return Found(schedule_of(problem, race, choices), None, (progress,), "")


def first_fit(race: Race) -> Mapping[str, Choice]:
    """Requests by what they cost a tick that they wait, the dearest first, each where it ends earliest among what is free."""
    machines = [[0] * race.end for _ in race.machines]
    people = [[0] * race.end for _ in race.people]
    choices: dict[str, Choice] = {}
    for ask in sorted(race.asks, key=lambda each: (-each.left_out * 1_000 // (each.duration * each.demand + 20), each.due)):
        choice = _earliest(race, ask, machines, people)
        if choice is None or cost(ask, choice.start) >= ask.left_out:
            continue
        choices[ask.id] = choice
        for tick in range(choice.start, choice.start + ask.duration):
            machines[choice.machine][tick] += ask.demand
        if choice.person is not None:
            for tick in range(choice.start, choice.start + FIRST_HOUR):
                people[choice.person][tick] += 1
    return choices


def _earliest(race: Race, ask: Ask, machines: list[list[int]], people: list[list[int]]) -> Choice | None:
    best: Choice | None = None
    for machine in ask.machines:
        used, most = machines[machine], race.machines[machine].capacity - ask.demand
        for first, last in starts(race, ask, machine):
            for start in range(first, last if best is None else min(last, best.start)):
                if any(each > most for each in used[start : start + ask.duration]):
                    continue
                person = next((each for each in ask.people if _is_free(race, people, each, start)), None)
                if person is not None or not ask.people:
                    best = Choice(start, machine, person)
                    break
            if best is not None and best.start < last:
                break
    return best


def _is_free(race: Race, people: list[list[int]], person: int, start: int) -> bool:
    return not any(people[person][start : start + FIRST_HOUR]) and any(first <= start < last for first, last in attended(race, person))
