"""Kicks: a request takes the place of others, whatever that costs at first; they are improved around it for a while, and a plan that is cheaper then is kept.

Ruin and recreate and chains take a step only if all stand for less after it, or for little more. Where a run of weeks on most of a
chamber is left out, no such step brings it in: dozens of others have to be arranged anew first, and until then the plan costs far more.

Source: Lourenço, Martin and Stützle, Iterated local search, 2003.
"""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from math import inf
from random import Random

from scheduler.solver.ruin import Part, Ruin
from scheduler.solver.standing import Standing, Stood

LOOKED_AT, MOST_TRIED = (10, 30, 100, 300), 3
"""One of these numbers of places is looked at, and the best of them tried: few give variety, many less to arrange anew."""

EARLINESS = 1.5
"""The larger, the nearer to its own best start the request takes a place."""

WEARINESS = 1.0
"""How much rarer a request is chosen for each time that it was in vain."""

KICK_SECONDS = 0.02
"""What a kick counts on the repeatable clock, apart from what follows."""

Heal = Callable[[Collection[int]], float]
"""Improves the plan by moving those requests only; what that took of the repeatable clock."""


class Kicks:
    """Changes a standing plan for the better; may be called again and again. `least` is what each request costs at least."""

    def __init__(self, standing: Standing, least: Sequence[int], random: Random, ruin: Ruin) -> None:
        self.standing = standing
        self.least = least
        self.random = random
        self.ruin = ruin
        self.vain = [0] * len(least)
        self._near = lru_cache(maxsize=256)(self._who_is_near)

    def run(self, heal: Heal, among: Collection[int] | None = None) -> float | None:
        """One kick: only requests of `among` are touched (None: all). The plan is as it was unless it costs less.

        What it took of the repeatable clock; None if nobody costs more than alone.
        """
        regrets = self.standing.regrets(self.least, among)
        if not regrets:
            return None
        (seed,) = self.random.choices([position for position, _ in regrets], [regret / (1 + self.vain[position]) for position, regret in regrets])
        return self.kick(seed, heal, among)

    def kick(self, seed: int, heal: Heal, among: Collection[int] | None = None) -> float:
        """As `run`, for that request."""
        standing = self.standing
        self.vain[seed] += 1
        parts = self.ruin.parts(seed)
        if not parts:
            return KICK_SECONDS
        near = self._near(parts[0].candidates)
        region = near if among is None else near.intersection(among)
        old, before, best = standing.stood(region | {seed}), standing.total, standing.best
        if not self._take_place(seed, parts[0], region):
            return KICK_SECONDS
        standing.mark(old)
        spent = KICK_SECONDS + heal(region - {seed})
        if standing.total < before or standing.best < best:
            self.vain[seed] = 0
            return spent
        self._restore(old)
        return spent

    def _take_place(self, seed: int, part: Part, region: Collection[int]) -> bool:
        """Puts the seed where others stand, and these wherever there is room now; else nothing is changed."""
        standing = self.standing
        for ejected in self._ways_to_make_room(seed, part, region)[:MOST_TRIED]:
            old = standing.stood([seed, *ejected])
            for stood in old:
                standing.take_out(stood.position)
            for each in [seed, *sorted(ejected, key=self.ruin.load, reverse=True)]:
                placed = standing.find(each, old[0].cost if each == seed else standing.left_out[each] + 1)
                if placed is not None:
                    standing.put(each, placed.placement, placed.cost)
                elif each == seed:
                    break
            else:
                if standing.keeps_rules(old):
                    return True
            self._restore(old)
        return False

    def _ways_to_make_room(self, seed: int, part: Part, region: Collection[int]) -> list[list[int]]:
        """Sets of requests without which the part could be done at some moment; those with least weight times work first."""
        standing, random, weight = self.standing, self.random, self._weight
        early, late = self.ruin.wait(standing, seed, part)

        def rank(other: int) -> float:
            return weight(other) * (0.5 + random.random()) if other in region else inf

        found = []
        for _ in range(random.choice(LOOKED_AT)):
            first = early + int((late - part.end + part.begin - early) * random.random() ** EARLINESS)
            resource = random.choice(part.candidates)
            ejected = self.ruin.in_the_way(standing, resource, part.demand, first, first + part.end - part.begin, seed, rank)
            if ejected and all(each in region for each in ejected):
                found.append(ejected)
        return sorted(found, key=lambda each: sum(map(weight, each)))

    def _restore(self, old: Sequence[Stood]) -> None:
        """All of them stand where they stood; most never moved."""
        self.standing.put_back([each for each in old if self.standing.plan.get(each.position) != each.placement])

    def _who_is_near(self, candidates: tuple[int, ...]) -> frozenset[int]:
        """The requests whose largest part could be done on one of those resources, or where one of these could be."""
        largest = {position: each[0].candidates for position in range(len(self.least)) if (each := self.ruin.parts(position))}
        first = set(candidates)
        second = first.union(*(each for each in largest.values() if not first.isdisjoint(each)))
        return frozenset(position for position, each in largest.items() if not second.isdisjoint(each))

    def _weight(self, position: int) -> float:
        return self.ruin.load(position) * self.standing.instance.requests[position].weight
