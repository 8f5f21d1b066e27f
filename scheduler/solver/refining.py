"""Plans of one instance improved again and again by a team."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from scheduler.solver.budget import Budget
from scheduler.solver.chosen import Chosen, put_chosen
from scheduler.solver.deltas import difference, follow
from scheduler.solver.meanwhile import Meanwhile
from scheduler.solver.refine import Refiner
from scheduler.solver.standing import Standing
from scheduler.solver.team import Team
from scheduler.ticks.instance import Instance, Plan

T = TypeVar("T")


class Refining:
    """Improves plans of one instance, whenever it is called; what was learned is kept from call to call. `least` is what each request costs at least.

    The team is started by the first call, if nobody has done so: few requests are mostly proved before they come here.
    `report` hears of better plans, and of what is proved.
    """

    def __init__(self, team: Team, instance: Instance, least: Sequence[int], seed: int, report: Callable[[Plan, int], None]) -> None:
        self._team, self._least, self._report = team, least, report
        self._refiner = Refiner(Standing(instance, {}), least, seed)

    def __call__(self, plan: Plan, budget: Budget, bound: int = 0) -> tuple[Plan, float]:
        """The best plan found from `plan` on within the budget, and the seconds of the repeatable clock that it took; `bound` is what is proved already."""
        self._team.start(budget)
        standing = self._refiner.standing
        follow(standing, difference(standing.plan, plan))
        spent = self._team.run(self._refiner, self._least, budget, lambda: self._report(dict(standing.plan), bound))
        return dict(standing.plan), spent

    def beside(self, plan: Plan, budget: Budget, report: Callable[[Plan], None], work: Callable[[Budget], T]) -> tuple[Plan, T]:
        """The best plan that the mates find from `plan` on while `work` is done here, and what that gives.

        `report` hears of better plans meanwhile, whenever `work` asks the budget that it is given whether it is over.
        """
        self._team.start(budget)
        standing = self._refiner.standing
        follow(standing, difference(standing.plan, plan))
        meanwhile = Meanwhile(self._team, self._refiner, self._least, budget, lambda: report(dict(standing.plan)))
        found = work(meanwhile.budget)
        meanwhile.end()
        return dict(standing.plan), found

    def choose(self, plan: Plan, chosen: Sequence[Chosen]) -> Plan:
        """`plan` with those stands that programs chose, wherever that makes it cheaper."""
        standing = self._refiner.standing
        follow(standing, difference(standing.plan, plan))
        for each in chosen:
            put_chosen(standing, each)
        return dict(standing.plan)
