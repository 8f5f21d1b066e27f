"""A campaign done as early as possible: the order in which requests are placed is searched, not the bookings themselves.

Any order gives a plan, each request in turn as early as it can be (see `serial`). Whoever ends after the aim moves
forward, mostly to just before somebody who wants the same; an order is kept if it is better than the one some
moves ago, so that the search leaves places where no single move helps.

Sources: Joslin & Clements, Squeaky Wheel Optimization, 1999; Burke & Bykov, The Late Acceptance Hill-Climbing Heuristic, 2017.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from scheduler.placement.coupled import makespan
from scheduler.solver.bound import Ideal
from scheduler.solver.budget import Budget
from scheduler.solver.serial import Serial, serial_for
from scheduler.ticks.instance import Instance, Plan, TickRequest

MEMORY = 50
"""An order is kept if it is no worse than the one so many moves ago."""

LATE, RIVAL = 0.7, 0.8
"""How often somebody who is late moves, not anybody; and how often it moves to just before somebody who wants the same."""

PATIENCE, SHAKES = 200, 8
"""After so many moves in a row without a shorter plan it begins anew: from a plain order that chance has changed, or so many moves on."""

AIMS = (1.0, 0.97, 1.03)
"""What it aims at then, as a share of the least makespan: another aim leads past other places where no move helps."""

NOISE = 0.3
"""By how much chance changes what a plain order goes by."""

IDLE = 20_000
"""After so many moves in a row without a shorter plan it is left to other rungs."""


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
    search = _Orders(instance, least, budget)
    return search.run(plan, report), search.spent


@dataclass(slots=True)
class _Schedule:
    """An order placed: per position in it the end, what makes the bookings, and the minutes over the aim of all before; the states every few positions."""

    order: list[int]
    ends: list[int]
    tokens: list[Any]
    over: list[int]
    states: list[Any]

    @property
    def total(self) -> int:
        """Minutes over the aim of all."""
        return self.over[-1]


class _Orders:
    def __init__(self, instance: Instance, least: int, budget: Budget) -> None:
        self.instance, self.budget = instance, budget
        self.serial: Serial = serial_for(instance)
        self.least = least
        self.goal = self.aim = least + instance.start_minute
        self.random = Random(budget.seed)  # noqa: S311 - a search, not a secret
        self.spent = 0.0
        self.whole = self.last = instance.ticks * instance.tick_minutes
        self.rivals, self.clash = _rivals(instance)
        self.work = [_minutes(each) for each in instance.requests]

    def run(self, plan: Plan, report: Callable[[Plan], None] | None) -> Plan:
        """Moves until the least is reached, nothing has got shorter for long or the budget is over."""
        best = dict(plan)
        now = self._first(plan)
        if now is None:
            return best
        # A plan that leaves out who could be served does not count, however short it is.
        length = makespan(self.instance, plan) + self.instance.start_minute if all(each in plan for each in now.order) else self.whole + 1
        memory: list[int] = []
        idle = moves = 0
        while True:
            if max(now.ends) < length:
                length, idle = max(now.ends), 0
                best = self._plan(now, plan)
                if report is not None:
                    report(best)
            if length <= self.goal or idle >= IDLE or self.budget.less(self.spent).is_over():
                return best
            if not memory or now.total == 0 or (idle and idle % PATIENCE == 0):
                now = self._anew(now) if memory else self._within(now, now.total)
                memory = [now.total] * MEMORY
                idle += 1
                continue
            moves += 1
            idle += 1
            slot = moves % MEMORY
            order, start = self._move(now)
            now = self._placed(order, start, now, max(now.total, memory[slot])) or now
            memory[slot] = now.total

    def _anew(self, now: _Schedule) -> _Schedule:
        """Another order, whatever it leads to, and perhaps another aim."""
        order = list(now.order)
        if self.random.random() < 0.5:
            power = self.random.random()
            key = {each: self.clash[each] * self.work[each] ** power * (1 - NOISE * self.random.random()) for each in sorted(order)}
            order.sort(key=lambda each: (-key[each], each))
        else:
            for _ in range(SHAKES):
                order, _start = self._move(replace(now, order=order))
        self.aim = self.instance.start_minute + int(self.least * self.random.choice(AIMS))
        # The old order always fits, the new one need not.
        self.last = self.whole
        most = self.last * len(order)
        found = self._placed(order, 0, None, most) or self._placed(now.order, 0, None, most)
        assert found is not None  # it was placed before, within the same horizon
        return self._within(found, found.total)

    def _first(self, plan: Plan) -> _Schedule | None:
        """The best of some plain orders; None if none of them has room for all."""
        movable = [position for position, request in enumerate(self.instance.requests) if request.tasks and request.can_serve]
        if len(movable) < 2:
            return None
        work = self.work
        starts = {position: min((each.start for each in placement), default=0) for position, placement in plan.items()}
        keys: list[Callable[[int], tuple[int, ...]]] = [
            lambda each: (-self.clash[each], each),
            lambda each: (-self.clash[each] * work[each], each),
            lambda each: (-work[each], each),
            lambda each: (starts.get(each, self.instance.ticks), each),
        ]
        best: _Schedule | None = None
        for key in keys:
            if best is not None and (best.total == 0 or self.budget.less(self.spent).is_over()):
                break
            found = self._placed(sorted(movable, key=key), 0, None, self.last * len(movable) if best is None else best.total - 1)
            best = best if found is None else found
        return best

    def _within(self, schedule: _Schedule, most: int) -> _Schedule:
        """The same with states that end where nothing useful can."""
        self.last = min(self.last, self.aim + most)
        return self._placed(schedule.order, 0, None, most) or schedule

    def _move(self, now: _Schedule) -> tuple[list[int], int]:
        """Another order, and the first position at which it differs."""
        order, count = list(now.order), len(now.order)
        late = [k for k, end in enumerate(now.ends) if end > self.aim and k > 0]
        k = self.random.choice(late) if late and self.random.random() < LATE else self.random.randrange(1, count)
        chosen = order.pop(k)
        rivals = [j for j in range(k) if self.rivals[chosen] >> order[j] & 1] if self.random.random() < RIVAL else []
        to = self.random.choice(rivals) if rivals else self.random.randrange(k)
        order.insert(to, chosen)
        return order, to

    def _placed(self, order: list[int], start: int, before: _Schedule | None, most: int) -> _Schedule | None:
        """The order placed, the same as `before` in front of `start`; None as soon as it is more than `most` over the aim."""
        serial, stride = self.serial, self.serial.stride
        if before is None:
            start, state, kept = 0, serial.empty(self.last), _Schedule([], [], [], [0], [])
        else:
            start -= start % stride
            state, kept = serial.copy(before.states[start // stride]), before
        ends, tokens, over, states = kept.ends[:start], kept.tokens[:start], kept.over[: start + 1], kept.states[: start // stride]
        total = over[-1]
        for k in range(start, len(order)):
            if k % stride == 0:
                states.append(serial.copy(state))
            put = serial.put(state, order[k], min(self.last, self.aim + most - total))
            if put is None:
                self.spent += (k + 1 - start) * serial.seconds
                return None
            total += max(0, put[0] - self.aim)
            ends.append(put[0])
            tokens.append(put[1])
            over.append(total)
        self.spent += (len(order) - start) * serial.seconds
        return _Schedule(order, ends, tokens, over, states)

    def _plan(self, schedule: _Schedule, plan: Plan) -> Plan:
        found = {position: placement for position, placement in plan.items() if not self.instance.requests[position].tasks}
        found.update((position, self.serial.placement(position, token)) for position, token in zip(schedule.order, schedule.tokens, strict=True))
        return found


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
