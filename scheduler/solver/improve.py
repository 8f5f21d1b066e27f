"""Ruin and recreate: some related requests are taken out of the plan and placed again one after the other, in another order.

What costs most beyond what it would cost alone is tried most often, and less and less where that was in vain. A worse plan is
accepted now and then, less and less; the best one is kept. Thousands of tries a second, none of them a proof.

Source: Schrimpf et al., Record Breaking Optimization Results Using the Ruin and Recreate Principle, 2000.
"""

from collections.abc import Callable, Collection, Sequence
from math import isqrt, log
from random import Random

from scheduler.solver.ruin import Ruin
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Instance, Plan

WARMTH = 0.5
"""The temperature at the start, as a share of the median regret."""

SEED_FIRST = 0.9
"""How often the seed is placed first, and must then cost less than it did."""

FEWEST_BETWEEN, SHARE_BETWEEN = 64, 50
"""Between two looks at who costs more than alone there are so many tries, or one for so many requests."""

WEARINESS = 0.5
"""How much rarer a request is tried for each time that it was in vain."""

TRY_SECONDS = 0.0005
"""What one try counts on the repeatable clock."""

IDLE = 6_000
"""After so many tries in a row without a better plan it is left to other rungs."""


def improve(
    instance: Instance,
    least: Sequence[int],
    plan: Plan,
    seed: int,
    share_done: Callable[[int], float],
    *,
    idle_limit: int = IDLE,
) -> tuple[Plan, int]:
    """The best plan found from `plan` on, and the number of tries.

    `least` is what each request costs at least. `share_done` tells, by the tries made, how much of the time is over (1: all).
    After `idle_limit` tries without a better plan it ends.
    """
    improver = Improver(Standing(instance, plan), least, Random(seed))  # noqa: S311 - a search, not a secret
    done = 0.0

    def is_over(tries: int) -> bool:
        nonlocal done
        done = share_done(tries)
        return done >= 1

    tries = improver.run(lambda: done, is_over, idle_limit=idle_limit)
    improver.standing.return_to_best()
    return improver.standing.plan, tries


class Improver:
    """Changes a standing plan for the better; may be called again and again."""

    def __init__(self, standing: Standing, least: Sequence[int], random: Random, ruin: Ruin | None = None) -> None:
        self.standing = standing
        self.least = least
        self.random = random
        self.ruin = Ruin(standing.instance) if ruin is None else ruin
        self.vain = [0] * len(least)
        self._seeds: list[int] = []
        self._weights: list[float] = []
        self._temperature = 0.0

    def run(
        self,
        share_done: Callable[[], float],
        is_over: Callable[[int], bool],
        *,
        among: Collection[int] | None = None,
        idle_limit: int | None = None,
    ) -> int:
        """Tries until `is_over` (asked with the tries made). The number of tries. The plan that stands then may be worse than the best one.

        `share_done` (0 to 1) tells how cold it is; `among`: only these requests are touched (None: all).
        """
        standing = self.standing
        best, tries, idle = standing.best, 0, 0
        between = max(FEWEST_BETWEEN, len(self.least) // SHARE_BETWEEN)
        # A tangled request takes seconds to place: the clock is looked at before each try.
        while (idle_limit is None or idle < idle_limit) and not is_over(tries):
            if tries % between == 0:
                self._look(among)
                if not self._seeds:
                    break
            tries += 1
            idle += 1
            (seed,) = self.random.choices(self._seeds, cum_weights=self._weights)
            heat = -self._temperature * (1 - min(share_done(), 1.0)) ** 2 * log(1 - self.random.random())
            changed = self._try(seed, int(heat), among)
            self.vain[seed] = 0 if changed else self.vain[seed] + 1
            if standing.best < best:
                best, idle = standing.best, 0
        return tries

    def _look(self, among: Collection[int] | None) -> None:
        """Who costs more than alone now."""
        regrets = self.standing.regrets(self.least, among)
        self._seeds = [position for position, _ in regrets]
        self._weights = []
        total = 0.0
        for position, regret in regrets:
            total += (isqrt(regret) + 1) / (1 + WEARINESS * self.vain[position])
            self._weights.append(total)
        self._temperature = WARMTH * sorted(regret for _, regret in regrets)[len(regrets) // 2] if regrets else 0.0

    def _try(self, seed: int, heat: int, among: Collection[int] | None) -> bool:
        """Takes out whoever is in the way of the seed, and places all again; whether that was kept (the plan may be the same, or somewhat worse)."""
        standing, random, least = self.standing, self.random, self.least
        members = self.ruin.members(standing, seed, random)
        if among is not None:
            members = [each for each in members if each in among]
        draw = random.random()
        if draw < 0.5:
            random.shuffle(members)
        elif draw < 0.8:
            members.sort(key=lambda each: -standing.instance.requests[each].weight)
        seed_first = random.random() < SEED_FIRST
        members.insert(0 if seed_first else random.randint(0, len(members)), seed)
        old = standing.stood(members)
        # What may be spent beyond what everybody costs alone.
        spare = sum(each.cost - least[each.position] for each in old) + heat
        most_for_seed = standing.cost[seed] - 1 if seed_first else None
        for each in members:
            standing.take_out(each)
        for each in members:
            most = spare + least[each]
            if most_for_seed is not None and each == seed:
                most = min(most, most_for_seed)
            left_out = standing.left_out[each]
            placed = standing.find(each, min(left_out, most) + 1)
            if placed is not None:
                standing.put(each, placed.placement, placed.cost)
            elif left_out > most:
                break
            spare -= standing.cost[each] - least[each]
        else:
            if standing.keeps_rules(old):
                standing.mark(old)
                return any(standing.plan.get(each.position) != each.placement for each in old)
        standing.put_back(old)
        return False
