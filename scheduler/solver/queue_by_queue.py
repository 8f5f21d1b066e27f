"""The queues of a plan searched all at once in the exact model, one after the other, each beside what all others have booked.

Hundreds of requests are too many to be searched all at once; but what is left open of their cost is mostly open in two or three queues of some tens,
and for each of these the search finds in ten seconds what nothing else does.
"""

from scheduler.placement.cost import plan_cost
from scheduler.solver.all_at_once import AllAtOnce, Report, Try
from scheduler.solver.amounts import amounts_of, scalar_of
from scheduler.solver.bound import ideal_of
from scheduler.solver.bounds.queues import anchors_of, hot_resources, queues
from scheduler.solver.bounds.scale import PriceBound, bound_by_prices
from scheduler.solver.budget import Budget
from scheduler.solver.domains import Explorer
from scheduler.solver.groups import Groups
from scheduler.solver.large import Shares
from scheduler.solver.local import nearby, stand
from scheduler.solver.pooling import pool
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Instance, Plan

MOST = 100
"""Members of a queue that is searched; of more the model sees too little in that time."""

TRIES = (Try(100, True), Try(100, False))
"""Narrower cores of a queue are soon solved, and mostly hold no better plan."""

PATIENCE = 8.0
"""Seconds without a better plan, as in `all_at_once`: several pass before a search that knows nothing of the plan at hand has its first."""

PRICE_SHARE, LEAST_SECONDS = 0.2, 4.0
"""Of the time for a queue, what its prices may take; and with less time than that none is begun."""

SHORT, LONG = Shares(bound=0.35, refine=0.2, search=0.9), Shares(bound=0.5, refine=1.0, search=0.9)
"""Where all that is open is so in queues that are searched, and where in longer ones; in between, in between."""


class QueueByQueue:
    """A `large.Search`; what it proves of a queue holds beside the others' bookings only, so it raises no bounds.

    A repeatable run may not see prices, so there it does nothing.
    """

    def __init__(self, instance: Instance, report: Report) -> None:
        self.instance, self.report = instance, report

    def shares(self, plan: Plan, proof: PriceBound | None, seconds: float) -> Shares:
        """Where queues that can be searched are open, others are mostly stuck; where only longer ones are, bounding and improving get all the time."""
        if seconds * (1 - SHORT.refine) * SHORT.search * (1 - SHORT.bound if proof is None else 1) < LEAST_SECONDS:
            return LONG
        if proof is None:
            # Nobody knows yet how much is open where.
            hot = hot_resources(self.instance, plan)
            work = [(len(members), len(members)) for members in queues(self.instance, anchors_of(self.instance, hot), hot)]
        else:
            known = proof.known
            work = [(len(each.members), self._left_open(plan, each.members, known)) for each in proof.queues]
        part = sum(each for members, each in work if members <= MOST) / max(1, sum(each for _, each in work))
        return Shares(part * SHORT.bound + (1 - part) * LONG.bound, part * SHORT.refine + (1 - part) * LONG.refine, SHORT.search)

    def __call__(self, plan: Plan, bounds: tuple[int, ...], proof: PriceBound | None, budget: Budget) -> tuple[Plan, tuple[int, ...], float]:
        """No worse a plan, the same bounds, and nothing of the repeatable clock. Raises: ModelInvalid."""
        if proof is None or budget.is_repeatable:
            return plan, bounds, 0.0
        standing = Standing(self.instance, plan)
        known = proof.known
        waiting = [each.members for each in proof.queues if len(each.members) <= MOST]
        while waiting and budget.left >= LEAST_SECONDS and not budget.is_over():
            waiting.sort(key=lambda each: self._left_open(standing.plan, each, known))
            left_open = [self._left_open(standing.plan, each, known) for each in waiting]
            if not left_open[-1]:
                break
            self._search(standing, waiting.pop(), budget.share(left_open[-1] / sum(left_open)))
            self.report(dict(standing.plan), bounds)
        return dict(standing.plan), bounds, 0.0

    def _left_open(self, plan: Plan, members: tuple[int, ...], known: Groups) -> int:
        """What the members of a queue cost more in the plan than is proved of them."""
        instance = self.instance
        cost = sum(scalar_of(instance, amounts_of(instance, instance.requests[each], plan.get(each))) for each in members)
        return max(0, cost - known.bound(members).scalar)

    def _search(self, standing: Standing, members: tuple[int, ...], budget: Budget) -> None:
        """The members, beside all others, stand where they cost less together, if that is found."""
        cut = nearby(standing, members)
        pooling = pool(cut)
        explorer = Explorer(pooling.pooled)
        ideal = ideal_of(pooling.pooled, explorer, budget.is_over)
        if not ideal.is_whole:
            return
        plan = {k: standing.plan[each] for k, each in enumerate(members) if each in standing.plan}
        proof = bound_by_prices(cut, plan, budget.is_over, ends_at=budget.share(PRICE_SHARE).ends_at, least=ideal.scalars)
        if proof.scalar >= plan_cost(cut, plan) or not proof.queues:
            # Nothing to gain, or no prices for a core.
            return
        search = AllAtOnce(cut, pooling, ideal, explorer, lambda _plan, _bounds: None, TRIES, PATIENCE)
        found, _, _ = search(plan, ideal.tiers, proof, budget)
        stand(standing, members, {members[k]: placement for k, placement in found.items()})
