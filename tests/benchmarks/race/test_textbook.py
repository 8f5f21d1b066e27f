from itertools import product

import pytest
from ortools.sat.python import cp_model

from benchmarks.race.family import race_problem
from benchmarks.race.greedy import first_fit
from benchmarks.race.statement import Ask, Choice, Race, attended, cost, meet, starts, total
from benchmarks.race.textbook import build, hint, read, run, run_hinted
from scheduler.model.limits import Limits
from scheduler.model.result import tier_costs
from scheduler.verify.verifier import Verifier
from tests.benchmarks.race.build import DAY, ask, race


def _solved(given: Race) -> tuple[int, dict[str, Choice]]:
    textbook = build(given)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(textbook.model) == cp_model.OPTIMAL
    return round(solver.objective_value) * given.unit, read(textbook, solver)


def _slots(given: Race, one: Ask) -> list[Choice | None]:
    """All that one request can do, looked up tick by tick."""
    found: list[Choice | None] = [None]
    for machine in one.machines:
        for person in one.people or (None,):
            free = starts(given, one, machine)
            free = free if person is None else meet(free, attended(given, person))
            found += [Choice(start, machine, person) for first, last in free for start in range(first, last)]
    return found


def _fits(given: Race, choices: dict[str, Choice]) -> bool:
    used: dict[tuple[str, int, int], int] = {}
    for one in given.asks:
        choice = choices.get(one.id)
        if choice is None:
            continue
        for tick in range(choice.start, choice.start + one.duration):
            used["m", choice.machine, tick] = used.get(("m", choice.machine, tick), 0) + one.demand
        if choice.person is not None:
            for tick in (choice.start, choice.start + 1):
                used["p", choice.person, tick] = used.get(("p", choice.person, tick), 0) + 1
    return all(count <= (given.machines[server].capacity if kind == "m" else 1) for (kind, server, _), count in used.items())


def _least(given: Race) -> int:
    """The least cost of all combinations."""
    best = total(given, {})
    for chosen in product(*(_slots(given, one) for one in given.asks)):
        choices = {one.id: choice for one, choice in zip(given.asks, chosen, strict=True) if choice is not None}
        value = total(given, choices)
        if value < best and _fits(given, choices):
            best = value
    return best


@pytest.mark.parametrize(
    "given",
    [
        race(ask("a"), ask("b", due=24, late=9)),
        race(ask("a", duration=16), ask("b", duration=16, left_out=40)),
        race(ask("a", demand=2), ask("b"), capacities=(2,)),
        race(ask("a", people=(0,)), ask("b", machines=(0, 1), people=(0,)), capacities=(1, 1), people=1),
        race(ask("a", duration=40, due=50), ask("b", release=20), capacities=(1,)),
    ],
)
def test_the_model_finds_the_least_cost_of_all_combinations(given: Race) -> None:
    objective, choices = _solved(given)
    assert objective == total(given, choices) == _least(given)
    assert _fits(given, choices)


def test_the_model_leaves_out_who_cannot_be_served() -> None:
    objective, choices = _solved(race(ask("a", duration=2 * DAY), ask("b")))
    assert set(choices) == {"b"}
    assert objective == 30 * (1_000 + cost(ask("b"), 18))


def test_the_hint_is_a_whole_plan() -> None:
    given = race(ask("a", people=(0,)), ask("b", people=(0,)), ask("c", duration=2 * DAY), people=1)
    textbook, choices = build(given), first_fit(given)
    hint(textbook, given, choices)
    proto = textbook.model.proto
    assert len(proto.solution_hint.vars) == len(proto.variables)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.fix_variables_to_their_hinted_value = True
    assert solver.solve(textbook.model) == cp_model.OPTIMAL
    assert read(textbook, solver) == choices
    assert round(solver.objective_value) * given.unit == total(given, choices)


@pytest.mark.parametrize("entrant", [run, run_hinted])
def test_run_gives_a_plan_that_the_verifier_passes_and_a_bound_below(entrant: object) -> None:
    problem = race_problem(12, 1)
    found = entrant(problem, Limits(time_limit_seconds=1, workers=1))  # type: ignore[operator]
    assert found.schedule is not None
    assert not Verifier().violations(problem, found.schedule)
    objective = tier_costs(Verifier().score(problem, found.schedule))[0]
    assert found.bound <= objective == found.progress[-1].objective
