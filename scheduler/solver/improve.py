"""Ruin and recreate: some related requests are taken out of the plan and placed again one after the other, in another order.

What costs most beyond what it would cost alone is tried most often. A worse plan is accepted now and then, less and less; the
best one is kept. Thousands of tries a second, none of them a proof.

Source: Schrimpf et al., Record Breaking Optimization Results Using the Ruin and Recreate Principle, 2000.
"""

from collections import defaultdict
from collections.abc import Callable
from math import isqrt, log
from random import Random

from scheduler.placement.cost import request_cost, unserved_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.solver.bound import Ideal
from scheduler.ticks.instance import Instance, Placement, Plan

FEWEST, MOST = 2, 10
"""Requests taken out at once."""

MOST_CANDIDATES = 16
"""A requirement with more candidates than this makes nobody related: somebody will be free."""

WARMTH = 0.02
"""The temperature at the start, as a share of the mean regret."""

STEP = 16
"""How many tries there are between two looks at who costs more than alone."""

IDLE = 2_000
"""After so many tries in a row without a better plan it is left to other rungs."""


def improve(
    instance: Instance,
    ideal: Ideal,
    plan: Plan,
    seed: int,
    share_done: Callable[[int], float],
    report: Callable[[Plan], None] | None = None,
) -> tuple[Plan, int]:
    """The best plan found from `plan` on, and the number of tries. `share_done` tells, by the tries made, how much of the time is over (1: all)."""
    return _Improver(instance, ideal, plan, seed).run(share_done, report)


class _Improver:
    def __init__(self, instance: Instance, ideal: Ideal, plan: Plan, seed: int) -> None:
        self.instance = instance
        self.ideal = ideal
        self.random = Random(seed)  # noqa: S311 - a search, not a secret
        self.plan = dict(plan)
        self.occupancy = Occupancy(instance)
        for position, placement in plan.items():
            self.occupancy.book_placement(instance.requests[position], placement)
        self.cost = [self._cost(position, plan.get(position)) for position in range(len(instance.requests))]
        self.neighbours = _neighbours(instance)

    def run(self, share_done: Callable[[int], float], report: Callable[[Plan], None] | None) -> tuple[Plan, int]:
        """Tries until the time is over or nothing has got better for long."""
        total = least = sum(self.cost)
        best = dict(self.plan)
        tries = idle = 0
        done = 0.0
        seeds, weights = self._seeds()
        mean = sum(weight * weight for weight in weights) / max(1, len(weights))
        while seeds and idle < IDLE:
            # A tangled request takes seconds to place: the clock is looked at before each try.
            done = share_done(tries)
            if done >= 1:
                break
            if tries % STEP == 0:
                seeds, weights = self._seeds()
                if not seeds:
                    break
            tries += 1
            idle += 1
            (seed,) = self.random.choices(seeds, weights)
            heat = -WARMTH * mean * (1 - done) ** 2 * log(1 - self.random.random())
            total += self._try(seed, heat)
            if total < least:
                least, best, idle = total, dict(self.plan), 0
                if report is not None:
                    report(best)
        return best, tries

    def _seeds(self) -> tuple[list[int], list[int]]:
        found = [(position, cost - least) for position, (cost, least) in enumerate(zip(self.cost, self.ideal.scalars, strict=True)) if cost > least]
        return [position for position, _ in found], [isqrt(regret) + 1 for _, regret in found]

    def _try(self, seed: int, heat: float) -> int:
        """Takes the seed and some neighbours out and places them again; what that changes of the cost, 0 if it is taken back."""
        around = self.neighbours[seed]
        members = [seed, *self.random.sample(around, min(len(around), self.random.randint(FEWEST - 1, MOST - 1)))]
        old = {each: (self.plan.get(each), self.cost[each]) for each in members}
        before = sum(cost for _, cost in old.values())
        for each in members:
            self._take_out(each)
        if self.random.random() < 0.5:
            self.random.shuffle(members)
        after = 0
        for each in members:
            left_out = unserved_cost(self.instance, self.instance.requests[each])
            placed = place(self.instance, self.occupancy, each, limit=left_out + 1)
            self._put_in(each, None if placed is None else placed.placement, left_out if placed is None else placed.cost)
            after += self.cost[each]
            if after > before + heat:
                break
        if after <= before + heat:
            return after - before
        for each in members:
            self._take_out(each)
        for each, (placement, cost) in old.items():
            self._put_in(each, placement, cost)
        return 0

    def _take_out(self, position: int) -> None:
        placement = self.plan.pop(position, None)
        if placement is not None:
            self.occupancy.unbook_placement(self.instance.requests[position], placement)

    def _put_in(self, position: int, placement: Placement | None, cost: int) -> None:
        self.cost[position] = cost
        if placement is not None:
            self.plan[position] = placement
            self.occupancy.book_placement(self.instance.requests[position], placement)

    def _cost(self, position: int, placement: Placement | None) -> int:
        request = self.instance.requests[position]
        return unserved_cost(self.instance, request) if placement is None else request_cost(self.instance, request, placement)


def _neighbours(instance: Instance) -> list[list[int]]:
    """Per request the others that could be done with what it can be done with."""
    users: dict[int, set[int]] = defaultdict(set)
    wanted: list[set[int]] = []
    for position, request in enumerate(instance.requests):
        mine = {
            resource
            for task in request.tasks
            for mode in task.modes
            for requirement in mode.requirements
            if len(requirement.candidates) <= MOST_CANDIDATES
            for resource in requirement.candidates
        }
        wanted.append(mine)
        for resource in mine:
            users[resource].add(position)
    return [sorted({other for resource in mine for other in users[resource]} - {position}) for position, mine in enumerate(wanted)]
