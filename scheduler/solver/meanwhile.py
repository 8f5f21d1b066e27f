"""Mates at work while this process does something else: turn by turn, so that what they find is seen, and kept if the run is stopped."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from threading import get_ident

from scheduler.solver.budget import Budget
from scheduler.solver.mate_process import Mate
from scheduler.solver.parts import Partition
from scheduler.solver.refine import Refiner
from scheduler.solver.team import LONGEST_TURN, Team, open_work

TURN_SHARE, SHORTEST_SHARE = 0.1, 0.3
"""A turn is so much of the time, or `LONGEST_TURN` if that is more; and one that would be shorter than the second share of it is not begun."""

LATEST, LATE_SHARE = 2.5, 0.1
"""So many seconds, or that share of the time if it is less, mates end before what is done beside them."""


class Meanwhile:
    """The plan in `refiner` improved by mates until `end`; whoever works meanwhile must neither look at it nor change it.

    What mates have found is put into it, and `report` called, whenever somebody asks `budget` whether it is over. On the repeatable clock
    it is one turn: how often somebody asks only the other clock tells.
    """

    def __init__(self, team: Team, refiner: Refiner, least: Sequence[int], budget: Budget, report: Callable[[], None]) -> None:
        self._team, self._refiner, self._least, self._report = team, refiner, least, report
        self._given = budget
        # A neighbourhood is not ended at once: who asks late gets nothing.
        self._turns = self._turn = replace(budget, ends_at=budget.ends_at - min(LATEST, LATE_SHARE * budget.left))
        self._turn_seconds = self._turns.left / max(1, int(self._turns.left / max(LONGEST_TURN, TURN_SHARE * self._turns.left)))
        self._random = Random(budget.seed)  # noqa: S311 - a search, not a secret
        self._partition: Partition | None = None
        self._busy: list[Mate] = []
        self._thread = get_ident()
        self._share_out()

    @property
    def budget(self) -> Budget:
        """What was given; whoever asks whether it is over has mates heard."""
        return self._given if self._given.is_repeatable else replace(self._given, should_stop=self._hear)

    def end(self) -> None:
        """Waits for the last turn."""
        for mate in self._busy:
            self._team.take_over(mate, self._refiner, self._turn)
        self._busy = []

    def _hear(self) -> bool:
        """Whether somebody wants all to stop."""
        # Watchers ask as well, from threads of their own, while others may be reading the plan.
        if get_ident() == self._thread:
            self._take_over()
        return self._given.should_stop is not None and self._given.should_stop()

    def _take_over(self) -> None:
        before, was_busy = self._refiner.standing.total, bool(self._busy)
        self._busy = [each for each in self._busy if not self._has_answered(each)]
        if self._busy:
            return
        if was_busy and self._refiner.standing.total < before:
            self._report()
        self._share_out()

    def _has_answered(self, mate: Mate) -> bool:
        """Whether nothing more is to be heard of the mate in this turn; what it has found stands then."""
        changes = self._team.heard(mate)
        if changes is not None:
            self._team.put(mate, self._refiner, changes)
        elif mate.has_ended:
            self._team.give_up(mate)
        else:
            return False
        return True

    def _share_out(self) -> None:
        """The next turn, if there is time for one that is not too short to be of use."""
        if not self._given.is_repeatable and self._turns.left < SHORTEST_SHARE * self._turn_seconds:
            return
        mates = self._team.ready(self._turns)
        if not mates:
            return
        work = open_work(self._refiner.standing, self._least)
        if not any(work):
            # Nobody costs more than alone: no turn is worth while any more.
            self._turns = replace(self._turns, ends_at=0.0)
            return
        if self._partition is None:
            self._partition = Partition(self._refiner.standing, self._refiner.improver.ruin)
        self._turn = self._turns if self._given.is_repeatable else self._turns.most(self._turn_seconds)
        shares = self._partition.share_out(self._refiner.standing.plan, work, len(mates), self._random)
        for mate, share in zip(mates, shares, strict=True):
            # As cold as at the end: nobody knows what comes after.
            self._team.order(mate, self._refiner, self._least, self._turn, share, 1.0, 0.0)
        self._busy = mates
