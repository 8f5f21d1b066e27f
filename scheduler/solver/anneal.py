"""Better runs of batch resources by annealing: singles and runs change places thousands of times a second.

Where what costs is which singles share a run, and which run follows which, neighbourhoods of a few requests see too little of
the whole. Here the runs of all batch resources are sequences (`run_sequences`); a move takes a single or a run elsewhere, what
follows moves up, and the move stays if it is cheaper, or dearer by no more than the temperature forgives.
"""

from collections.abc import Callable
from itertools import cycle
from math import log
from random import Random
from time import monotonic

from scheduler.placement.cost import plan_cost
from scheduler.solver.bound import Ideal
from scheduler.solver.budget import Budget
from scheduler.solver.moves import Edits, Moves
from scheduler.solver.run_sequences import Change, PlannedRun, RunSequences
from scheduler.solver.stands import stands
from scheduler.ticks.instance import Instance, Plan

LOOK = 256
"""Moves between two looks at the clock."""

MOVES_A_SECOND = 15_000
"""What a second of the repeatable clock counts."""

SAMPLE = 400
"""Moves tried to find out what moves cost."""

HOT, COLD = 0.2, 0.1
"""First temperature, as a share of what a move that is dearer costs more on average; and last one, of what it does where that is little."""

WAYS = ((1.0, 1.0), (2.5, 2.0), (5.0, 1.5))
"""Each cooling down begins so many times as hot as the first, and bends so that it is hot for longer: instances differ in what they need."""

MOVES_A_SINGLE = 8_000
"""Moves of one cooling down, for each single; after that it begins anew from the best. Where there is time for fewer, it begins less hot."""

TELL_SECONDS = 1.0
"""A better plan is looked through and told at most this often."""


def anneal_runs(
    instance: Instance, ideal: Ideal, plan: Plan, budget: Budget, report: Callable[[Plan], None] | None = None, *, once: bool = False
) -> tuple[Plan, float]:
    """The best plan found from `plan` on within the budget, and what was spent of the repeatable clock.

    The same seed and repeatable budget give the same. `once`: it stops when it has cooled down, however much time is left.
    """
    sequences = RunSequences(instance, ideal.domains, plan)
    if len(sequences.singles) < 2:
        return plan, 0.0
    return _Annealing(sequences, ideal, plan, budget, report).run(once=once)


