"""A campaign done as early as possible: the order in which requests are placed is searched, not the bookings themselves.

Any order gives a plan, each request in turn as early as it can be (see `serial`). An order is better after it has been
justified: all requests as late as possible, who ends last first, and then as early as possible again, who begins first then
first. Chance changes the order in hand a little, mostly for who ends late, and the new one is kept if it is no longer than the one some
moves ago. Who shares nothing with anybody in any case is placed last, and only where that may count.

Sources: Tormos & Lova, forward-backward improvement, 2001; Valls, Ballestin & Quintanilla, Justification and RCPSP, 2005;
Burke & Bykov, The Late Acceptance Hill-Climbing Heuristic, 2017.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from scheduler.placement.coupled import makespan
from scheduler.solver.bound import Ideal
from scheduler.solver.budget import Budget
from scheduler.solver.mirrored import mirrored
from scheduler.solver.serial import QuickSerial, Serial, serial_for
from scheduler.ticks.instance import Instance, Plan, TickRequest

MEMORY = 10
"""An order is kept if it is no longer than the one so many moves ago."""

JITTER, WIDTHS = 0.4, (2, 5, 15, 40)
"""How often a move changes the order everywhere, and by how many places; else it brings some requests forward."""

LATE, SOME = (0.0, 0.005, 0.02, 0.1, 1.0), (1, 1, 2, 4)
"""Who ends within which share of the makespan before its end is brought forward, and how many at once."""

RIVAL = 0.8
"""How often somebody is brought forward to just before somebody who wants the same."""

PATIENCE, WORSE = 400, 1.005
"""After so many moves in a row without a shorter plan it goes back to the best one, and then keeps what is so much longer."""

ANEW, NOISE = 0.5, 0.3
"""Or so often it begins anew, from a plain order; by how much chance changes what that goes by."""

ROOM = 1.1
"""Orders that end later than so many times the first one are of no use."""

IDLE = 20_000
"""After so many moves in a row without a shorter plan it is left to other rungs."""

LOOK = 64
"""Requests placed between two looks at the clock."""


def leads(instance: Instance) -> bool:
    """Whether the makespan is what counts most, but for requests left out."""
    tier = next((term.tier for term in instance.terms if term.name == "makespan" and term.weight), None)
    return tier is not None and {term.name for term in instance.terms if term.weight and term.tier <= tier} <= {"unserved", "makespan"}


def least_makespan(instance: Instance, ideal: Ideal) -> int:
    """Minutes from the start of the horizon that no plan serving all can do without."""
    return -(-ideal.coupled // instance.scalars["makespan"])


def shorten(instance: Instance, plan: Plan, least: int, budget: Budget, report: Callable[[Plan], None] | None = None) -> tuple[Plan, float]:
    """The shortest plan found from `plan` on that serves whatever can be served, and what was spent of the repeatable clock.

    Ends at a makespan of `least`. It may cost more than `plan` in other terms, which are not looked at. The same seed and
    repeatable budget give the same.
    """
    search = _Orders(instance, plan, least, budget, report)
    search.run()
    return search.best, search.spent


@dataclass(frozen=True, slots=True)
class _Timed:
    """An order with the minute at which each request is complete, the last of these, and what makes the bookings."""

    order: list[int]
    ends: dict[int, int]
    length: int
    tokens: dict[int, Any]


class _Orders:
    def __init__(self, instance: Instance, plan: Plan, least: int, budget: Budget, report: Callable[[Plan], None] | None) -> None:
        self.instance, self.budget, self.report = instance, budget, report
        self.random = Random(budget.seed)  # noqa: S311 - a search, not a secret
        self.spent = 0.0
        self.goal = least + instance.start_minute
        self.serial: Serial = serial_for(instance)
        self.latest = instance.ticks * instance.tick_minutes
        self.backwards: Serial | None = None
        self.rivals, self.clash = _rivals(instance)
        self.work = [_minutes(each) for each in instance.requests]
        movable = [position for position, request in enumerate(instance.requests) if request.tasks and request.can_serve]
        self.core = [each for each in movable if self.clash[each]]
        self.rest = sorted((each for each in movable if not self.clash[each]), key=lambda each: -self.work[each])
        self.best = dict(plan)
        # A plan that leaves out who could be served does not count, however short it is.
        self.length = makespan(instance, plan) + instance.start_minute if all(each in plan for each in movable) else self.latest + 1

    def run(self) -> None:
        """Moves until the least is reached, nothing has got shorter for long or the budget is over; then `best` is the shortest plan found."""
        now = best = self._first()
        memory: list[int] = []
        idle = moves = 0
        while now is not None and best is not None and self.length > self.goal and idle < IDLE and not self._is_over():
            moves, idle = moves + 1, idle + 1
            if idle % PATIENCE == 0:
                now = (self._timed(self.serial, self._drawn()) if self.random.random() < ANEW else None) or best
                memory = [int(WORSE * now.length)] * MEMORY
            memory = memory or [now.length] * MEMORY
            slot = moves % MEMORY
            found = self._justified(self._moved(now))
            if found is not None and found.length <= max(now.length, memory[slot]):
                now = found
            memory[slot] = now.length
            if now.length < best.length:
                best, idle = now, 0
                if not self._take_over(now):
                    now = best = self._with_rest()
                    memory = []

    def _is_over(self) -> bool:
        return self.budget.less(self.spent).is_over()

    def _first(self) -> _Timed | None:
        """The best of some plain orders, taken over if it is a shorter plan; None if none of them has room for all."""
        if len(self.core) < 2:
            self.core, self.rest = self.core + self.rest, []
        if len(self.core) < 2:
            return None
        starts = {position: min((each.start for each in placement), default=0) for position, placement in self.best.items()}
        keys: list[Callable[[int], tuple[int, ...]]] = [
            lambda each: (-self.clash[each], each),
            lambda each: (-self.clash[each] * self.work[each], each),
            lambda each: (-self.work[each], each),
            lambda each: (starts.get(each, self.instance.ticks), each),
        ]
        best: _Timed | None = None
        for key in keys:
            if best is not None and (best.length <= self.goal or self._is_over()):
                break
            found = self._timed(self.serial, sorted(self.core, key=key))
            if found is not None and (best is None or found.length < best.length):
                best = found
        if best is None:
            return None if not self.rest else self._with_rest()
        self._look_no_further_than(best)
        return best if self._take_over(best) else self._with_rest()

    def _with_rest(self) -> _Timed | None:
        """The first order if nobody is placed last."""
        if not self.rest:
            return None
        self.core, self.rest = self.core + self.rest, []
        self.latest = self.instance.ticks * self.instance.tick_minutes
        return self._first()

    def _look_no_further_than(self, first: _Timed) -> None:
        start, tick = self.instance.start_minute, self.instance.tick_minutes
        self.latest = min(self.instance.ticks * tick, start + int(ROOM * (first.length - start)))
        if isinstance(self.serial, QuickSerial):
            longest = max((way.ticks for ways in self.serial.ways for way in ways), default=0)
            self.backwards = mirrored(self.serial, min(self.instance.ticks, self.latest // tick + 1 + longest))

    def _take_over(self, now: _Timed) -> bool:
        """The order, and the rest behind it, is the best plan if it is shorter; False if it would be shorter without the rest."""
        if now.length >= self.length:
            return True
        whole = self._timed(self.serial, [*now.order, *self.rest]) if self.rest else now
        if whole is not None and whole.length < self.length:
            self.length = whole.length
            self.best = {position: placement for position, placement in self.best.items() if not self.instance.requests[position].tasks}
            self.best.update((position, self.serial.placement(position, token)) for position, token in whole.tokens.items())
            if self.report is not None:
                self.report(dict(self.best))
        return whole is not None and whole.length == now.length

    def _moved(self, now: _Timed) -> list[int]:
        """Another order: changed everywhere a little, or some who end late brought forward."""
        random, order = self.random, list(now.order)
        if random.random() < JITTER:
            width = random.choice(WIDTHS)
            place = {each: k + random.uniform(-width, width) for k, each in enumerate(order)}
            return sorted(order, key=place.__getitem__)
        since = now.length - random.choice(LATE) * (now.length - self.instance.start_minute)
        late = [each for each in order if now.ends[each] >= since]
        for each in random.sample(late, min(len(late), random.choice(SOME))):
            k = order.index(each)
            del order[k]
            rivals = [j for j in range(k) if self.rivals[each] >> order[j] & 1]
            order.insert(random.choice(rivals) if rivals and random.random() < RIVAL else random.randrange(max(1, k)), each)
        return order

    def _drawn(self) -> list[int]:
        """A plain order that chance has changed."""
        power = self.random.random()
        key = {each: self.clash[each] * self.work[each] ** power * (1 - NOISE * self.random.random()) for each in sorted(self.core)}
        return sorted(self.core, key=lambda each: (-key[each], each))

    def _justified(self, order: Sequence[int]) -> _Timed | None:
        """The order, or the one that it leads to if that is shorter; None if it has no room for all."""
        forwards = self._timed(self.serial, order)
        if forwards is None or self.backwards is None:
            return forwards
        back = self._timed(self.backwards, sorted(order, key=lambda each: -forwards.ends[each]))
        if back is None:
            return forwards
        again = self._timed(self.serial, sorted(order, key=lambda each: -back.ends[each]))
        return again if again is not None and again.length <= forwards.length else forwards

    def _timed(self, serial: Serial, order: Sequence[int]) -> _Timed | None:
        """The order placed; None if it has no room for all, or no time is left."""
        last = self.latest if serial is self.serial else self.instance.ticks * self.instance.tick_minutes
        state = serial.empty(last)
        ends, tokens = {}, {}
        for k, each in enumerate(order):
            put = None if k % LOOK == 0 and self._is_over() else serial.put(state, each, last)
            self.spent += serial.seconds
            if put is None:
                return None
            ends[each], tokens[each] = put
        return _Timed(list(order), ends, max(ends.values(), default=0), tokens)


def _minutes(request: TickRequest) -> int:
    return sum(min((mode.minutes for mode in task.modes), default=0) for task in request.tasks)


def _rivals(instance: Instance) -> tuple[list[int], list[int]]:
    """Per request those that want a resource which it cannot do without, as a set of bits; and the minutes of work that it shares those with."""
    users: dict[int, int] = defaultdict(int)
    wanted = [_certain(each) for each in instance.requests]
    for position, mine in enumerate(wanted):
        for resource in mine:
            users[resource] |= 1 << position
    work = [_minutes(each) for each in instance.requests]
    rivals, clash = [], []
    for position, mine in enumerate(wanted):
        found = 0
        for resource in mine:
            found |= users[resource]
        rivals.append(found & ~(1 << position))
        clash.append(sum(minutes for other, minutes in enumerate(work) if found >> other & 1))
    return rivals, clash


def _certain(request: TickRequest) -> set[int]:
    """The resources that the request takes whichever way it is done."""
    found: set[int] = set()
    for task in request.tasks:
        ways = [{each for need in mode.requirements if need.count == len(need.candidates) for each in need.candidates} for mode in task.modes]
        if ways:
            found |= set.intersection(*ways)
    return found
