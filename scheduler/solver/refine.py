"""Ruin and recreate, and neighbourhoods solved exactly, by turns: whichever gains more per second gets more of the time."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from math import isqrt
from random import Random
from time import monotonic, process_time

from scheduler.solver.budget import Budget
from scheduler.solver.chains import STEP_SECONDS, Chains
from scheduler.solver.improve import TRY_SECONDS, Improver
from scheduler.solver.kicks import Kicks
from scheduler.solver.local import SECONDS, Members, Size, members_around, members_within, replan
from scheduler.solver.programs import Programs
from scheduler.solver.rate import Rate, choose
from scheduler.solver.standing import Standing

TURN_SECONDS = 0.5
"""What ruin and recreate gets at a turn, and chains."""

KICKS_SHARE = 0.25
"""Kicks get at least so much of the time: about four of five are in vain, but the fifth gains what nothing else does."""

HEAL_SECONDS, MOST_HEAL_SECONDS, HEAL_TURNS = 0.002, 2.0, 3
"""To make up for a kick each of them has so many turns, all together so long for each request that may move, and no longer than that."""


class Refiner:
    """One worker's search on one standing plan. `least` is what each request costs at least."""

    def __init__(self, standing: Standing, least: Sequence[int], seed: int) -> None:
        self.standing = standing
        self.least = least
        self.random = Random(seed)  # noqa: S311 - a search, not a secret
        self.improver = Improver(standing, least, self.random)
        self.chains = Chains(standing, least, self.random, self.improver.ruin)
        self.kinds: dict[str, tuple[Members, Size]] = {"rivals": (members_around, Size()), "units": (members_within, Size())}
        self.programs = Programs(standing, least, self.random, self.improver.ruin)
        self.kicks = Kicks(standing, least, self.random, self.improver.ruin)
        self.rates = {"improve": Rate(), "chains": Rate(), "kicks": Rate(least_share=KICKS_SHARE), **{kind: Rate() for kind in (*self.kinds, "programs")}}

    def run(self, budget: Budget, share_done: Callable[[], float], among: Collection[int] | None = None) -> float:
        """Turns until the budget is over; only requests of `among` are touched (None: all). The seconds of the repeatable clock spent.

        `share_done` tells how much of all the time there is, not only of this call's, is over: so cold is it. At the end the best plan stands.
        """
        given = budget
        while not budget.is_over():
            before, began = self.standing.best, process_time()
            ways = self._ways(budget)
            way = ways[choose([self.rates[each] for each in ways], self.random)]
            spent = self._turn(way, budget, share_done, among)
            if spent is None:
                break
            budget = budget.less(max(spent, 1e-4))
            self.rates[way].learn(before - self.standing.best, spent if budget.is_repeatable else process_time() - began)
            if way == "programs":
                # Queues differ so much that an average over them says nothing.
                self.rates[way].gain = self.programs.outlook
        self.standing.return_to_best()
        return budget.spent_of(given)

    def _ways(self, budget: Budget) -> list[str]:
        """What there is time for."""
        left = budget.left if budget.deterministic_seconds is None else budget.deterministic_seconds
        shut = set()
        if budget.is_repeatable:
            # How far a program gets only the clock on the wall tells, and on it no repeatable plan may depend.
            shut.add("programs")
        if left < self.rates["kicks"].seconds:
            shut.add("kicks")
        return [each for each in self.rates if each not in shut]

    def _turn(self, way: str, budget: Budget, share_done: Callable[[], float], among: Collection[int] | None) -> float | None:
        """The seconds of the repeatable clock that a turn of this kind took; None if nobody costs more than alone."""
        if way in self.kinds:
            return self._polish(*self.kinds[way], budget, among)
        if way == "programs":
            return self.programs.run(budget, among)
        if way == "kicks":
            return self.kicks.run(lambda members: self._heal(budget, members), among)
        return self._climb(way, budget.most(TURN_SECONDS), share_done, among)

    def _heal(self, budget: Budget, members: Collection[int]) -> float:
        """Ruin and recreate and chains in turn, with nothing made worse, after a kick."""
        left, seconds = budget, min(MOST_HEAL_SECONDS, HEAL_SECONDS * len(members)) / HEAL_TURNS / 2
        for way in HEAL_TURNS * ("improve", "chains"):
            if not left.is_over():
                left = left.less(self._climb(way, left.most(seconds), lambda: 1.0, members) or 0.0)
        return left.spent_of(budget)

    def _climb(self, way: str, turn: Budget, share_done: Callable[[], float], among: Collection[int] | None) -> float | None:
        """As `_turn`, for ruin and recreate and for chains."""
        unit = TRY_SECONDS if way == "improve" else STEP_SECONDS

        def is_over(done: int) -> bool:
            # A tangled request takes seconds to place, whatever the repeatable clock says: somebody who wants it to stop is heard on either.
            return (turn.deterministic_seconds is not None and done * unit >= turn.deterministic_seconds) or turn.is_over()

        done = self.improver.run(share_done, is_over, among=among) if way == "improve" else self.chains.run(is_over, among=among)
        return done * unit if done else None

    def _polish(self, members_of: Members, size: Size, budget: Budget, among: Collection[int] | None) -> float | None:
        regrets = self.standing.regrets(self.least, among)
        if not regrets:
            return None
        (seed,) = self.random.choices([position for position, _ in regrets], [isqrt(regret) + 1 for _, regret in regrets])
        members = members_of(self.standing, self.improver.ruin, seed, round(size.requests), self.random, among)
        if budget.deterministic_seconds is None:
            # The repeatable clock limits what is tried; the other one only where the machine has no time for us.
            turn = replace(budget, workers=1, deterministic_seconds=SECONDS, ends_at=min(budget.ends_at, monotonic() + 2 * SECONDS))
        else:
            turn = replace(budget, workers=1, deterministic_seconds=min(SECONDS, budget.deterministic_seconds))
        is_proved, spent = replan(self.standing, members, turn, self.random)
        size.learn(is_proved)
        return spent
