"""Plain CP-SAT, the textbook way: a start for each request, an optional interval for each alternative, no-overlap and cumulative.

Written as somebody would who knows CP-SAT well: calendars are forbidden starts, not breaks; what is left out is priced by a
literal; a cost counts only if its request is served. It shares nothing with our solver.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from time import monotonic

from ortools.sat.python import cp_model

from benchmarks.race.entrant import Found
from benchmarks.race.greedy import first_fit
from benchmarks.race.statement import FIRST_HOUR, Ask, Choice, Race, Stretches, attended, cost, join, meet, schedule_of, starts, state
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.result import Progress


@dataclass(frozen=True, slots=True)
class Asked:
    """Variables of one request that can be served: its start, literals for machines, people and being served, and what it costs above `least`."""

    start: cp_model.IntVar
    machines: Mapping[int, cp_model.IntVar]
    people: Mapping[int, cp_model.IntVar]
    served: cp_model.IntVar
    more: cp_model.IntVar
    least: int
    domain: Stretches


@dataclass(frozen=True, slots=True)
class Textbook:
    """The model and its variables by the id of the request; who cannot be served has none."""

    model: cp_model.CpModel
    asked: Mapping[str, Asked]


def run(problem: Problem, limits: Limits) -> Found:
    """CP-SAT from nothing."""
    return _solve(problem, limits, is_hinted=False)


def run_hinted(problem: Problem, limits: Limits) -> Found:
    """CP-SAT with the plan of first fit as a hint."""
    return _solve(problem, limits, is_hinted=True)


def _solve(problem: Problem, limits: Limits, *, is_hinted: bool) -> Found:
    begun = monotonic()
    race = state(problem)
    textbook = build(race)
    if is_hinted:
        hint(textbook, race, first_fit(race))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = limits.workers
    solver.parameters.random_seed = limits.seed
    solver.parameters.max_time_in_seconds = max(0.1, limits.time_limit_seconds - (monotonic() - begun))
    listener = _Listener(begun, race.unit)
    status = solver.solve(textbook.model, listener)
    bound = max(0, round(solver.best_objective_bound)) * race.unit
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(None, bound, tuple(listener.points), _versions())
    return Found(schedule_of(problem, race, read(textbook, solver)), bound, tuple(listener.points), _versions())


def _versions() -> str:
    return f"ortools {version('ortools')}"


def build(race: Race) -> Textbook:
    """The whole problem as one model; the objective is in units of the race."""
    model = cp_model.CpModel()
    on_machine: list[list[tuple[cp_model.IntervalVar, int]]] = [[] for _ in race.machines]
    with_person: list[list[cp_model.IntervalVar]] = [[] for _ in race.people]
    asked: dict[str, Asked] = {}
    costs: list[cp_model.LinearExprT] = []
    working = [attended(race, person) for person in range(len(race.people))]
    for ask in race.asks:
        domains = _domains(race, ask, working)
        if not domains:
            costs.append(ask.left_out)
            continue
        each = _variables(model, race, ask, domains)
        asked[ask.id] = each
        for machine, literal in each.machines.items():
            interval = model.new_optional_fixed_size_interval_var(each.start, ask.duration, literal, f"{ask.id}@{race.machines[machine].id}")
            on_machine[machine].append((interval, ask.demand))
            model.add_linear_expression_in_domain(each.start, _domain(domains[machine])).only_enforce_if(literal)
        for person, literal in each.people.items():
            with_person[person].append(model.new_optional_fixed_size_interval_var(each.start, FIRST_HOUR, literal, f"{ask.id}@{race.people[person].id}"))
            model.add_linear_expression_in_domain(each.start, _domain(working[person])).only_enforce_if(literal)
        costs.append(_cost(model, ask, each))
    for server, parts in zip(race.machines, on_machine, strict=True):
        if server.capacity == 1:
            model.add_no_overlap([interval for interval, _ in parts])
        else:
            model.add_cumulative([interval for interval, _ in parts], [demand for _, demand in parts], server.capacity)
    for intervals in with_person:
        model.add_no_overlap(intervals)
    model.minimize(cp_model.LinearExpr.sum(costs))
    return Textbook(model, asked)


def _domains(race: Race, ask: Ask, working: list[Stretches]) -> dict[int, Stretches]:
    """The starts that calendars leave on each machine; only machines that have any."""
    able = join(working[each] for each in ask.people)
    found = {}
    for machine in ask.machines:
        free = starts(race, ask, machine)
        if ask.people:
            free = meet(free, able)
        if free:
            found[machine] = free
    return found


def _domain(stretches: Stretches) -> cp_model.Domain:
    return cp_model.Domain.from_intervals([[first, last - 1] for first, last in stretches])


def _variables(model: cp_model.CpModel, race: Race, ask: Ask, domains: Mapping[int, Stretches]) -> Asked:
    whole = join(domains.values())
    machines = {each: model.new_bool_var(f"{ask.id} on {race.machines[each].id}") for each in domains}
    people = {each: model.new_bool_var(f"{ask.id} with {race.people[each].id}") for each in ask.people}
    served = model.new_bool_var(f"{ask.id} served")
    model.add_exactly_one([*machines.values(), ~served])
    if people:
        model.add_exactly_one([*people.values(), ~served])
    start = model.new_int_var_from_domain(_domain(whole), f"{ask.id} start")
    least = cost(ask, whole[0][0])
    more = model.new_int_var(0, max(0, ask.left_out - least), f"{ask.id} more")
    return Asked(start, machines, people, served, more, least, whole)


def _cost(model: cp_model.CpModel, ask: Ask, asked: Asked) -> cp_model.LinearExprT:
    """The least that serving costs, `more` for a later start, or the price of being left out.

    Measured: a variable with the right lower bound keeps CP-SAT's own bound above the sum of what is least; start and tardiness in
    the objective made that bound negative and the plans worse.
    """
    waiting = ask.wait * (asked.start + (ask.duration - ask.release)) - asked.least
    model.add(asked.more >= waiting).only_enforce_if(asked.served)
    model.add(asked.more >= waiting + ask.late * (asked.start + (ask.duration - ask.due))).only_enforce_if(asked.served)
    return ask.left_out + (asked.least - ask.left_out) * asked.served + asked.more


def hint(textbook: Textbook, race: Race, choices: Mapping[str, Choice]) -> None:
    """Tells the model a complete plan."""
    for ask in race.asks:
        each = textbook.asked.get(ask.id)
        if each is None:
            continue
        choice = choices.get(ask.id)
        start = each.domain[0][0] if choice is None else choice.start
        textbook.model.add_hint(each.start, start)
        textbook.model.add_hint(each.more, 0 if choice is None else cost(ask, start) - each.least)
        textbook.model.add_hint(each.served, choice is not None)
        for machine, literal in each.machines.items():
            textbook.model.add_hint(literal, choice is not None and choice.machine == machine)
        for person, literal in each.people.items():
            textbook.model.add_hint(literal, choice is not None and choice.person == person)


def read(textbook: Textbook, solver: cp_model.CpSolver) -> dict[str, Choice]:
    """The plan that the solver holds."""
    choices = {}
    for name, each in textbook.asked.items():
        if not solver.boolean_value(each.served):
            continue
        machine = next(key for key, literal in each.machines.items() if solver.boolean_value(literal))
        person = next((key for key, literal in each.people.items() if solver.boolean_value(literal)), None)
        choices[name] = Choice(solver.value(each.start), machine, person)
    return choices


class _Listener(cp_model.CpSolverSolutionCallback):
    """Notes when plans come; called from CP-SAT's thread."""

    def __init__(self, begun: float, unit: int) -> None:
        super().__init__()
        self._begun, self._unit = begun, unit
        self.points: list[Progress] = []

    def on_solution_callback(self) -> None:
        objective, bound = round(self.objective_value), max(0, round(self.best_objective_bound))
        seconds = monotonic() - self._begun
        self.points.append(Progress(seconds=seconds, phase="cp-sat", objective=objective * self._unit, bound=bound * self._unit))
