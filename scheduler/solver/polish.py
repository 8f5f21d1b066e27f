"""Better plans of larger problems: some related requests are planned anew, exactly, beside the bookings of all others.

Several neighbourhoods are solved at once, one a worker; what they find is put together as far as it goes together. The
number of requests of a neighbourhood grows while they are solved to the end and shrinks when they are not; kinds of neighbourhoods that gain more
per second are tried more often.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from random import Random
from time import monotonic

from scheduler.errors import Defect
from scheduler.placement.cost import plan_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.solver.amounts import amounts_of, plan_tiers, scalar_of
from scheduler.solver.anew import plan_cut
from scheduler.solver.beside import beside, moves_made
from scheduler.solver.bound import Ideal
from scheduler.solver.budget import Budget
from scheduler.solver.exact import Exact
from scheduler.solver.neighbourhoods import LEFT_OUT, Landscape, kinds_for, with_whole_runs
from scheduler.ticks.instance import Instance, Placement, Plan, TickRequest

FEWEST, MOST = 4, 50
START_SIZE = 10
"""Tasks of a neighbourhood: requests of one task and of thirty are not alike."""

SECONDS, MOST_SECONDS = 0.25, 2.0
"""What one neighbourhood may take at first, and where little is left to gain: who is not solved soon mostly is not solved in four times as long either."""

LEFT_OUT_SECONDS = 1.0
"""And at least for somebody left out, for whom many others have to make room."""

STUCK = 30
"""After so many neighbourhoods in a row without gain each may take twice as long, and so on."""

IDLE = 120
"""After so many it is left to the other rungs, where there are others."""

LEFT_OUT_SHARE = 0.5
"""Of the neighbourhoods, those for requests left out, as long as there are any."""

MEMORY = 0.9
"""How slowly it is forgotten what a kind has gained."""


@dataclass(frozen=True, slots=True)
class Polished:
    """The best plan, and what was spent of the repeatable clock."""

    plan: Plan
    deterministic_seconds: float


@dataclass(slots=True)
class _Habit:
    """How a kind has done lately: gains per try, seconds per try, and the size that it can just solve."""

    gain: float = 1.0
    seconds: float = SECONDS
    size: float = START_SIZE


def plan_anew(instance: Instance, plan: Plan, members: Sequence[int], budget: Budget, random: Random | None = None) -> Exact:
    """The requests at `members` planned anew beside the bookings that the others have in `plan`; positions are those in `members`.

    With `random`, only some of many candidates are looked at: what is proved is proved of these.
    """
    return plan_cut(beside(instance, members, plan), {k: plan[each] for k, each in enumerate(members) if each in plan}, budget, random)


def polish(
    instance: Instance, ideal: Ideal, plan: Plan, budget: Budget, report: Callable[[Plan], None] | None = None, *, idle_limit: int | None = IDLE
) -> Polished:
    """The best plan found from `plan` on within the budget; the same seed and repeatable budget give the same.

    `idle_limit` None: to the end of the budget. Raises: ModelInvalid.
    """
    return _Polisher(instance, ideal, plan, budget, report).run(idle_limit)


class _Polisher:
    def __init__(self, instance: Instance, ideal: Ideal, plan: Plan, budget: Budget, report: Callable[[Plan], None] | None) -> None:
        self.instance, self.ideal, self.report = instance, ideal, report
        self.given = self.budget = budget
        self.plan = dict(plan)
        self.total = plan_cost(instance, plan)
        self.cost = [self._cost(position, plan) for position in range(len(instance.requests))]
        self.random = Random(budget.seed)  # noqa: S311 - a search, not a secret
        self.kinds = kinds_for(instance)
        self.habits = {name: _Habit() for name in self.kinds}
        self.idle = 0
        self.empty = Occupancy(instance)

    def run(self, idle_limit: int | None) -> Polished:
        """Neighbourhoods until nothing is gained any more or the budget is over."""
        with ThreadPoolExecutor(self.budget.workers, "polish") as pool:
            flying: dict[Future[tuple[Exact, float]], tuple[str, tuple[int, ...]]] = {}
            while (idle_limit is None or self.idle < idle_limit) and self._goes_on():
                for name, members in self._choose(flying.values()):
                    seconds = min(MOST_SECONDS, (LEFT_OUT_SECONDS if name == LEFT_OUT else SECONDS) * 2 ** (self.idle // STUCK))
                    task = pool.submit(self._solve, members, Random(self.random.random()), seconds)  # noqa: S311 - a search, not a secret
                    flying[task] = (name, members)
                if not flying:
                    break
                # On the repeatable clock whoever is done first must not decide anything.
                done = wait(flying, return_when=ALL_COMPLETED if self.budget.is_repeatable else FIRST_COMPLETED).done
                for task in [each for each in flying if each in done]:
                    self._take_over(*flying.pop(task), *task.result())
            for task in flying:
                self._take_over(*flying[task], *task.result())
        return Polished(self.plan, self.budget.spent_of(self.given))

    def _goes_on(self) -> bool:
        is_best = self.total <= sum(self.ideal.scalars) or plan_tiers(self.instance, self.plan) == self.ideal.tiers
        return not is_best and not self.budget.is_over()

    def _choose(self, flying: Iterable[tuple[str, tuple[int, ...]]]) -> list[tuple[str, tuple[int, ...]]]:
        """A neighbourhood for each idle worker, no request in two of them."""
        land = Landscape(self.instance, self.ideal, self.plan, self.cost)
        names = list(self.kinds)
        taken = {each for _, members in flying for each in members}
        free = self.budget.workers - sum(1 for _ in flying)
        chosen: list[tuple[str, tuple[int, ...]]] = []
        for _ in range(4 * free + len(names)):
            if len(chosen) == free or not names:
                break
            (name,) = self.random.choices(names, [self.habits[each].gain / self.habits[each].seconds for each in names])
            if LEFT_OUT in names and self.random.random() < LEFT_OUT_SHARE:
                name = LEFT_OUT
            size = round(self.habits[name].size)
            members = with_whole_runs(land, self._cut(self.kinds[name](land, self.random, size), size))
            if not members:
                # Nobody is left out, or nothing shares a run: the other kinds go on.
                names.remove(name)
            elif taken.isdisjoint(members):
                chosen.append((name, members))
                taken.update(members)
        return chosen

    def _cut(self, members: Sequence[int], most_tasks: int) -> list[int]:
        """The first of `members`, and of the others as many as have so many tasks together."""
        kept: list[int] = []
        tasks = 0
        for each in members:
            more = len(self.instance.requests[each].tasks)
            if not kept or tasks + more <= most_tasks:
                kept.append(each)
                tasks += more
        return kept

    def _solve(self, members: tuple[int, ...], random: Random, seconds: float) -> tuple[Exact, float]:
        began = monotonic()
        budget = replace(self.budget, workers=1)
        if budget.is_repeatable:
            # However slow the machine is just now.
            budget = budget.most(seconds)
        else:
            # The repeatable clock decides; the other one only where the machine has no time for us.
            budget = replace(budget, deterministic_seconds=seconds, ends_at=min(budget.ends_at, began + 2 * seconds))
        return plan_anew(self.instance, self.plan, members, budget, random), monotonic() - began

    def _take_over(self, name: str, members: tuple[int, ...], found: Exact, seconds: float) -> None:
        """The plan is the better one, unless another worker has taken the room meanwhile."""
        if self.budget.is_repeatable:
            # A look that costs nothing by the solver's clock must not go on for ever.
            seconds = max(found.deterministic_seconds, 0.005)
            self.budget = self.budget.less(seconds)
        better = {position: placement for position, placement in self.plan.items() if position not in members}
        better.update({members[k]: placement for k, placement in found.plan.items()})
        total = (
            plan_cost(self.instance, better) if self.instance.is_coupled else self.total + sum(self._cost(each, better) - self.cost[each] for each in members)
        )
        gains = total < self.total and self._fits(better)
        # Sideways counts as well: another plan of the same cost has other neighbours.
        if gains or (total == self.total and self.instance.is_coupled and self._fits(better)):
            self.plan, self.total = better, total
            for each in members:
                self.cost[each] = self._cost(each, better)
        self.idle = 0 if gains else self.idle + 1
        if gains and self.report is not None:
            self.report(dict(self.plan))
        habit = self.habits[name]
        habit.gain = max(0.02, MEMORY * habit.gain + (1 - MEMORY) * gains)
        habit.seconds = MEMORY * habit.seconds + (1 - MEMORY) * max(seconds, 0.01)
        habit.size = min(MOST, habit.size * 1.05 + 0.5) if found.is_proved else max(FEWEST, habit.size * 0.9)

    def _fits(self, plan: Plan) -> bool:
        """Whether all bookings of the plan go together: several workers may have planned at once, and beside others' bookings
        what lies between two of those counts as decided, though a member that leaves or comes may change it (a way, a changeover)."""
        if plan == self.plan or (self.budget.workers == 1 and not self.empty.is_special):
            return True
        most = self.instance.most_moves
        if most is not None and sum(moves_made(request, plan.get(position)) for position, request in enumerate(self.instance.requests)) > most:
            return False
        occupancy = self.empty.copy()
        try:
            for position, placement in plan.items():
                if not occupancy.is_special:
                    occupancy.book_placement(self.instance.requests[position], placement)
                elif not _book(occupancy, self.instance.requests[position], placement):
                    return False
        except Defect:
            return False
        return not occupancy.is_special or not occupancy.broken()

    def _cost(self, position: int, plan: Plan) -> int:
        return scalar_of(self.instance, amounts_of(self.instance, self.instance.requests[position], plan.get(position)))


def _book(occupancy: Occupancy, request: TickRequest, placement: Placement) -> bool:
    """Whether the quotas allow the placement, which then is booked. Raises: Defect if something is not free."""
    wants = [want for booking in placement for want in occupancy.wants(request, booking)]
    if occupancy.quotas is not None and not occupancy.quotas.fits(request.company, wants):
        return False
    occupancy.take(request.company, wants)
    return True
