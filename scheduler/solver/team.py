"""Several workers on one large plan, each in a process of its own: shares of the requests, turns of some seconds, merged after each.

A mate that fails is left behind with a warning, and the others go on: it holds nothing that is not in the common plan.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from math import isqrt
from random import Random
from time import monotonic
from types import TracebackType
from typing import Self, TypeVar

from scheduler.model.codec import dump
from scheduler.model.problem import Problem
from scheduler.solver.budget import Budget
from scheduler.solver.chosen import Chosen, put_chosen
from scheduler.solver.deltas import Changes, changed, difference, follow, from_plain, merge, to_plain
from scheduler.solver.mate_process import Mate
from scheduler.solver.parts import Partition
from scheduler.solver.refine import Refiner
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Instance, Plan

log = logging.getLogger(__name__)

T = TypeVar("T")

PAYS_SECONDS = 5.0
"""With less time the start of other processes does not pay."""

FIRST_TURN, LONGEST_TURN, TURN_SHARE = 1.0, 8.0, 0.05
"""Seconds of a turn: at first, at most, and as a share of all the time there is."""

PATIENCE = 10.0
"""Seconds beyond its turn after which a mate that does not answer is given up."""

LATEST, LATE_SHARE = 2.5, 0.1
"""So many seconds, or that share of the time if it is less, mates that work beside a bound end before it."""

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
            mates = self._ready(budget)
            turn = budget.most(turn_seconds)
            work = self._work(refiner, least)
            if not any(work):
                break
            shares = [None] if partition is None or not mates else partition.share_out(refiner.standing.plan, work, len(mates) + 1, random)
            speed = 0.0 if budget.is_repeatable else 1 / max(whole, 1e-9)
            for mate, share in zip(mates, shares[1:], strict=False):
                self._order(mate, refiner, least, turn, share or frozenset(), done, speed)
            at = monotonic()
            spent = refiner.run(turn, partial(_advanced, done, speed, at), shares[0])
            for mate in mates:
                self._take_over(mate, refiner, turn)
            report()
            # However little there was to do: a turn must not cost nothing.
            budget = budget.less(max(spent, turn_seconds if mates else 1e-3))
            longest = min(LONGEST_TURN, max(FIRST_TURN, TURN_SHARE * (whole if given.deterministic_seconds is None else given.deterministic_seconds)))
            turn_seconds = min(longest, 1.5 * turn_seconds)
        return budget.spent_of(given)

    def run_beside(self, refiner: Refiner, least: Sequence[int], budget: Budget, work: Callable[[], T]) -> T:
        """Does `work` here while the mates improve the plan, which then stands in `refiner`; `work` must not change it."""
        mates = self._ready(budget)
        # A neighbourhood is not ended at once: who asks late gets nothing.
        turn = replace(budget, ends_at=budget.ends_at - min(LATEST, LATE_SHARE * budget.left))
        partition = Partition(refiner.standing, refiner.improver.ruin) if mates else None
        if partition is not None:
            random = Random(self._seed)  # noqa: S311 - a search, not a secret
            shares = partition.share_out(refiner.standing.plan, self._work(refiner, least), len(mates), random)
            for mate, share in zip(mates, shares, strict=True):
                self._order(mate, refiner, least, turn, share, 1.0, 0.0)
        done = work()
        for mate in mates:
            self._take_over(mate, refiner, turn)
        return done

    def _done(self, given: Budget, budget: Budget, began: float, whole: float) -> float:
        if given.deterministic_seconds is not None:
            return 1 - max(0.0, budget.deterministic_seconds or 0.0) / given.deterministic_seconds
        return min(1.0, (monotonic() - began) / max(whole, 1e-9))

    def _work(self, refiner: Refiner, least: Sequence[int]) -> list[int]:
        return [isqrt(cost - alone) + IDLE_WORK if cost > alone else 0 for cost, alone in zip(refiner.standing.cost, least, strict=True)]

    def _ready(self, budget: Budget) -> list[Mate]:
        """The mates that have read the problem; on the repeatable clock all are waited for."""
        for mate in list(self.mates):
            if not mate.is_ready and not mate.has_ended:
                mate.is_ready = mate.answer(budget.left if budget.is_repeatable else 0) is not None
            if mate.has_ended:
                self._give_up(mate)
        return [each for each in self.mates if each.is_ready]

    def _order(self, mate: Mate, refiner: Refiner, least: Sequence[int], turn: Budget, share: frozenset[int], done: float, speed: float) -> None:
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

    def _take_over(self, mate: Mate, refiner: Refiner, turn: Budget) -> None:
        """Puts what the mate has found into the plan."""
        changes = self.changes(mate, turn)
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
                self._give_up(mate)
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

    def _give_up(self, mate: Mate) -> None:
        log.warning("a worker process has ended or does not answer; planning goes on without it")
        mate.end()
        self.mates.remove(mate)


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

    def beside(self, plan: Plan, budget: Budget, work: Callable[[], T]) -> tuple[Plan, T]:
        """The best plan that the mates find from `plan` on while `work` is done here, and what that gives."""
        self._team.start(budget)
        standing = self._refiner.standing
        follow(standing, difference(standing.plan, plan))
        found = self._team.run_beside(self._refiner, self._least, budget, work)
        return dict(standing.plan), found

    def choose(self, plan: Plan, chosen: Sequence[Chosen]) -> Plan:
        """`plan` with those stands that programs chose, wherever that makes it cheaper."""
        standing = self._refiner.standing
        follow(standing, difference(standing.plan, plan))
        for each in chosen:
            put_chosen(standing, each)
        return dict(standing.plan)


def _advanced(done: float, speed: float, since: float) -> float:
    """How much of the time is over, given how much was at the moment `since`."""
    return min(1.0, done + speed * (monotonic() - since))