class _Annealing:
    def __init__(self, sequences: RunSequences, ideal: Ideal, plan: Plan, budget: Budget, report: Callable[[Plan], None] | None) -> None:
        self.sequences, self.ideal, self.plan, self.budget, self.report = sequences, ideal, plan, budget, report
        self.instance = sequences.instance
        self.cost = plan_cost(self.instance, plan)
        own = {each.position for each in sequences.singles}
        self.others = {position: placement for position, placement in plan.items() if position not in own}
        self.random = Random(budget.seed)  # noqa: S311 - a search, not a secret
        self.singles = sequences.singles
        self.deck = Moves(sequences, self.random)
        self._find_runs()
        self.total = self._total()
        self.best = self.total
        self.kept = self._state()
        self.moves = 0
        self.allowed = None if budget.deterministic_seconds is None else int(budget.deterministic_seconds * MOVES_A_SECOND)

    def _total(self) -> int:
        return sum(sum(sequence.costs) + sequence.closing for sequence in self.sequences.all) + sum(each.left_out for each in self.deck.left_out)

    def _state(self) -> tuple[list[list[PlannedRun]], list[list[int]]]:
        return [list(sequence.runs) for sequence in self.sequences.all], [list(sequence.starts) for sequence in self.sequences.all]

    def run(self, *, once: bool) -> tuple[Plan, float]:
        """Cools down, once or again and again, until the budget is over."""
        began = monotonic()
        dearer = self._dearer()
        if dearer:
            cold = COLD * dearer[len(dearer) // 10]
            hot = max(cold, HOT * self._share(monotonic() - began) * sum(dearer) / len(dearer))
            for times, bend in cycle(WAYS):
                if not self._cool(times * hot, cold, bend) or once:
                    break
                self._return()
            self._take_over()
        return self.plan, self.moves / MOVES_A_SECOND

    def _share(self, sampled: float) -> float:
        """What part of the moves of a cooling down there is time for; `sampled` seconds were needed for a few."""
        left = self.allowed
        if left is None:
            left = int(self.budget.left * SAMPLE / max(sampled, 1e-9))
        return min(1.0, left / (MOVES_A_SINGLE * len(self.singles)))

    def _cool(self, hot: float, cold: float, bend: float) -> bool:
        """From hot to cold, in as many moves as help or as there is time for; whether there is time left."""
        most = MOVES_A_SINGLE * len(self.singles)
        if self.allowed is not None:
            most = min(most, self.allowed - self.moves)
        began, wall = monotonic(), self.budget.left
        reported, told = self.best, began
        temperature = hot
        random = self.random.random
        for number in range(most):
            if number % LOOK == 0:
                if self.budget.is_over():
                    return False
                progress = number / most
                if self.allowed is None:
                    # A repeatable run must not look at the clock.
                    progress = max(progress, (monotonic() - began) / max(wall, 1e-9))
                temperature = hot * (cold / hot) ** min(1.0, progress) ** bend
                if self.report is not None and self.best < reported and monotonic() - told > TELL_SECONDS:
                    self._take_over()
                    reported, told = self.best, monotonic()
            self.moves += 1
            self._step(-temperature * log(1 - random()))
        return self.allowed is None or self.moves < self.allowed

    def _return(self) -> None:
        """Back to the best runs there were."""
        for sequence, runs in zip(self.sequences.all, self.kept[0], strict=True):
            change = self.sequences.replay(sequence, list(runs), 0, len(runs))
            assert change is not None  # it was possible before
            self.sequences.commit(change)
        self._find_runs()
        self.total = self._total()

    def _find_runs(self) -> None:
        for each in self.singles:
            each.run = None
        for sequence in self.sequences.all:
            for run in sequence.runs:
                for each in run.members:
                    each.run = run
        self.deck.left_out = [each for each in self.singles if each.run is None]

    def _dearer(self) -> list[int]:
        """By how much moves are dearer that are possible and not for nothing, ascending."""
        found = []
        for _ in range(SAMPLE):
            edits, more = self.deck.draw()
            changes = self._changes(edits, float("inf")) if edits else None
            if changes is not None:
                delta = sum(each.delta for each in changes) + more
                if delta > 0:
                    found.append(delta)
        return sorted(found)

    def _step(self, most: float) -> None:
        edits, more = self.deck.draw()
        if not edits:
            return
        changes = self._changes(edits, most - more)
        if changes is None:
            return
        delta = more
        for each in changes:
            delta += each.delta
        if delta > most:
            return
        for change in changes:
            self.sequences.commit(change)
        for change in changes:
            for run in change.runs[change.first :]:
                for single in run.members:
                    single.run = run
        if more:
            self.deck.left_out = [each for each in self.singles if each.run is None]
        self.total += delta
        if self.total < self.best:
            self.best = self.total
            self.kept = self._state()

    def _changes(self, edits: Edits, most: float) -> list[Change] | None:
        found = []
        for number, (sequence, runs, first, behind) in enumerate(edits):
            # Only the last one can say that it is too dear; what comes before may make up for it.
            change = self.sequences.replay(sequence, runs, first, behind, most if number == len(edits) - 1 else float("inf"))
            if change is None:
                return None
            most -= change.delta
            found.append(change)
        return found

    def _take_over(self) -> None:
        """The best plan of the annealing is ours, if all rules agree."""
        found = {**self.others, **self.sequences.plan(*self.kept)}
        cost = plan_cost(self.instance, found)
        if cost < self.cost and stands(self.instance, found):
            self.plan, self.cost = found, cost
            if self.report is not None:
                self.report(dict(found))
