"""Instances with special resources, a slow, plain judge of plans on them, and their optimum by trying everything."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, product
from random import Random

from ortools.sat.python import cp_model

from scheduler.model.policy import TermName
from scheduler.placement.coupled import coupled_amounts, coupled_cost
from scheduler.solver.cpsat.hint import hint_values
from scheduler.solver.cpsat.model import read_plan
from scheduler.ticks.instance import (
    FixedUse,
    Instance,
    Matrix,
    Placement,
    Plan,
    TickBooking,
    TickChangeover,
    TickMode,
    TickRequest,
    TickRequirement,
    TickResource,
    TickTerm,
)
from tests.placement import builders
from tests.placement.builders import cost_of, mode, need, request, resource, task
from tests.solver.cpsat.hinted import built, held_at
from tests.solver.tiny import frozen_plan, searched


def wanted(candidates: Sequence[int], ticks: int, recipe: int = -1, *, undisturbed: bool = False, demand: int = 1, name: str = "r") -> TickRequirement:
    """A requirement for the whole of a mode, with a recipe."""
    return replace(need(candidates, ticks, name=name, demand=demand), recipe=recipe, undisturbed=undisturbed)


def oven(opening: str, capacity: int = 2, **traits: object) -> TickResource:
    """A batch resource."""
    return replace(resource("oven", opening, capacity=capacity), is_batch=True, **traits)  # type: ignore[arg-type]


def changeover(times: Matrix, *, within: bool = False, idle: int | None = None, warm_up: int = 0) -> TickChangeover:
    """A changeover that costs ten times what it takes."""
    return TickChangeover(times, times, tuple(tuple(10 * each for each in row) for row in times), within, idle, warm_up, warm_up, 10 * warm_up)


def part(candidates: Sequence[int], ticks: int, recipe: int, **more: object) -> TickRequest:
    """A request of one task in one mode; `longer` lists lengths that it can have in a run besides its own."""
    first, last = more.pop("first", 0), more.pop("last", 10**6)
    demand, longer = more.pop("demand", 1), more.pop("longer", ())
    ways: list[TickMode] = []
    for length in (ticks, *longer):  # type: ignore[misc]
        way = mode(length, wanted(candidates, length, recipe, demand=demand), first=first, last=last)  # type: ignore[arg-type]
        ways.append(replace(way, opens_run=length == ticks))
    return request(task(*ways), **more)  # type: ignore[arg-type]


def instance(ticks: int, resources: Sequence[TickResource], *requests: TickRequest, fixed: Sequence[FixedUse] = (), **more: object) -> Instance:
    """As the builders' `instance`, but all that modes say is kept, and fixed uses take the minutes of their ticks."""
    plain = builders.instance(ticks, resources, fixed=[replace(use, minutes=use.end - use.start) for use in fixed])
    return replace(plain, requests=tuple(_cut(each, ticks) for each in requests), recipes=("a", "b", "c"), **more)  # type: ignore[arg-type]


def _cut(each: TickRequest, ticks: int) -> TickRequest:
    def within(one: TickMode) -> TickMode:
        return replace(one, last_start=min(one.last_start, ticks - one.ticks))

    return replace(each, tasks=tuple(replace(one, modes=tuple(within(way) for way in one.modes)) for one in each.tasks))


def solved(whole: Instance) -> Plan:
    """The optimum of the exact model, after which the hint of it, and of the empty plan, is checked to be complete and feasible."""
    found = searched(whole)
    assert found.is_proved
    check_hint(whole, found.plan)
    check_hint(whole, frozen_plan(whole))
    return found.plan


def check_hint(whole: Instance, plan: Plan) -> None:
    """Every variable has a value in `plan`, and together they are a solution that reads as the same plan."""
    exact = built(whole)
    solver = held_at(exact, plan)
    assert solver is not None
    assert read_plan(exact, solver.value) == plan
    values = {index: value for index, (_, value) in hint_values(exact.variables, plan).items()}
    spent = coupled_amounts(whole, plan)
    made = exact.variables
    told = [(literal, time) for literal, time, _ in made.transitions], [(literal, price) for literal, _, price in made.transitions], made.ways, made.runs
    sums = tuple(sum(amount for literal, amount in each if literal is None or values[literal.index]) for each in told)
    assert sums == (spent["changeover_time"], spent["changeover_cost"], spent["travel"], spent["run_time"])


def admits(whole: Instance, plan: Plan) -> bool:
    """Whether the model has a solution that reads as `plan`: everything else is left to the solver."""
    exact = built(whole)
    for made in exact.variables.requests:
        exact.model.add(made.presence == int(made.position in plan))
        for booking in plan.get(made.position, ()):
            if not made.tasks or made.tasks[booking.task].modes[booking.mode] is None:
                return False
            variables = made.tasks[booking.task]
            exact.model.add(variables.modes[booking.mode] == 1)
            exact.model.add(variables.start == booking.start)
            for served, literals in zip(booking.resources, variables.serves[booking.mode], strict=True):
                for resource_number, literal in literals.items():
                    exact.model.add(literal == int(resource_number in served))
                if not set(served) <= set(literals):
                    return False
    solver = cp_model.CpSolver()
    solver.parameters.catch_sigint_signal = False  # or Ctrl-C is lost to Python for good
    solver.parameters.num_workers = 1
    return solver.status_name(solver.solve(exact.model)) == "OPTIMAL"


# --- the slow judge -------------------------------------------------------------------------


