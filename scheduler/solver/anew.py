"""A cut of a plan solved by itself, from the bookings that its requests have."""

from dataclasses import replace
from random import Random

from scheduler.solver.bound import ideal_of
from scheduler.solver.budget import Budget
from scheduler.solver.cpsat.search import search
from scheduler.solver.domains import Explorer
from scheduler.solver.exact import Exact, prove
from scheduler.solver.thinning import SPARES, thinned
from scheduler.ticks.instance import Instance, Plan


def plan_cut(cut: Instance, start: Plan, budget: Budget, random: Random | None = None) -> Exact:
    """The best plan of `cut` found from `start` on.

    With `random`, only some of many candidates are looked at: what is proved is proved of these. Raises: ModelInvalid.
    """
    if random is not None:
        spare = random.choice(SPARES)
        cut = replace(cut, requests=tuple(thinned(cut, each, start.get(k), random, spare) for k, each in enumerate(cut.requests)))
    explorer = Explorer(cut)
    ideal = ideal_of(cut, explorer)
    if not cut.is_coupled:
        return prove(cut, ideal, explorer, start, budget)
    found = search(cut, ideal.domains, start, budget)
    if found is None:
        return Exact(start, ideal.tiers, ideal.scalar, False, 0.0)
    return Exact(found.plan, ideal.tiers, ideal.scalar, found.is_proved, found.deterministic_seconds)
