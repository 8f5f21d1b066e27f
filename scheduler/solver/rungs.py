"""All rungs above a first plan, by size and structure of the instance: which are climbed, and in what terms."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from scheduler.placement.cost import plan_cost
from scheduler.placement.coupled import makespan
from scheduler.solver.all_at_once import AllAtOnce
from scheduler.solver.amounts import plan_tiers, tiers_of
from scheduler.solver.bound import Ideal, ideal_of
from scheduler.solver.bounds.scale import PriceBound
from scheduler.solver.budget import Budget
from scheduler.solver.climb import climb
from scheduler.solver.coupled import climb_coupled, is_small
from scheduler.solver.domains import Explorer
from scheduler.solver.exact import MOST_REQUESTS
from scheduler.solver.large import Search, bounded, climb_large
from scheduler.solver.orders import leads, least_makespan, shorten
from scheduler.solver.pooling import Pooling, pool
from scheduler.solver.queue_by_queue import QueueByQueue
from scheduler.solver.refining import Refining
from scheduler.solver.team import Team
from scheduler.solver.twins import Twins
from scheduler.ticks.instance import Instance, Plan

ALONE_SECONDS = 2.0
"""So long one process looks for a shorter order; then the others look too."""

ORDERS_SHARE, MOST_ORDERS = 0.4, 0.85
"""Of the time left, what the search for a shorter order may take where exact work goes on from it: on all at once, or on neighbourhoods only."""

FEWEST_PRICED, CLIMB_SHARE = 30, 0.4
"""With more requests, other rungs get that share of the time, and what is not proved then is left to prices and programs in whole numbers."""

FEWEST_INNER, INNER_SHARE = 100, 0.65
"""The same where the objective looks into requests: placing each as early as can be, which prices and what follows them are about, is not what costs there."""

MOST_SEARCHED, SEARCHED_SHARE = 150, 0.15
"""Up to so many requests everything is searched at once (of more the model sees too little of what there is in that time), and other rungs get less."""

Report = Callable[[Pooling, str, Plan, tuple[int, ...]], None]
"""Called with the rung's name, the best plan in the terms of a pooling, and the bound per tier."""

Learn = Callable[[tuple[int, ...]], None]
"""Called with the cost per tier of all requests each alone, as soon as that is known."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best plan, a bound per tier, whether it is proved optimal, and the prices that prove the bound (None: other proofs do)."""

    plan: Plan
    bounds: tuple[int, ...]
    is_proved: bool
    proof: PriceBound | None = None


def climb_all(instance: Instance, plan: Plan, team: Team, budget: Budget, report: Report, learn: Learn) -> Best:
    """The best plan found from `plan` on, and what is proved of it. Raises: ModelInvalid."""
    rungs = _Rungs(instance, plan, team, budget, report, learn)
    return rungs.large() if len(instance.requests) > MOST_REQUESTS else rungs.small()


