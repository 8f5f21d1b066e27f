"""Several workers on one large plan, each in a process of its own: shares of the requests, turns of some seconds, merged after each.

A mate that fails is left behind with a warning, and the others go on: it holds nothing that is not in the common plan.
"""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from math import isqrt
from random import Random
from time import monotonic
from types import TracebackType
from typing import Self

from scheduler.model.codec import dump
from scheduler.model.problem import Problem
from scheduler.solver.budget import Budget
from scheduler.solver.deltas import Changes, changed, difference, from_plain, merge, to_plain
from scheduler.solver.mate_process import Mate
from scheduler.solver.parts import Partition
from scheduler.solver.refine import Refiner
from scheduler.solver.standing import Standing

log = logging.getLogger(__name__)

PAYS_SECONDS = 5.0
"""With less time the start of other processes does not pay."""

FIRST_TURN, LONGEST_TURN, TURN_SHARE = 1.0, 8.0, 0.05
"""Seconds of a turn: at first, at most, and as a share of all the time there is."""

PATIENCE = 10.0
"""Seconds beyond its turn after which a mate that does not answer is given up."""

POLL_SECONDS = 0.1
"""While waiting for a mate it is asked so often whether the run is to stop."""

IDLE_SHARE = 0.3
"""Of the time there is, after so much without a better plan the rest is left to other rungs."""

IDLE_WORK = 1
"""What a request that costs no more than alone counts when requests are shared out; others count the root of what they cost more."""


