"""Better plans of larger problems: some related requests are planned anew, exactly, beside the bookings of all others.

A seed is drawn by its regret, what it costs beyond what it would cost alone; related to it are the requests that hold,
at the times at which it could be done sooner, what it could be done with. The number grows while neighbourhoods
are solved to the end and shrinks when they are not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isqrt
from random import Random
from time import monotonic

from scheduler.solver.amounts import amounts_of, scalar_of
from scheduler.solver.bound import Ideal, ideal_of
from scheduler.solver.cpsat.search import Budget
from scheduler.solver.domains import Explorer
from scheduler.solver.exact import Exact, prove
from scheduler.solver.rivals import beside, taken_by
from scheduler.ticks.instance import Instance, Plan

FEWEST, MOST = 4, 18
START_SIZE = 8
"""Requests of a neighbourhood."""

SECONDS = 1.0
"""What one neighbourhood may take."""

MOST_CANDIDATES = 16
"""A requirement with more candidates than this makes nobody related: somebody will be free."""

IDLE = 60
"""After so many neighbourhoods in a row without gain it is left to the other rungs."""


@dataclass(frozen=True, slots=True)
class Polished:
    """The best plan, and what was spent of the repeatable clock."""

    plan: Plan
    deterministic_seconds: float


def plan_anew(instance: Instance, plan: Plan, members: Sequence[int], budget: Budget) -> Exact:
    """The requests at `members` planned anew beside the bookings that the others have in `plan`; positions are those in `members`."""
    cut = beside(instance, members, plan)
    explorer = Explorer(cut)
    return prove(cut, ideal_of(cut, explorer), explorer, {k: plan[each] for k, each in enumerate(members) if each in plan}, budget)


def polish(instance: Instance, ideal: Ideal, plan: Plan, budget: Budget, report: Callable[[Plan], None] | None = None) -> Polished:
    """The best plan found from `plan` on within the budget; the same seed and repeatable budget give the same.

    Raises: ModelInvalid.
    """
    plan = dict(plan)
    random = Random(budget.seed)  # noqa: S311 - a search, not a secret
    cost = [_cost(instance, position, plan) for position in range(len(instance.requests))]
    left = budget.deterministic_seconds
    size, idle = START_SIZE, 0
    while idle < IDLE and not budget.is_over() and (left is None or left > 0):
        members = _neighbourhood(instance, ideal, plan, cost, random, size)
        if len(members) < 2:
            break
        limits = replace(budget, ends_at=min(budget.ends_at, monotonic() + SECONDS))
        if left is not None:
            limits = replace(budget, deterministic_seconds=min(left, SECONDS))
        found = plan_anew(instance, plan, members, limits)
        if left is not None:
            # A look that costs nothing by the solver's clock must not go on for ever.
            left -= max(found.deterministic_seconds, 0.005)
        better = {position: placement for position, placement in plan.items() if position not in members}
        better.update({members[k]: placement for k, placement in found.plan.items()})
        gain = sum(cost[each] for each in members) - sum(_cost(instance, each, better) for each in members)
        idle = 0 if gain > 0 else idle + 1
        size = min(MOST, size + 1) if found.is_proved else max(FEWEST, size - 2)
        if gain > 0:
            plan = better
            for each in members:
                cost[each] = _cost(instance, each, plan)
            if report is not None:
                report(plan)
    spent = 0.0 if left is None else (budget.deterministic_seconds or 0.0) - left
    return Polished(plan, spent)


def _neighbourhood(instance: Instance, ideal: Ideal, plan: Plan, cost: Sequence[int], random: Random, size: int) -> tuple[int, ...]:
    """A seed and up to `size` - 1 requests related to it; none if nothing costs more than alone."""
    regrets = [(position, cost[position] - ideal.scalars[position]) for position in range(len(cost)) if cost[position] > ideal.scalars[position]]
    if not regrets:
        return ()
    (seed,) = random.choices([position for position, _ in regrets], [isqrt(regret) + 1 for _, regret in regrets])
    related = _related(instance, ideal, plan, seed)
    chosen = related if len(related) < size else random.sample(related, size - 1)
    return tuple(sorted({seed, *chosen}))


def _related(instance: Instance, ideal: Ideal, plan: Plan, seed: int) -> list[int]:
    request, domain = instance.requests[seed], ideal.domains[seed]
    latest = max((each.start for each in plan.get(seed, ())), default=instance.ticks)
    taken = taken_by(instance, plan)
    found: set[int] = set()
    for task, modes in zip(request.tasks, domain.tasks, strict=False):
        for tick_mode, mode in zip(task.modes, modes, strict=True):
            for requirement, candidates in zip(tick_mode.requirements, mode.candidates, strict=False):
                if len(candidates) > MOST_CANDIDATES:
                    continue
                for resource, starts in candidates.items():
                    first = (starts & -starts).bit_length() - 1 + requirement.begin
                    found.update(position for start, end, _, position in taken.get(resource, ()) if end > first and start < latest + requirement.end)
    return sorted(found - {seed, -1})


def _cost(instance: Instance, position: int, plan: Plan) -> int:
    return scalar_of(instance, amounts_of(instance, instance.requests[position], plan.get(position)))
