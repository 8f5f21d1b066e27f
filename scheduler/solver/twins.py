"""The same search here and by every mate, each with chance of its own: the cheapest plan wins.

So two processes are used where nothing can be shared out: where each request meets every other in the runs of a chamber, or in the order of a campaign.
"""

from collections.abc import Callable
from dataclasses import replace
from time import time
from typing import Literal

from scheduler.placement.cost import plan_cost
from scheduler.solver.anneal import anneal_runs
from scheduler.solver.bound import ideal_of
from scheduler.solver.budget import Budget
from scheduler.solver.deltas import changed, difference, to_plain
from scheduler.solver.domains import Explorer
from scheduler.solver.orders import shorten
from scheduler.solver.pooling import Pooling
from scheduler.solver.stands import stands
from scheduler.solver.team import Team
from scheduler.ticks.instance import Instance, Plan

Search = Literal["runs", "orders"]
"""Annealing of the runs of batch resources; the search for a shorter order."""

EARLIER, EARLIER_SHARE = 0.3, 0.05
"""So many seconds, or that share of the time if it is less, mates end before us: their plans have to be looked through."""

PATIENCE = 2.0
"""A twin that is so many seconds late is given up: it is at the end of its time that it is asked, and there may be no more."""

SEEDS_APART = 1_000
"""Between the seeds of two twins, so that a search that is called again with the next one does not draw what a twin has drawn."""


def search_alone(instance: Instance, search: Search, plan: Plan, goal: int, budget: Budget) -> Plan:
    """What a mate does: the best plan found from `plan` on; no shorter order than of `goal` minutes is looked for."""
    if search == "orders":
        return shorten(instance, plan, goal, budget)[0]
    ideal = ideal_of(instance, Explorer(instance), budget.is_over)
    return anneal_runs(instance, ideal, plan, budget)[0] if ideal.is_whole else plan


class Twins:
    """Searches for plans of `pooling.pooled` by a team that knows its original; `least` is what no plan costs less than."""

    def __init__(self, team: Team, pooling: Pooling, least: int) -> None:
        self._team, self._pooling, self._least = team, pooling, least

    def __call__(self, search: Search, plan: Plan, budget: Budget, here: Callable[[Budget], tuple[Plan, float]], goal: int = 0) -> tuple[Plan, float]:
        """The cheapest plan that the search finds `here` or elsewhere, and what it spent here of the repeatable clock. See `search_alone` for `goal`."""
        self._team.start(budget)
        mates = list(self._team.mates)
        given = self._pooling.share_out(plan)
        earlier = budget.left - min(EARLIER, EARLIER_SHARE * budget.left)
        for number, mate in enumerate(mates, 1):
            mate.send(
                {
                    "work": search,
                    "plan": to_plain(difference({}, given)),
                    "goal": goal,
                    "seconds": earlier,
                    # Who is still reading the problem has less time.
                    "at": time(),
                    "deterministic": budget.deterministic_seconds,
                    "seed": budget.seed + SEEDS_APART * number,
                }
            )
        heard: dict[int, Plan] = {}

        def is_found() -> bool:
            for number, mate in enumerate(mates):
                if number not in heard and (changes := self._team.heard(mate)) is not None:
                    heard[number] = self._pooling.pool_plan(changed(given, changes))
            return any(self._cost(each) <= self._least for each in heard.values())

        asked = budget.should_stop
        found, spent = here(budget if budget.is_repeatable else replace(budget, should_stop=lambda: (asked is not None and asked()) or is_found()))
        # Who is done before the time is over has found what nobody can better, or has given up.
        is_done = not budget.less(spent).is_over()
        for number, mate in enumerate(mates):
            if number in heard:
                other = heard[number]
            elif is_done and not budget.is_repeatable:
                self._team.part(mate)
                continue
            else:
                other = self._pooling.pool_plan(changed(given, self._team.changes(mate, budget, PATIENCE)))
            if self._cost(other) < self._cost(found) and stands(self._pooling.pooled, other):
                found = other
        return found, spent

    def _cost(self, plan: Plan) -> int:
        return plan_cost(self._pooling.pooled, plan)