class Team:
    """This process and its `mates`, once they are started; a context manager, so that no process is left behind."""

    def __init__(self, problem: Problem | None = None, seed: int = 0, workers: int = 1) -> None:
        """`workers` with this process, who plan what is not frozen of `problem`; without one there are no others."""
        self._problem, self._seed, self._workers = problem, seed, workers
        self._has_started = False
        self.mates: list[Mate] = []

    def start(self, budget: Budget) -> None:
        """The mates are there, if they can be and there is time for them to be of use; they take some to read the problem. Done once, safe to repeat."""
        pays = budget.is_repeatable or budget.left >= PAYS_SECONDS
        if self._has_started or self._problem is None or self._workers <= 1 or not pays:
            return
        self._has_started = True
        data = dump(self._problem)
        for number in range(1, self._workers):
            try:
                self.mates.append(Mate(data, self._seed + number))
            except OSError as error:
                log.warning("no further worker process can be started (%s); planning goes on with %d", error.strerror, number)
                break

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for each in self.mates:
            each.end()

    def run(self, refiner: Refiner, least: Sequence[int], budget: Budget, report: Callable[[], None]) -> float:
        """Turns until the budget is over; the best plan stands then in `refiner`. The seconds of the repeatable clock spent, by each worker."""
        given, began, whole = budget, monotonic(), budget.left
        random = Random(self._seed)  # noqa: S311 - a search, not a secret
        partition = Partition(refiner.standing, refiner.improver.ruin) if self.mates else None
        turn_seconds = FIRST_TURN
        best, gained_at = refiner.standing.total, 0.0
        while not budget.is_over():
            done = self._done(given, budget, began, whole)
            if refiner.standing.total < best:
                best, gained_at = refiner.standing.total, done
            if done - gained_at > IDLE_SHARE:
                break
            mates = self.ready(budget)
            turn = budget.most(turn_seconds)
            work = open_work(refiner.standing, least)
            if not any(work):
                break
            shares = [None] if partition is None or not mates else partition.share_out(refiner.standing.plan, work, len(mates) + 1, random)
            speed = 0.0 if budget.is_repeatable else 1 / max(whole, 1e-9)
            for mate, share in zip(mates, shares[1:], strict=False):
                self.order(mate, refiner, least, turn, share or frozenset(), done, speed)
            at = monotonic()
            spent = refiner.run(turn, partial(_advanced, done, speed, at), shares[0])
            for mate in mates:
                self.take_over(mate, refiner, turn)
            report()
            # However little there was to do: a turn must not cost nothing.
            budget = budget.less(max(spent, turn_seconds if mates else 1e-3))
            longest = min(LONGEST_TURN, max(FIRST_TURN, TURN_SHARE * (whole if given.deterministic_seconds is None else given.deterministic_seconds)))
            turn_seconds = min(longest, 1.5 * turn_seconds)
        return budget.spent_of(given)

    def _done(self, given: Budget, budget: Budget, began: float, whole: float) -> float:
        if given.deterministic_seconds is not None:
            return 1 - max(0.0, budget.deterministic_seconds or 0.0) / given.deterministic_seconds
        return min(1.0, (monotonic() - began) / max(whole, 1e-9))

    def ready(self, budget: Budget) -> list[Mate]:
        """The mates that have read the problem; on the repeatable clock all are waited for."""
        for mate in list(self.mates):
            if not mate.is_ready and not mate.has_ended:
                mate.is_ready = mate.answer(budget.left if budget.is_repeatable else 0) is not None
            if mate.has_ended:
                self.give_up(mate)
        return [each for each in self.mates if each.is_ready]

    def order(self, mate: Mate, refiner: Refiner, least: Sequence[int], turn: Budget, share: frozenset[int], done: float, speed: float) -> None:
        """Gives a mate that is ready a turn on `share`; `done` of all the time is over and `speed` more per second (see `Refiner.run`)."""
        plan = refiner.standing.plan
        mate.send(
            {
                "work": "improve",
                "changes": to_plain(difference(mate.known, plan)),
                "least": None if mate.has_least else list(least),
                "among": sorted(share),
                "seconds": turn.left,
                "deterministic": turn.deterministic_seconds,
                "done": done,
                "speed": speed,
            }
        )
        mate.has_least = True
        mate.known = dict(plan)

    def take_over(self, mate: Mate, refiner: Refiner, turn: Budget) -> None:
        """Waits for what the mate has found and puts it into the plan."""
        self.put(mate, refiner, self.changes(mate, turn))

    def put(self, mate: Mate, refiner: Refiner, changes: Changes) -> None:
        """Puts `changes`, which the mate has found, into the plan."""
        mate.known = changed(mate.known, changes)
        if changes:
            merge(refiner.standing, changes)

    def changes(self, mate: Mate, turn: Budget, patience: float = PATIENCE) -> Changes:
        """What the mate has found, as soon as it says so; nothing if it does not within `patience` seconds beyond its turn, or if the run is to stop."""
        latest = monotonic() + turn.left + patience
        found = self.heard(mate, POLL_SECONDS)
        while found is None:
            if turn.should_stop is not None and turn.should_stop():
                mate.is_ready = False
                return {}
            if mate.has_ended or monotonic() > latest:
                self.give_up(mate)
                return {}
            found = self.heard(mate, POLL_SECONDS)
        return found

    def heard(self, mate: Mate, seconds: float = 0.0) -> Changes | None:
        """What the mate has found; None if it does not say so within so many seconds."""
        answer = mate.answer(seconds)
        if answer is not None and "ready" in answer:
            # It got its order before it had read the problem.
            mate.is_ready, answer = True, mate.answer(seconds)
        return None if answer is None else from_plain(answer["changes"])

    def part(self, mate: Mate) -> None:
        """The mate is sent away in the middle of its work; another may be started in its place."""
        mate.end()
        self.mates.remove(mate)
        self._has_started = bool(self.mates)

    def give_up(self, mate: Mate) -> None:
        """Leaves behind a mate that has failed."""
        log.warning("a worker process has ended or does not answer; planning goes on without it")
        mate.end()
        self.mates.remove(mate)


def open_work(standing: Standing, least: Sequence[int]) -> list[int]:
    """What each request counts when they are shared out; 0 if it costs no more than alone."""
    return [isqrt(cost - alone) + IDLE_WORK if cost > alone else 0 for cost, alone in zip(standing.cost, least, strict=True)]


def _advanced(done: float, speed: float, since: float) -> float:
    """How much of the time is over, given how much was at the moment `since`."""
    return min(1.0, done + speed * (monotonic() - since))