def every_plan(whole: Instance) -> Iterator[Plan]:
    """All plans of requests of one task with requirements of one resource each, good or bad."""
    ways: list[list[Placement | None]] = []
    for each in whole.requests:
        found: list[Placement | None] = [None]
        for m, way in enumerate(each.tasks[0].modes):
            for start in range(way.first_start, way.last_start + 1):
                serving = product(*(requirement.candidates for requirement in way.requirements))
                found += [(TickBooking(0, m, start, tuple((r,) for r in chosen)),) for chosen in serving]
        ways.append(found)
    for chosen in product(*ways):
        yield {number: placement for number, placement in enumerate(chosen) if placement is not None}


def uses_on(whole: Instance, plan: Plan, r: int) -> list[tuple[int, int, int, int, bool, bool]]:
    """(start, end, recipe, demand, whether frozen, whether the mode opens runs) of all that a resource does."""
    found = [(use.start, use.end, use.recipe, use.demand, True, True) for use in whole.fixed_uses if use.resource == r]
    for position, placement in plan.items():
        for booking in placement:
            way = whole.requests[position].tasks[booking.task].modes[booking.mode]
            for requirement, served in zip(way.requirements, booking.resources, strict=True):
                if r in served:
                    start, end = booking.start + requirement.begin, booking.start + requirement.end
                    found.append((start, end, requirement.recipe, requirement.demand, False, way.opens_run))
    return sorted(found)


def broken(whole: Instance, plan: Plan) -> str:
    """The first of the rules calendar, batch, capacity (of unit resources) and changeover that a plan breaks; empty if none."""
    for r, data in enumerate(whole.resources):
        uses = uses_on(whole, plan, r)
        if any(not frozen and not all(data.open >> tick & 1 for tick in range(start, end)) for start, end, _, _, frozen, _ in uses):
            return "calendar"
        runs: dict[tuple[int, int, int], list[tuple[int, int, int, int, bool, bool]]] = {}
        for number, use in enumerate(uses):
            runs.setdefault((use[0], use[1], use[2] if data.is_batch else number), []).append(use)
        for members in runs.values():
            is_whole = sum(use[3] for use in members) <= data.capacity and any(use[5] for use in members)
            if data.is_batch and not is_whole and any(not use[4] for use in members):
                return "batch"
        in_order = [(start, end, members[0][2], any(use[4] for use in members)) for (start, end, _), members in sorted(runs.items())]
        for before, after in pairwise(in_order):
            if after[0] < before[1] and not (before[3] and after[3]):
                return "batch" if data.is_batch else "capacity"
        if data.changeover is not None and not _is_in_time(whole, data, in_order):
            return "changeover"
    return ""


def _is_in_time(whole: Instance, data: TickResource, in_order: list[tuple[int, int, int, bool]]) -> bool:
    rule = data.changeover
    assert rule is not None
    before: tuple[int, int, int, bool] | None = None
    for each in in_order:
        start, end, recipe, frozen = each
        last, since = (data.initial_recipe, whole.first_tick) if before is None else (before[2], before[1])
        time = rule.times[last][recipe] if last >= 0 else 0
        if rule.idle is not None and (before is None or start - before[1] > rule.idle):
            time += rule.warm_up
        if not (frozen and (before is None or before[3])):
            if time and start - time < since:
                return False
            if rule.within_opening and not all(tick >= 0 and data.open >> tick & 1 for tick in range(start - time, end)):
                return False
        before = each
    return True


def with_coupled_terms(whole: Instance) -> Instance:
    """The instance where only what is left out counts, and what special resources spend."""
    weights: dict[TermName, int] = {"unserved": 70, "changeover_cost": 1, "changeover_time": 2, "travel": 1, "run_time": 3}
    return replace(whole, terms=tuple(TickTerm(name, 1, weight, weight) for name, weight in weights.items()))


def spent_cost(whole: Instance, plan: Plan) -> int:
    """What a plan costs under those terms."""
    left_out = sum(each.weight for position, each in enumerate(whole.requests) if position not in plan)
    return whole.scalars["unserved"] * left_out + coupled_cost(whole, plan)


def cost(whole: Instance, plan: Plan) -> int:
    """What a plan costs by terms that are sums over requests."""
    return sum(
        cost_of(whole, each, plan[position]) if position in plan else whole.scalars["unserved"] * each.weight for position, each in enumerate(whole.requests)
    )


Judge = Callable[[Instance, Plan], object]
"""Says what a plan breaks; anything false: nothing."""


def finds_the_best(whole: Instance, judge: Judge, seed: int) -> None:
    """The model's plan is as good as the best of all that break nothing, some of which it takes as hints."""
    plans = [plan for plan in every_plan(whole) if not judge(whole, plan)]
    best = solved(whole)
    assert not judge(whole, best)
    assert cost(whole, best) == min(cost(whole, plan) for plan in plans)
    for plan in Random(seed).sample(plans, min(3, len(plans))):
        check_hint(whole, plan)


def judges_alike(whole: Instance, judge: Judge, seed: int) -> None:
    """The model admits those of some plans that break nothing."""
    plans = list(every_plan(whole))
    for plan in Random(seed).sample(plans, min(10, len(plans))):
        assert admits(whole, plan) == (not judge(whole, plan))


def pays_least(whole: Instance, judge: Judge) -> None:
    """With terms that look at what requests share, too."""
    priced = with_coupled_terms(whole)
    assert spent_cost(priced, solved(priced)) == min(spent_cost(priced, plan) for plan in every_plan(priced) if not judge(priced, plan))
