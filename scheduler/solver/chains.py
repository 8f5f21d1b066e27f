"""Ejection chains: a request takes the place of others, who look for one elsewhere and may send smaller ones away in turn, until all stand.

Ruin and recreate puts all back at once, each where there is room already. Long work on many units finds none that way when what is in its way
is itself too large for any gap; here whoever finds no room makes some, at the cost of those with least work per unit first.

Source: Glover, Ejection chains, reference structures and alternating path methods, 1996; Nagata and Bräysy, A powerful route minimization
heuristic for the vehicle routing problem with time windows, 2009 (ejection pool).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import inf
from random import Random

from scheduler.solver.domains import NOWHERE
from scheduler.solver.ruin import Part, Ruin
from scheduler.solver.standing import Standing, Stood
from scheduler.ticks.instance import Ticks

MOST_MOVED = 60
"""Requests that one chain may move."""

LOOKED_AT, MOST_TRIED = (6, 12, 24, 48, 96), 2
"""For one that finds no room, one of these numbers of places is looked at, and the best of them tried: few give variety, many less work to move."""

MOST_SERVERS = 6
"""Of those who could serve the other parts of the same task, so many are looked at."""

EARLINESS = 1.5
"""The larger, the nearer to its own best start a request looks for others to send away."""

WEARINESS = 0.2
"""How much rarer a chain begins with a request for each time that it was in vain."""

SHARE_BETWEEN = 50
"""Between two looks at who costs more than alone there is one step for so many requests."""

STEP_SECONDS = 0.0006
"""What one look for a place counts on the repeatable clock."""


@dataclass(slots=True)
class _Chain:
    """Where those stood that the chain has moved, who has pushed others away, and what may still be spent beyond what each costs alone."""

    old: dict[int, Stood] = field(default_factory=dict)
    settled: set[int] = field(default_factory=set)
    spare: int = 0


class Chains:
    """Changes a standing plan for the better; may be called again and again. `least` is what each request costs at least."""

    def __init__(self, standing: Standing, least: Sequence[int], random: Random, ruin: Ruin) -> None:
        self.standing = standing
        self.least = least
        self.random = random
        self.ruin = ruin
        self.steps = 0
        self.vain = [0] * len(least)
        self._chain = _Chain()

    def run(self, is_over: Callable[[int], bool], *, among: Collection[int] | None = None) -> int:
        """Chains until `is_over` (asked with the steps made). The number of steps. Only requests of `among` are touched (None: all)."""
        self.steps = looked = 0
        seeds: list[int] = []
        weights: list[float] = []
        while not is_over(self.steps):
            if not seeds or self.steps - looked > len(self.least) // SHARE_BETWEEN:
                looked = self.steps
                seeds, weights = self._look(among)
                if not seeds:
                    break
            (seed,) = self.random.choices(seeds, cum_weights=weights)
            self.steps += 1
            if self.standing.cost[seed] > self.least[seed]:
                self.vain[seed] = 0 if self.chase(seed, among, is_over) else self.vain[seed] + 1
        return self.steps

    def _look(self, among: Collection[int] | None) -> tuple[list[int], list[float]]:
        """Who costs more than alone now, and how often chains begin there (added up)."""
        regrets = self.standing.regrets(self.least, among)
        return [position for position, _ in regrets], list(accumulate(regret / (1 + WEARINESS * self.vain[position]) for position, regret in regrets))

    def chase(self, seed: int, among: Collection[int] | None = None, is_over: Callable[[int], bool] = lambda _: False) -> bool:
        """One chain that begins with the seed, which must cost less than before, and all together too; else, or if `is_over` before, all is as it was.

        Whether it succeeded.
        """
        standing = self.standing
        before, most_for_seed = standing.total, standing.cost[seed] - 1
        self._chain = chain = _Chain()
        self._take_out(seed)
        waiting = [seed]
        while waiting:
            if is_over(self.steps):
                break
            waiting.sort(key=self.ruin.load)
            position = waiting.pop()
            most = most_for_seed if position == seed else standing.left_out[position]
            if self._put(position, most):
                continue
            ejected = self._make_room(position, most, among)
            if ejected is not None:
                waiting += ejected
            elif position == seed or standing.left_out[position] - self.least[position] > chain.spare:
                break
            else:
                # It is left out, which is dear, but not as dear as what the chain has gained.
                chain.spare -= standing.left_out[position] - self.least[position]
        else:
            if standing.total < before and standing.keeps_rules(chain.old.values()):
                standing.mark(chain.old.values())
                return True
        standing.put_back(chain.old.values())
        return False

    def _make_room(self, position: int, most: int, among: Collection[int] | None) -> list[int] | None:
        """Puts the request where others stand, who are out then; None, and nothing is changed, if that leads nowhere."""
        chain, standing = self._chain, self.standing
        for ejected in self._ways_to_make_room(position, among)[:MOST_TRIED]:
            if len(chain.old.keys() | set(ejected)) > MOST_MOVED:
                continue
            now, new, spare = standing.stood(ejected), [each for each in ejected if each not in chain.old], chain.spare
            for each in ejected:
                self._take_out(each)
            if self._put(position, most):
                chain.settled.add(position)
                return ejected
            standing.put_back(now)
            chain.spare = spare
            for each in new:
                del chain.old[each]
        return None

    def _ways_to_make_room(self, position: int, among: Collection[int] | None) -> list[list[int]]:
        """Sets of requests without which the task with most work could be done at some moment; least work first. Who has pushed others away stays."""
        standing, random, settled = self.standing, self.random, self._chain.settled
        parts = self.ruin.parts(position)
        if not parts:
            return []
        part = parts[0]
        early, late = self.ruin.wait(standing, position, part)

        def stays(other: int) -> bool:
            return other in settled or (among is not None and other not in among)

        def rank(other: int) -> float:
            return inf if stays(other) else self.ruin.load(other) * (0.5 + random.random())

        found = []
        for _ in range(random.choice(LOOKED_AT)):
            start = early + int((late - part.end + part.begin - early) * random.random() ** EARLINESS) - part.begin
            resource = random.choice(part.candidates)
            ejected = dict.fromkeys(self.ruin.in_the_way(standing, resource, part.demand, start + part.begin, start + part.end, position, rank))
            site = standing.instance.resources[resource].site
            for other in parts[1:]:
                if other.task == part.task:
                    ejected.update(dict.fromkeys(self._least_in_the_way(other, site, start, position, rank)))
            if ejected and not any(map(stays, ejected)):
                found.append(list(ejected))
        return sorted(found, key=lambda each: sum(map(self.ruin.load, each)))

    def _least_in_the_way(self, part: Part, site: int, start: Ticks, position: int, rank: Callable[[int], float]) -> list[int]:
        """Who has to go from one of those resources at the site that could serve the part; nobody, if one is free."""
        resources = self.standing.instance.resources
        near = [each for each in part.candidates if resources[each].site in (site, NOWHERE)]
        best: list[int] = []
        for resource in self.random.sample(near, min(len(near), MOST_SERVERS)):
            met = self.ruin.in_the_way(self.standing, resource, part.demand, start + part.begin, start + part.end, position, rank)
            if not met:
                return []
            if not best or len(met) < len(best):
                best = met
        return best

    def _take_out(self, position: int) -> None:
        standing, chain = self.standing, self._chain
        if position not in chain.old:
            (chain.old[position],) = standing.stood([position])
        chain.spare += standing.cost[position] - self.least[position]
        standing.take_out(position)

    def _put(self, position: int, most: int) -> bool:
        """Puts the request where there is room, for at most `most` and what is left to spend; whether that was possible."""
        standing, chain = self.standing, self._chain
        self.steps += 1
        placed = standing.find(position, min(most, self.least[position] + chain.spare) + 1)
        if placed is None:
            return False
        standing.put(position, placed.placement, placed.cost)
        chain.spare -= placed.cost - self.least[position]
        return True
