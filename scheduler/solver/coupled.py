"""The rungs for instances whose requests meet in more than the use of what is free: batch runs, changeovers, ways, common limits and terms.

What one request costs is then not told by its own placement alone, so the groups, prices and parts of `climb` do not apply. Small
instances are solved whole; large ones by neighbourhoods beside everything else, which sees every rule and every term exactly. Where there are
batch resources, which requests share a run and which run follows which is annealed first.
"""

from collections.abc import Callable
from dataclasses import replace

from scheduler.solver.amounts import plan_tiers
from scheduler.solver.anneal import anneal_runs
from scheduler.solver.bound import Ideal, sizes
from scheduler.solver.budget import Budget
from scheduler.solver.cpsat.search import search
from scheduler.solver.exact import Exact
from scheduler.solver.polish import polish
from scheduler.solver.twins import Twins
from scheduler.ticks.instance import Instance, Plan

MOST_REQUESTS = 120
MOST_CANDIDATES = 4_000
"""A larger instance is not solved whole: the model would take the time that neighbourhoods use better."""

FIRST_RUNS, FIRST_WHOLE, SECOND_RUNS, POLISH = 0.25, 0.2, 0.7, 0.6
"""Shares of the time left at that moment; what remains goes to the whole once more, from a better plan."""

RUNS = 0.85
"""The share of runs and their order where the whole is too large."""

Report = Callable[[str, Plan, tuple[int, ...]], None]
"""Called with the rung's name, the best plan and the bound per tier."""


def is_small(instance: Instance, ideal: Ideal) -> bool:
    """Whether all is also solved at once."""
    return len(instance.requests) <= MOST_REQUESTS and sizes(ideal.domains) <= MOST_CANDIDATES


def climb_coupled(instance: Instance, ideal: Ideal, plan: Plan, budget: Budget, report: Report, twins: Twins) -> Exact:
    """The best plan found from `plan` on, and what is proved of it. Raises: ModelInvalid."""
    return _Climb(instance, ideal, plan, budget, report, twins).run()


class _Climb:
    def __init__(self, instance: Instance, ideal: Ideal, plan: Plan, budget: Budget, report: Report, twins: Twins) -> None:
        self.instance, self.ideal, self.plan, self.report, self.twins = instance, ideal, plan, report, twins
        self.given = self.budget = budget
        self.bounds = ideal.tiers

    def run(self) -> Exact:
        """Runs, whole, runs, neighbourhoods, whole; until proved or the budget is over."""
        steps: list[Callable[[], bool]] = [lambda: self._anneal(RUNS), lambda: self._polish(1.0)]
        if is_small(self.instance, self.ideal):
            steps = [
                lambda: self._anneal(FIRST_RUNS, once=True),
                lambda: self._whole(FIRST_WHOLE),
                lambda: self._anneal(SECOND_RUNS, again=1),
                lambda: self._polish(POLISH),
                lambda: self._whole(1.0),
            ]
        proved = self._is_proved()
        for step in steps:
            if proved or self.budget.is_over():
                break
            proved = step()
        return Exact(self.plan, self.bounds, self.ideal.scalar, proved, self.budget.spent_of(self.given))

    def _whole(self, share: float) -> bool:
        """Whether the plan, perhaps a better one now, is proved."""
        found = search(self.instance, self.ideal.domains, self.plan, self.budget.share(share), self._on_found)
        if found is None:
            return False
        self.budget = self.budget.less(found.deterministic_seconds)
        self.plan = found.plan
        # A later tier's bound holds given that the earlier ones are kept as they are now: it does not survive a better plan.
        if found.is_proved:
            self.bounds = plan_tiers(self.instance, self.plan)
        else:
            self._raise(found.bounds[0] or 0)
        self.report("exact", self.plan, self.bounds)
        return found.is_proved or self._is_proved()

    def _on_found(self, plan: Plan, position: int, bound: int) -> None:
        if position == 0:
            self._raise(bound)
        if plan_tiers(self.instance, plan) <= plan_tiers(self.instance, self.plan):
            self.report("exact", plan, self.bounds)

    def _raise(self, first: int) -> None:
        self.bounds = (max(self.bounds[0], first), *self.bounds[1:])

    def _anneal(self, share: float, *, once: bool = False, again: int = 0) -> bool:
        """Whether the plan, perhaps one with better runs now, is proved. `once`: no longer than it takes; `again` draws other moves."""
        if not any(each.is_batch for each in self.instance.resources):
            return False
        budget = self.budget.share(share)
        budget = replace(budget, seed=budget.seed + again)

        def here(budget: Budget) -> tuple[Plan, float]:
            return anneal_runs(self.instance, self.ideal, self.plan, budget, lambda plan: self.report("runs", plan, self.bounds), once=once)

        # Once is soon over.
        self.plan, spent = here(budget) if once else self.twins("runs", self.plan, budget, here)
        self.report("runs", self.plan, self.bounds)
        self.budget = self.budget.less(spent)
        return self._is_proved()

    def _polish(self, share: float) -> bool:
        found = polish(self.instance, self.ideal, self.plan, self.budget.share(share), lambda plan: self.report("polish", plan, self.bounds), idle_limit=None)
        self.budget = self.budget.less(found.deterministic_seconds)
        self.plan = found.plan
        return self._is_proved()

    def _is_proved(self) -> bool:
        return plan_tiers(self.instance, self.plan) == self.bounds