class _Rungs:
    def __init__(self, instance: Instance, plan: Plan, team: Team, budget: Budget, report: Report, learn: Learn) -> None:
        self.instance, self.plan, self.team, self.budget = instance, plan, team, budget
        self.report, self.learn = report, learn
        # Workers in processes of their own know nothing of pools.
        self.unpooled = Pooling(instance, instance, {}, {})
        self.bounds = (0,) * len(tiers_of(instance))

    def small(self) -> Best:
        """Few enough requests for exact work on all of them."""
        pooling = pool(self.instance)
        explorer = Explorer(pooling.pooled)
        ideal = ideal_of(pooling.pooled, explorer, self.budget.is_over)
        self.bounds = ideal.tiers
        if ideal.is_whole:
            self.learn(ideal.tiers)
        self.report(self.unpooled, "bound", self.plan, self.bounds)
        if ideal.is_whole:
            self._shorten(ideal, ORDERS_SHARE if is_small(pooling.pooled, ideal) else MOST_ORDERS)
        if self._is_ideal(ideal):
            return Best(self.plan, plan_tiers(self.instance, self.plan), True)
        if not ideal.is_whole:
            return Best(self.plan, ideal.tiers, False)

        def tell(rung: str, better: Plan, bounds: tuple[int, ...]) -> None:
            self.bounds = bounds
            self.report(pooling, rung, better, bounds)

        start = pooling.pool_plan(self.plan)
        if self.instance.is_coupled:
            found = climb_coupled(pooling.pooled, ideal, start, self.budget, tell, Twins(self.team, pooling, ideal.scalar))
            self.plan, self.budget = pooling.share_out(found.plan), self.budget.less(found.deterministic_seconds)
            # Where other rungs see nothing to gain any more, orders may.
            if not found.is_proved and not self.budget.is_over():
                self._shorten(ideal, 1.0, again=1)
            if self._is_ideal(ideal):
                return Best(self.plan, plan_tiers(self.instance, self.plan), True)
            return Best(self.plan, found.bounds, found.is_proved or plan_tiers(self.instance, self.plan) == found.bounds)
        refining = Refining(
            self.team, self.instance, ideal.scalars, self.budget.seed, lambda better, bound: self._tell_first(self.bounds, "improve", better, bound)
        )

        def refine(plan: Plan, budget: Budget) -> tuple[Plan, float]:
            better, spent = refining(pooling.share_out(plan), budget)
            return pooling.pool_plan(better), spent

        is_searched = len(self.instance.requests) <= MOST_SEARCHED
        fewest, share = (FEWEST_INNER, INNER_SHARE) if self.instance.has_inner_terms else (FEWEST_PRICED, CLIMB_SHARE)
        if is_searched and not self.instance.has_inner_terms and not self.budget.is_repeatable:
            share = SEARCHED_SHARE
        is_crowded = len(self.instance.requests) > fewest
        climbing = self.budget.share(share) if is_crowded else self.budget
        found = climb(pooling.pooled, ideal, explorer, start, climbing, tell, refine)
        best = Best(pooling.share_out(found.plan), found.bounds, found.is_proved)
        if not is_crowded or best.is_proved or self.budget.is_over():
            return best
        rest = self.budget.less(found.deterministic_seconds)
        search: Search | None = None
        if is_searched:
            search = AllAtOnce(self.instance, pooling, ideal, explorer, partial(self.report, pooling, "exact"))
        elif not self.instance.has_inner_terms:
            search = QueueByQueue(self.instance, partial(self.report, self.unpooled, "exact"))
        priced = bounded(self.instance, best.plan, best.bounds, refining, rest, partial(self._tell_first, best.bounds), ideal, search, found.groups)
        return Best(priced.plan, priced.bounds, plan_tiers(self.instance, priced.plan) == priced.bounds, priced.proof)

    def _is_ideal(self, ideal: Ideal) -> bool:
        """Whether no plan is cheaper: what is weighed between tiers only the scalar cost tells, which orders plans as the tiers do."""
        return plan_cost(self.instance, self.plan) == ideal.scalar or plan_tiers(self.instance, self.plan) == ideal.tiers

    def _tell_first(self, bounds: tuple[int, ...], rung: str, plan: Plan, first: int) -> None:
        self.report(self.unpooled, rung, plan, (max(first, bounds[0]), *bounds[1:]))

    def large(self) -> Best:
        """Too many requests for that."""
        if leads(self.instance):
            ideal = ideal_of(self.instance, Explorer(self.instance), self.budget.is_over, keep_domains=False)
            if ideal.is_whole:
                self.bounds = ideal.tiers
                self._shorten(ideal, 1.0)
        found = climb_large(
            self.instance,
            self.plan,
            self.team,
            self.budget,
            lambda rung, better, first: self.report(self.unpooled, rung, better, (first, *self.bounds[1:])),
        )
        if found.ideal is not None:
            self.learn(found.ideal.tiers)
        return Best(found.plan, found.bounds, plan_tiers(self.instance, found.plan) == found.bounds, found.proof)

    def _shorten(self, ideal: Ideal, share: float, again: int = 0) -> None:
        """A shorter plan that is cheaper, where that leads; what it takes of the repeatable clock is taken from the budget. `again` draws other moves."""
        # Which orders keep to a limit of moves nobody knows before.
        if not leads(self.instance) or self.instance.most_moves is not None:
            return
        goal = least_makespan(self.instance, ideal)

        def search(budget: Budget) -> tuple[Plan, float]:
            return shorten(self.instance, self.plan, goal, budget, lambda found: self.report(self.unpooled, "orders", found, self.bounds))

        budget = replace(self.budget.share(share), seed=self.budget.seed + again)
        # Most are soon as short as can be, before others could help.
        spent = self._keep_if_cheaper(search(budget.most(ALONE_SECONDS)))
        budget = budget.less(spent)
        if makespan(self.instance, self.plan) > goal and not budget.is_over():
            twins = Twins(self.team, self.unpooled, ideal.scalar)
            spent += self._keep_if_cheaper(twins("orders", self.plan, budget, search, goal))
        self.budget = self.budget.less(spent)

    def _keep_if_cheaper(self, found: tuple[Plan, float]) -> float:
        plan, spent = found
        if plan_cost(self.instance, plan) < plan_cost(self.instance, self.plan):
            self.plan = plan
        return spent
