"""Neighbourhoods of one queue solved as programs in whole numbers: hundreds of short sessions or tens of long runs at once, beside what others have booked.

CP-SAT (`local`) sees all rules and ends at a dozen requests; here only the busy resources count, but prices tell beforehand which starts are worth a look.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isqrt
from random import Random
from time import monotonic, process_time

from scheduler.solver.bounds.blocks import SCALE, money_of
from scheduler.solver.bounds.market import units
from scheduler.solver.bounds.priced_queue import FINE, PricedQueue
from scheduler.solver.bounds.queues import anchors_of, hot_resources, is_alike, queues
from scheduler.solver.budget import Budget
from scheduler.solver.chosen import put_chosen
from scheduler.solver.local import nearby
from scheduler.solver.rate import LEAST_SHARE, Rate, choose
from scheduler.solver.ruin import Ruin
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Ticks

FEWEST, MOST = 8, 500
"""Members of a program."""

START_ALIKE, START_UNLIKE = 200, 30
"""Members at first, where their work is of about the same length, and where it is not."""

FINELY = 100
"""So many members at most are priced in the finest buckets."""

SECONDS = 3.0
"""What prices may take, and the program as much again."""

LARGE = 0.01
"""Queues with so much of what all cost more than alone are tried before anything is thought of programs."""

COLUMNS = 3_000
"""Of a program; see `bounds.whole`."""


@dataclass(slots=True)
class Size:
    """How many members of a queue are solved in time: grows when they are, shrinks when not."""

    members: float

    def learn(self, is_done: bool) -> None:
        """One program more was solved, in time or not."""
        self.members = min(MOST, 1.5 * self.members) if is_done else max(FEWEST, 0.5 * self.members)


class Programs:
    """Changes a standing plan for the better; may be called again and again. Who waits for whom is found out once, in the plan at the first call.

    `outlook` is what the next program should gain per second: what programs of the best queue have lately; infinity while a large one is not tried.
    """

    def __init__(self, standing: Standing, least: Sequence[int], random: Random, ruin: Ruin) -> None:
        self.standing = standing
        self.least = least
        self.random = random
        self.ruin = ruin
        self._has_looked = False
        self._hot: frozenset[int] = frozenset()
        self._anchors: dict[int, int] = {}
        self._queue_of: dict[int, int] = {}
        self._queues: list[tuple[int, ...]] = []
        self._sizes: list[Size] = []
        self._rates: list[Rate] = []
        self.outlook = inf

    def run(self, budget: Budget, among: Collection[int] | None) -> float:
        """One program around somebody who costs more than alone; whatever is cheaper stands then. Only requests of `among` are touched (None: all).

        What it took of the repeatable clock: nothing, as it must not be used where that counts.
        """
        if not self._has_looked:
            self._look()
        waiting: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for position, regret in self.standing.regrets(self.least, among):
            if position in self._queue_of:
                waiting[self._queue_of[position]].append((position, regret))
        if not waiting:
            return 0.0
        self._expect(waiting)
        numbers = list(waiting)
        number = numbers[choose([self._rates[each] for each in numbers], self.random)]
        seeds = waiting[number]
        (seed,) = self.random.choices([position for position, _ in seeds], [isqrt(regret) + 1 for _, regret in seeds])
        before, began = self.standing.total, process_time()
        members = self._members(seed, round(self._sizes[number].members), among)
        if len(members) > 1:
            self._sizes[number].learn(self._solve(members, budget.ends_at, budget.is_over))
        self._rates[number].learn(before - self.standing.total, process_time() - began)
        self.outlook = max(self._rates[each].gain for each in numbers)
        return 0.0

    def _expect(self, waiting: Mapping[int, Sequence[tuple[int, int]]]) -> None:
        """Of small queues that were not tried yet nothing is expected: with hundreds of them nobody else would have a turn."""
        open_in = {number: sum(regret for _, regret in seeds) for number, seeds in waiting.items()}
        most = LARGE * sum(open_in.values())
        for number, rate in ((number, self._rates[number]) for number in waiting):
            if rate.gain == inf and open_in[number] <= most:
                rate.learn(0, SECONDS)

    def _look(self) -> None:
        self._has_looked = True
        instance = self.standing.instance
        self._hot = hot = hot_resources(instance, self.standing.plan)
        self._anchors = anchors_of(instance, hot)
        self._queues = queues(instance, self._anchors, hot)
        self._queue_of = {position: number for number, members in enumerate(self._queues) for position in members}
        self._sizes = [Size(START_ALIKE if is_alike(instance, members, self._anchors) else START_UNLIKE) for members in self._queues]
        self._rates = [Rate(least_share=LEAST_SHARE / len(self._queues)) for _ in self._queues]

    def _members(self, seed: int, size: int, among: Collection[int] | None) -> tuple[int, ...]:
        """The seed and those of its queue that stand nearest to some moment at which it could be done, ascending."""
        early, late = self.ruin.wait(self.standing, seed, self.ruin.parts(seed)[0])
        centre = early + self.random.random() * (late - early)

        def distance(position: int) -> float:
            return abs(self._start(position) - centre)

        queue = [each for each in self._queues[self._queue_of[seed]] if each != seed and (among is None or each in among)]
        return tuple(sorted([seed, *sorted(queue, key=distance)[: size - 1]]))

    def _start(self, position: int) -> Ticks:
        """When the anchor starts; when it could alone, if it is left out."""
        anchor = self._anchors[position]
        placement = self.standing.plan.get(position)
        if placement is not None:
            return next((each.start for each in placement if each.task == anchor), 0)
        return self.ruin.starts_alone(position).get(anchor, 0)

    def _solve(self, members: tuple[int, ...], until: float, is_over: Callable[[], bool]) -> bool:
        """Whether the program was solved in time."""
        standing = self.standing
        cut = nearby(standing, members)
        queue = PricedQueue(cut, tuple(range(len(members))), {k: self._anchors[each] for k, each in enumerate(members)}, self._hot, money_of(cut))
        priced = queue.price(is_over, min(until, monotonic() + SECONDS), FINE / 2 if len(members) > FINELY else FINE)
        most = sum(standing.cost[each] for each in members)
        if units(priced.value) >= most:
            return True
        seconds = min(until - monotonic(), SECONDS)
        if is_over() or seconds <= 0:
            return False
        found = queue.whole(priced.prices, most, seconds, COLUMNS, is_over)
        if found.cost is not None and found.cost < SCALE * most:
            put_chosen(standing, {members[k]: stand for k, stand in queue.chosen(found).items()})
        return found.is_solved
