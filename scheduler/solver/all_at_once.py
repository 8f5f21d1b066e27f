"""Some tens of requests searched all at once in the exact model: over cores of the starts, a narrow one and wide ones by turns.

What a narrow core lacks a wide one may have; and a search that begins with the plan at hand stays near it, while one that knows nothing of it often
comes to a better one, as a core leaves so little to decide. So they take turns.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from time import monotonic

from scheduler.placement.cost import plan_cost
from scheduler.solver.amounts import plan_tiers
from scheduler.solver.bound import Ideal, narrow
from scheduler.solver.bounds.core import Core, core_of, kept_to
from scheduler.solver.bounds.scale import PriceBound
from scheduler.solver.budget import Budget
from scheduler.solver.cpsat.search import search
from scheduler.solver.domains import Explorer, RequestDomain
from scheduler.solver.pooling import Pooling
from scheduler.ticks.instance import Instance, Plan

TRIES, GROWTH = ((25, False), (50, True), (50, False), (25, True), (25, False), (150, True)), 2
"""Starts for each request, on average, of one core after the other, and whether the search begins with the plan at hand; and how much larger
they become where one is solved to the end.
"""

PATIENCE = 4.0
"""After so many seconds without a better plan the next core is looked at."""

MOST_VAIN = len(TRIES)
"""So many cores one after the other without a better plan end the search."""

LINEARIZATION = 2
"""Over few starts linear programs say much: a hundred requests come 1 % nearer to their best in the same time."""

Report = Callable[[Plan, tuple[int, ...]], None]
"""Called with the best plan, in terms of the pooled instance, and the bound per tier."""


class AllAtOnce:
    """The search in all requests of `instance`, whenever it is called; a `large.Search`. `ideal` and `explorer` are those of the pooled instance."""

    def __init__(self, instance: Instance, pooling: Pooling, ideal: Ideal, explorer: Explorer, report: Report) -> None:
        self.instance, self.pooling, self.ideal, self.explorer, self.report = instance, pooling, ideal, explorer, report

    def __call__(self, plan: Plan, bounds: tuple[int, ...], proof: PriceBound | None, budget: Budget) -> tuple[Plan, tuple[int, ...], float]:
        """No worse a plan, no lower bounds, and what finding them took of the repeatable clock. Raises: ModelInvalid."""
        if proof is None or budget.is_repeatable:
            # Which prices are found in time the clock on the wall tells, and on it no repeatable plan may depend.
            plan, bounds, spent, _ = self._try(plan, bounds, None, budget, has_hint=True)
            return plan, bounds, spent
        growth, cost, vain = 1, plan_cost(self.instance, plan), 0
        for turn, (size, has_hint) in enumerate(cycle(TRIES)):
            core = core_of(self.instance, plan, proof, growth * size)
            plan, bounds, _, is_solved = self._try(plan, bounds, core, replace(budget, seed=budget.seed + turn), has_hint=has_hint)
            vain = 0 if plan_cost(self.instance, plan) < cost else vain + 1
            if budget.is_over() or vain == MOST_VAIN or (is_solved and core.is_whole):
                break
            growth, cost = growth * (GROWTH if is_solved else 1), plan_cost(self.instance, plan)
        return plan, bounds, 0.0

    def _try(self, plan: Plan, bounds: tuple[int, ...], core: Core | None, budget: Budget, *, has_hint: bool) -> tuple[Plan, tuple[int, ...], float, bool]:
        """As a call, for one core (None: all starts), and whether there is no better plan in it that could be found."""
        before = plan_cost(self.instance, plan)
        cost, gained = before if has_hint else None, monotonic()

        def hear(found: Plan, _tier: int, _bound: int) -> None:
            nonlocal cost, gained
            found_cost = plan_cost(self.pooling.pooled, found)
            if cost is None or found_cost < cost:
                cost, gained = found_cost, monotonic()
                if cost < before:
                    self.report(found, bounds)

        def is_stuck() -> bool:
            return (budget.should_stop is not None and budget.should_stop()) or monotonic() - gained > PATIENCE

        watched = budget if core is None else replace(budget, should_stop=is_stuck)
        level = None if core is None else LINEARIZATION
        domains, start = self._domains(plan, core), self.pooling.pool_plan(plan)
        found = search(self.pooling.pooled, domains, start, watched, hear, has_hint=has_hint, linearization=level)
        if found is None:
            return plan, bounds, 0.0, True
        if core is None or core.is_whole:
            # What it proves of later tiers holds for its own values of earlier ones.
            bounds = plan_tiers(self.pooling.pooled, found.plan) if found.is_proved else (max(bounds[0], found.bounds[0] or 0), *bounds[1:])
        better = self.pooling.share_out(found.plan)
        # Whether a plan that is proved optimal comes here the clock on the wall tells, and on it no repeatable plan may depend.
        kept = better if plan_cost(self.instance, better) < before else plan
        return kept, bounds, found.deterministic_seconds, found.is_proved

    def _domains(self, plan: Plan, core: Core | None) -> list[RequestDomain]:
        """Where requests may be in plans no dearer than this one, as far as ideals tell, and within the core."""
        pooled = self.pooling.pooled
        spare = plan_cost(self.instance, plan) - self.ideal.scalar
        domains = [
            narrow(pooled, request, domain, alone + spare, self.explorer)
            for request, domain, alone in zip(pooled.requests, self.ideal.domains, self.ideal.scalars, strict=True)
        ]
        return domains if core is None else [kept_to(core, pooled, each, domain, plan.get(each)) for each, domain in enumerate(domains)]
