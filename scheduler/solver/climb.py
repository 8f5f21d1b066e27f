"""The rungs above construction, for instances small enough for exact work: gather, improve, price, polish, prove.

Small instances are mostly proved by gathering rivals; larger ones need a better plan first, because all that is
proved is proved against the plan in hand.
"""

from collections.abc import Callable, Sequence

from scheduler.placement.cost import plan_cost
from scheduler.solver.bound import Ideal
from scheduler.solver.budget import Budget
from scheduler.solver.cpsat.search import search
from scheduler.solver.domains import Explorer
from scheduler.solver.exact import Exact, prove
from scheduler.solver.gather import gather
from scheduler.solver.groups import Group
from scheduler.solver.improve import TRY_SECONDS, improve
from scheduler.solver.loads import raise_by_loads
from scheduler.solver.polish import IDLE, polish
from scheduler.solver.squeaky import serve_more
from scheduler.ticks.instance import Instance, Plan

FEW_TASKS = 150
"""Up to so many tasks of objectives that look into requests, everything is also searched at once."""

FEW = 100
"""Up to so many requests, gathering rivals comes before anything else."""

SHORT_IMPROVE, FIRST_GATHER, PRICE, IMPROVE, LATER_GATHER, LATER_IMPROVE, POLISH = 0.08, 0.3, 0.3, 0.4, 0.2, 0.4, 0.8
"""Shares of the time left at that moment."""

SERVE, SHORT_POLISH, SHORT_GATHER, WHOLE, LONG_POLISH, SHORT_PRICE = 0.5, 0.12, 0.12, 0.35, 0.5, 0.15
"""The same where neighbourhoods do the work of ruin and recreate: first for requests left out, then for all."""

SERVE_SECONDS = 0.005
"""What placing a request counts on the repeatable clock while more are served."""

FEW_TRIES = 2_000
"""Tries of ruin and recreate before a first proof is tried."""

PATIENCE = 6.0
"""A queue is tried so much longer than the groups at first."""

Report = Callable[[str, Plan, tuple[int, ...]], None]
"""Called with the rung's name, the best plan and the bound per tier."""


Refine = Callable[[Plan, Budget], tuple[Plan, float]]
"""A better plan, and what finding it took of the repeatable clock."""


def climb(instance: Instance, ideal: Ideal, explorer: Explorer, plan: Plan, budget: Budget, report: Report, refine: Refine) -> Exact:
    """The best plan found from `plan` on, and what is proved of it.

    `refine` improves plans within a budget. Raises: ModelInvalid.
    """
    return _Climb(instance, ideal, explorer, plan, budget, report, refine).run()


