"""Whom to take out of a plan so that one request, the seed, can be done sooner: those who stand where it could.

Somewhere between the start that the seed would have alone and the one it has, one of its parts meets others on one of its
candidates: these come out. Longest work on fewest units is looked at first, for that is mostly what one waits for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Instance, Ticks

MOST = 10
"""Requests taken out at once, the seed among them."""

MOST_TO_FIT = 40
"""But so many where no fewer make room: long work on many shared units is in the way of much that is short."""

MOST_LOOKED_AT = 8
"""Candidates that are looked at for somebody in the way."""

NEXT_PART = 0.15
"""How often the next part of the seed is looked at instead of that with most work on fewest units."""

FURTHER = 0.3
"""How often one more comes out: somebody in the way of those who are."""

SOME_ONLY = 0.3
"""How often only some of those come out that would have to."""

EARLINESS = 1.5
"""The larger, the nearer to the seed's own best start others are taken out."""


@dataclass(frozen=True, slots=True)
class Part:
    """A requirement of a task: `demand` units in `[start + begin, start + end)`, the resources that could serve it, and how much work that is per unit."""

    task: int
    begin: Ticks
    end: Ticks
    demand: int
    candidates: tuple[int, ...]
    load: float


class Ruin:
    """Chooses who comes out; remembers what each request would have alone."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._empty = Occupancy(instance)
        self._parts: list[tuple[Part, ...] | None] = [None] * len(instance.requests)
        self._alone: list[dict[int, Ticks] | None] = [None] * len(instance.requests)

    def members(self, standing: Standing, seed: int, random: Random, most: int = MOST) -> list[int]:
        """Up to `most` - 1 requests in the way of the seed; it is not among them."""
        parts = self.parts(seed)
        if not parts:
            return []
        first = 0
        while first + 1 < len(parts) and random.random() < NEXT_PART:
            first += 1
        share = random.random() ** EARLINESS
        size = random.randint(1, most - 1)
        found: list[int] = []
        for part in (*parts[first:], *parts[:first]):
            found = self._met(standing, seed, part, share, random)
            if found:
                break
        if len(found) > MOST_TO_FIT or (len(found) > size and random.random() < SOME_ONLY):
            found = random.sample(found, min(size, len(found)))
        known = {seed, *found}
        while found and len(found) < most - 1 and random.random() < FURTHER:
            other = random.choice(found)
            more = [each for each in self._met(standing, other, self.parts(other)[0], random.random(), random) if each not in known]
            if not more:
                break
            found.append(random.choice(more))
            known.add(found[-1])
        return found

    def parts(self, position: int) -> tuple[Part, ...]:
        """The parts of a request, most work on fewest units first."""
        found = self._parts[position]
        if found is None:
            found = self._parts[position] = tuple(sorted(self._made(position), key=lambda each: -each.load))
        return found

    def load(self, position: int) -> float:
        """Work per unit that could do it, of the part with most."""
        parts = self.parts(position)
        return parts[0].load if parts else 0.0

    def _made(self, position: int) -> list[Part]:
        resources = self.instance.resources
        return [
            Part(
                t,
                each.begin,
                each.end,
                each.demand,
                each.candidates,
                (each.end - each.begin) * each.demand * each.count / sum(resources[r].capacity for r in each.candidates),
            )
            for t, task in enumerate(self.instance.requests[position].tasks)
            for mode in task.modes
            for each in mode.requirements
        ]

    def _met(self, standing: Standing, position: int, part: Part, share: float, random: Random) -> list[int]:
        """Who is booked on some candidate of the part when it would be done, that much of the way from its best start to the one it has."""
        early, late = self.wait(standing, position, part)
        first = early + int((late - part.end + part.begin - early) * share)
        last = first + part.end - part.begin
        count = len(part.candidates)
        offset = random.randrange(count)
        for number in range(min(count, MOST_LOOKED_AT)):
            resource = part.candidates[(offset + number) % count]
            found = self.in_the_way(standing, resource, part.demand, first, last, position, lambda _: random.random())
            if found:
                return found
        return []

    def wait(self, standing: Standing, position: int, part: Part) -> tuple[Ticks, Ticks]:
        """From when the part would be done if the request were alone, to when it is over now; if it is left out, to when it could be at the latest."""
        early = self.starts_alone(position).get(part.task, 0)
        placement = standing.plan.get(position)
        if placement is None:
            late = max(mode.last_start for mode in self.instance.requests[position].tasks[part.task].modes)
        else:
            late = next((each.start for each in placement if each.task == part.task), early)
        return early + part.begin, late + part.end

    def in_the_way(self, standing: Standing, resource: int, demand: int, first: Ticks, last: Ticks, position: int, rank: Callable[[int], float]) -> list[int]:
        """Who has to go so that the request at `position` finds so many units free in `[first, last)`; where there is a choice, least rank first."""
        met = [each for each in standing.booked[resource] if each[0] < last and first < each[1] and each[3] != position]
        if self.instance.resources[resource].is_batch:
            # A run has one recipe and one length: there is room for another one only where the whole run goes.
            return list(dict.fromkeys(each[3] for each in met))
        most = self.instance.resources[resource].capacity - demand
        if sum(each[2] for each in met) <= most:
            return []
        met.sort(key=lambda each: -rank(each[3]))
        # A request may be there twice.
        gone: dict[int, None] = {}
        for moment in sorted({max(each[0], first) for each in met}):
            there = [each for each in met if each[0] <= moment < each[1]]
            taken = sum(each[2] for each in there)
            while taken > most:
                out = there.pop()
                taken -= out[2]
                met.remove(out)
                gone[out[3]] = None
        return list(gone)

    def starts_alone(self, position: int) -> dict[int, Ticks]:
        """When the tasks of a request would start if it were alone."""
        found = self._alone[position]
        if found is None:
            placed = place(self.instance, self._empty, position)
            found = self._alone[position] = {} if placed is None else {each.task: each.start for each in placed.placement}
        return found
