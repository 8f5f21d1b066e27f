"""Some tens of requests searched all at once in the exact model: over cores of the starts, a narrow one and wide ones by turns.

What a narrow core lacks a wide one may have; and a search that begins with the plan at hand stays near it, while one that knows nothing of it often
comes to a better one, as a core leaves so little to decide. So they take turns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from math import inf
from time import monotonic
from typing import NamedTuple

from scheduler.placement.cost import plan_cost
from scheduler.solver.amounts import plan_tiers
from scheduler.solver.bound import Ideal, narrow
from scheduler.solver.bounds.core import Core, core_of, kept_to, price_starts
from scheduler.solver.bounds.scale import PriceBound
from scheduler.solver.budget import Budget
from scheduler.solver.cpsat.search import search
from scheduler.solver.domains import Explorer, RequestDomain
from scheduler.solver.large import Shares
from scheduler.solver.pooling import Pooling
from scheduler.ticks.instance import Instance, Plan


class Try(NamedTuple):
    """A core of about so many starts for each request; `has_hint`: the search begins with the plan at hand."""

    starts: int
    has_hint: bool


TRIES = (Try(25, False), Try(50, True), Try(150, False), Try(25, True), Try(50, False), Try(150, True))
"""One after the other, and again."""

GROWTH = 2
"""Where one is solved to the end, all are so many times larger from then on."""

PATIENCE = 4.0
"""After so many seconds without a better plan, in its own terms, the next is tried; twice as many after all were tried in vain."""

LINEARIZATION = 2
"""Over few starts linear programs say much: a hundred requests come 1 % nearer to their best in the same time."""

SHARES = Shares(bound=0.2, refine=0.1, search=0.8)

Report = Callable[[Plan, tuple[int, ...]], None]
"""Called with the best plan, in terms of the pooled instance, and the bound per tier."""


@dataclass(frozen=True, slots=True)
class _Found:
    """`is_solved`: no plan of the core is better. `is_refused`: the costs are too large for the model."""

    plan: Plan
    bounds: tuple[int, ...]
    is_solved: bool = False
    deterministic_seconds: float = 0.0
    is_refused: bool = False


class _Watch:
    """Whether a search is over: somebody wants it to end, or nothing better has come for so many seconds since it began, or began with a tier."""

    def __init__(self, cost: int | None, patience: float, should_stop: Callable[[], bool] | None) -> None:
        """`cost`: what is better than that counts (None: any plan)."""
        self._cost, self._patience, self._should_stop = cost, patience, should_stop
        self._tier = 0
        # Building a model takes long too: the clock starts when the search first asks.
        self._since: float | None = None

    def hears(self, tier: int, cost: int) -> bool:
        """Whether a plan of that cost, found in that tier, is better than all before."""
        is_better = self._cost is None or cost < self._cost
        if is_better or tier != self._tier:
            self._tier, self._since = tier, monotonic()
        if is_better:
            self._cost = cost
        return is_better

    def is_over(self) -> bool:
        """Asked several times a second while the search runs."""
        now = monotonic()
        if self._since is None:
            self._since = now
        return (self._should_stop is not None and self._should_stop()) or now - self._since > self._patience


class AllAtOnce:
    """The search in all requests of `instance`, whenever it is called; a `large.Search`. `ideal` and `explorer` are those of the pooled instance."""

    def __init__(
        self,
        instance: Instance,
        pooling: Pooling,
        ideal: Ideal,
        explorer: Explorer,
        report: Report,
        tries: Sequence[Try] = TRIES,
        patience: float = PATIENCE,
    ) -> None:
        self.instance, self.pooling, self.ideal, self.explorer, self.report = instance, pooling, ideal, explorer, report
        self.tries, self.patience = tries, patience

    def shares(self, _plan: Plan, _proof: PriceBound | None, _seconds: float) -> Shares:
        """Others get little, with prices and before there are any."""
        return SHARES

    def __call__(self, plan: Plan, bounds: tuple[int, ...], proof: PriceBound | None, budget: Budget) -> tuple[Plan, tuple[int, ...], float]:
        """No worse a plan, no lower bounds, and what finding them took of the repeatable clock. Raises: ModelInvalid."""
        if proof is None or not proof.queues or budget.is_repeatable:
            # Which prices are found in time the clock on the wall tells, and on it no repeatable plan may depend.
            found = self._search(plan, bounds, None, budget, has_hint=True)
            return found.plan, found.bounds, found.deterministic_seconds
        priced = price_starts(self.instance, proof)
        growth, patience, vain = 1, self.patience, 0
        for turn, (size, has_hint) in enumerate(cycle(self.tries)):
            core = core_of(priced, plan, growth * size)
            found = self._search(plan, bounds, core, replace(budget, seed=budget.seed + turn), has_hint=has_hint, patience=patience)
            vain = 0 if found.plan is not plan else vain + 1
            plan, bounds = found.plan, found.bounds
            if budget.is_over() or found.is_refused or (found.is_solved and core.is_whole):
                break
            if found.is_solved:
                growth *= GROWTH
            elif vain >= len(self.tries):
                patience, vain = 2 * patience, 0
        return plan, bounds, 0.0

    def _search(self, plan: Plan, bounds: tuple[int, ...], core: Core | None, budget: Budget, *, has_hint: bool, patience: float = inf) -> _Found:
        """The exact model over a core (None: over all starts), until nothing better has come for so many seconds."""
        before = plan_cost(self.instance, plan)
        watch = _Watch(before if has_hint else None, patience, budget.should_stop)

        def hear(found: Plan, tier: int, _bound: int) -> None:
            cost = plan_cost(self.pooling.pooled, found)
            if watch.hears(tier, cost) and cost < before:
                self.report(found, bounds)

        found = search(
            self.pooling.pooled,
            self._domains(plan, core),
            self.pooling.pool_plan(plan),
            replace(budget, should_stop=watch.is_over),
            hear,
            has_hint=has_hint,
            linearization=None if core is None else LINEARIZATION,
        )
        if found is None:
            return _Found(plan, bounds, is_refused=True)
        if core is None or core.is_whole:
            # What it proves of later tiers holds for its own values of earlier ones.
            bounds = plan_tiers(self.pooling.pooled, found.plan) if found.is_proved else (max(bounds[0], found.bounds[0] or 0), *bounds[1:])
        better = self.pooling.share_out(found.plan)
        # Whether another plan of the same cost comes here the clock on the wall may tell.
        kept = better if plan_cost(self.instance, better) < before else plan
        return _Found(kept, bounds, found.is_proved, found.deterministic_seconds)

    def _domains(self, plan: Plan, core: Core | None) -> list[RequestDomain]:
        """Where requests may be in plans no dearer than this one, as far as ideals tell, and within the core."""
        pooled = self.pooling.pooled
        spare = plan_cost(self.instance, plan) - self.ideal.scalar
        domains = [
            narrow(pooled, request, domain, alone + spare, self.explorer)
            for request, domain, alone in zip(pooled.requests, self.ideal.domains, self.ideal.scalars, strict=True)
        ]
        return domains if core is None else [kept_to(core, pooled, each, domain, plan.get(each)) for each, domain in enumerate(domains)]
