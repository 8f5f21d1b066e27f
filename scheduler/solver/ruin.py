"""Whom to take out of a plan so that one request, the seed, can be done sooner: those who stand where it could.

Somewhere between the start that the seed would have alone and the one it has, one of its parts meets others on one of its
candidates: these come out. Longest work on fewest units is looked at first, for that is mostly what one waits for.
"""

from dataclasses import dataclass
from random import Random

from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Instance, Ticks

MOST = 10
"""Requests taken out at once, the seed among them."""

MOST_LOOKED_AT = 8
"""Candidates that are looked at for somebody in the way."""

NEXT_PART = 0.15
"""How often the next part of the seed is looked at instead of that with most work on fewest units."""

FURTHER = 0.3
"""How often one more comes out: somebody in the way of those who are."""

EARLINESS = 1.5
"""The larger, the nearer to the seed's own best start others are taken out."""


@dataclass(frozen=True, slots=True)
class Part:
    """A requirement of a task: `[start + begin, start + end)`, the resources that could serve it, and how much work that is per unit."""

    task: int
    begin: Ticks
    end: Ticks
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
            found = self._in_the_way(standing, seed, part, share, random)
            if found:
                break
        if len(found) > size:
            found = random.sample(found, size)
        known = {seed, *found}
        while found and len(found) < most - 1 and random.random() < FURTHER:
            other = random.choice(found)
            more = [each for each in self._in_the_way(standing, other, self.parts(other)[0], random.random(), random) if each not in known]
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

    def _made(self, position: int) -> list[Part]:
        resources = self.instance.resources
        return [
            Part(
                t,
                each.begin,
                each.end,
                each.candidates,
                (each.end - each.begin) * each.demand * each.count / sum(resources[r].capacity for r in each.candidates),
            )
            for t, task in enumerate(self.instance.requests[position].tasks)
            for mode in task.modes
            for each in mode.requirements
        ]

    def _in_the_way(self, standing: Standing, position: int, part: Part, share: float, random: Random) -> list[int]:
        """Who is booked on some candidate of the part when it would be done, that much of the way from its best start to the one it has."""
        early = self._starts_alone(position).get(part.task, 0)
        placement = standing.plan.get(position)
        if placement is None:
            late = max(mode.last_start for mode in self.instance.requests[position].tasks[part.task].modes)
        else:
            late = next((each.start for each in placement if each.task == part.task), early)
        first = early + int((late - early) * share) + part.begin
        last = first + part.end - part.begin
        count = len(part.candidates)
        offset = random.randrange(count)
        for number in range(min(count, MOST_LOOKED_AT)):
            found = {
                other for start, end, other in standing.booked[part.candidates[(offset + number) % count]] if start < last and first < end and other != position
            }
            if found:
                return sorted(found)
        return []

    def _starts_alone(self, position: int) -> dict[int, Ticks]:
        found = self._alone[position]
        if found is None:
            placed = place(self.instance, self._empty, position)
            found = self._alone[position] = {} if placed is None else {each.task: each.start for each in placed.placement}
        return found