class _Climb:
    def __init__(self, instance: Instance, ideal: Ideal, explorer: Explorer, plan: Plan, budget: Budget, report: Report, refine: Refine) -> None:
        self.instance = instance
        self.ideal = ideal
        self.explorer = explorer
        self.plan = plan
        self.budget = budget
        self.report = report
        self.refine = refine
        self.groups: tuple[Group, ...] = ()
        self.first = ideal.tiers[0]

    def run(self) -> Exact:
        """All rungs, until one has proved the plan optimal; `prove` only has to say so then."""
        for rung in self._rungs():
            if self._is_proved() or self.budget.is_over():
                break
            rung()
        return prove(
            self.instance,
            self.ideal,
            self.explorer,
            self.plan,
            self.budget,
            lambda plan, bounds: self._say("exact", plan, bounds[0]),
            groups=self.groups,
        )

    def _rungs(self) -> Sequence[Callable[[], None]]:
        if self.instance.has_inner_terms:
            # The earliest completion, which placement is good at, is not what costs here.
            serve: list[Callable[[], None]] = [self._serve] if self._left_out() else []
            later: list[Callable[[], None]] = [
                lambda: self._polish(LONG_POLISH),
                # What was gathered beside a poor plan are the wrong groups.
                lambda: self._gather(LATER_GATHER, 1.0, is_new=True),
                lambda: self._price(SHORT_PRICE),
                lambda: self._gather(LATER_GATHER, PATIENCE),
            ]
            few = sum(len(each.tasks) for each in self.instance.requests) <= FEW_TASKS
            whole: list[Callable[[], None]] = [lambda: self._whole(WHOLE)] if few else []
            # Of many, what is left could not be proved; of few it may be.
            last: list[Callable[[], None]] = [] if few else [lambda: self._polish(1.0, None)]
            return (*serve, lambda: self._gather(SHORT_GATHER, 1.0), *whole, *later, *last)
        rest: tuple[Callable[[], None], ...] = (lambda: self._gather(LATER_GATHER, PATIENCE), lambda: self._improve(LATER_IMPROVE), self._price)
        if len(self.instance.requests) > FEW:
            return (lambda: self._improve(IMPROVE), self._price, *rest)
        # A proof against a poor plan takes long, and a good one of a few requests is soon found.
        first = (self._try_shortly, lambda: self._gather(FIRST_GATHER, 1.0), self._price)
        return (*first, lambda: self._improve(IMPROVE), *rest, lambda: self._whole(WHOLE), lambda: self._polish(POLISH))

    def _left_out(self) -> int:
        return sum(each.can_serve for each in self.ideal.domains) - len(self.plan)

    def _serve(self) -> None:
        """More requests are served; what that costs is looked at later."""
        share, placed = self.budget.share(SERVE), 0

        def is_over() -> bool:
            # Asked before each request is placed: so the repeatable clock is told of it.
            nonlocal placed
            placed += 1
            return share.less(placed * SERVE_SECONDS).is_over()

        plan = serve_more(self.instance, self.plan, self.budget.seed, is_over)
        self.budget = self.budget.less(placed * SERVE_SECONDS)
        if plan_cost(self.instance, plan) < plan_cost(self.instance, self.plan):
            self.plan = plan
            self._say("serve", plan, self.first)
        if self._left_out():
            self._polish(SHORT_POLISH)

    def _whole(self, share: float) -> None:
        """Everything at once: where a request that is left out fits only if many others make room, no neighbourhood tells which."""
        found = search(self.instance, self.ideal.domains, self.plan, self.budget.share(share), lambda plan, _tier, _bound: self._say("exact", plan, self.first))
        if found is not None:
            self.budget = self.budget.less(found.deterministic_seconds)
            self.plan = found.plan
            self._say("exact", found.plan, found.bounds[0] or 0)

    def _is_proved(self) -> bool:
        return bool(self.groups) and plan_cost(self.instance, self.plan) == sum(each.scalar for each in self.groups)

    def _gather(self, share: float, patience: float, *, is_new: bool = False) -> None:
        found = gather(
            self.instance,
            self.ideal,
            self.explorer,
            self.plan,
            self.budget.share(share),
            lambda plan, first: self._say("gather", plan, first),
            groups=() if is_new else self.groups,
            patience=patience,
        )
        self.budget = self.budget.less(found.deterministic_seconds)
        self.plan = found.plan
        self._keep(found.groups)

    def _price(self, share: float = PRICE) -> None:
        groups = self.groups or tuple(Group((k,), self.ideal.scalars[k], self.ideal.first_tiers[k]) for k in range(len(self.instance.requests)))
        self._keep(raise_by_loads(self.instance, self.ideal, self.explorer, self.plan, groups, self.budget.share(share).is_over))
        self._say("price", self.plan, self.first)

    def _try_shortly(self) -> None:
        """A little of ruin and recreate, as long as it gains."""
        share = self.budget.share(SHORT_IMPROVE)
        most = FEW_TRIES if share.deterministic_seconds is None else int(share.deterministic_seconds / TRY_SECONDS)
        self.plan, tries = improve(
            self.instance,
            self.ideal.scalars,
            self.plan,
            self.budget.seed,
            lambda tries: 1.0 if share.is_over() else tries / max(most, 1),
            idle_limit=FEW_TRIES // 8,
        )
        self.budget = self.budget.less(tries * TRY_SECONDS)
        self._say("improve", self.plan, self.first)

    def _improve(self, share: float) -> None:
        self.plan, spent = self.refine(self.plan, self.budget.share(share))
        self.budget = self.budget.less(spent)
        self._say("improve", self.plan, self.first)

    def _polish(self, share: float, idle_limit: int | None = IDLE) -> None:
        found = polish(
            self.instance, self.ideal, self.plan, self.budget.share(share), lambda plan: self._say("polish", plan, self.first), idle_limit=idle_limit
        )
        self.budget = self.budget.less(found.deterministic_seconds)
        self.plan = found.plan

    def _keep(self, groups: Sequence[Group]) -> None:
        """These groups from here on, unless those before them prove more."""
        if sum(each.scalar for each in groups) >= sum(each.scalar for each in self.groups):
            self.groups = tuple(groups)
        self.first = max(self.first, sum(each.first for each in groups))

    def _say(self, rung: str, plan: Plan, first: int) -> None:
        self.first = max(self.first, first)
        self.report(rung, plan, (self.first, *self.ideal.tiers[1:]))
