"""Some requests of a large plan planned anew by CP-SAT, beside the bookings of those nearby: what is far away is not even looked at."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

from scheduler.placement.cost import request_cost
from scheduler.solver.anew import plan_cut
from scheduler.solver.beside import beside
from scheduler.solver.budget import Budget
from scheduler.solver.ruin import Ruin
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Instance, Plan
from scheduler.ticks.uses import uses_of

FEWEST, MOST, START = 4, 60, 10
"""Requests of a neighbourhood. On an empty lab CP-SAT solves 18 to the end and 27 no more; beside what others have booked, some more."""

SECONDS = 1.0
"""What one neighbourhood may take, on the repeatable clock."""


Members = Callable[[Standing, Ruin, int, int, Random, Collection[int] | None], list[int]]
"""Chooses a neighbourhood of a seed: about so many requests, the seed among them, none but those named (None: any)."""


@dataclass(slots=True)
class Size:
    """How many requests can just be solved to the end: grows when they are, shrinks when not."""

    requests: float = START

    def learn(self, is_proved: bool) -> None:
        """One neighbourhood more was solved, to the end or not."""
        self.requests = min(MOST, self.requests * 1.03 + 0.1) if is_proved else max(FEWEST, self.requests * 0.92)


def members_around(standing: Standing, ruin: Ruin, seed: int, size: int, random: Random, among: Collection[int] | None) -> list[int]:
    """The seed, those in its way, those in theirs ..., up to `size` requests, ascending."""
    found = {seed: None}
    vain = 0
    while len(found) < size and vain < 2 * size:
        centre = seed if random.random() < 0.5 else random.choice(list(found))
        more = [each for each in ruin.members(standing, centre, random, size) if each not in found and (among is None or each in among)]
        vain += not more
        found.update(dict.fromkeys(more[: size - len(found)]))
    return sorted(found)


def members_within(standing: Standing, ruin: Ruin, seed: int, size: int, random: Random, among: Collection[int] | None) -> list[int]:
    """The seed and whoever is booked, between the start that the seed would have alone and its end, on units that it could have; up to `size`, ascending.

    Unit after unit, the seed's own first: a unit is rearranged only if most of what is on it may move.
    """
    part = ruin.parts(seed)[0]
    first, last = ruin.wait(standing, seed, part)
    own = {resource for each in standing.plan.get(seed, ()) if each.task == part.task for served in each.resources for resource in served}
    units = sorted(part.candidates, key=lambda resource: (resource not in own, random.random()))
    found = {seed}
    for resource in units:
        here = sorted({each[3] for each in standing.booked[resource] if each[0] < last and first < each[1] and (among is None or each[3] in among)} - found)
        room = size - len(found)
        if len(here) > room:
            here = random.sample(here, room) if len(found) == 1 else []
        found.update(here)
    return sorted(found)


def nearby(standing: Standing, members: Sequence[int]) -> Instance:
    """The requests at `members` alone, with the bookings that others have on what these could be done with as frozen ones."""
    instance = standing.instance
    if instance.is_coupled:
        # What the others use up of common limits counts wherever it is.
        return beside(instance, members, standing.plan)
    own = frozenset(members)
    windows: dict[int, tuple[int, int]] = {}
    for position in members:
        for task in instance.requests[position].tasks:
            for mode in task.modes:
                for each in mode.requirements:
                    first, last = mode.first_start + each.begin, mode.last_start + each.end
                    for resource in each.candidates:
                        known = windows.get(resource)
                        windows[resource] = (first, last) if known is None else (min(first, known[0]), max(last, known[1]))
    others = {
        position
        for resource, (first, last) in windows.items()
        for start, end, _, position in standing.booked[resource]
        if start < last and first < end and position not in own
    }
    uses = [
        use
        for position in sorted(others)
        for use in uses_of(instance, instance.requests[position], standing.plan[position], -1_000_000 - position)
        if use.resource in windows
    ]
    fixed = tuple(each for each in instance.fixed_uses if each.resource in windows)
    return replace(instance, requests=tuple(instance.requests[each] for each in members), fixed_uses=(*fixed, *uses))


def replan(standing: Standing, members: Sequence[int], budget: Budget, random: Random) -> tuple[bool, float]:
    """Plans the members anew, exactly where that is possible in time; the better plan stands then.

    Whether it was solved to the end, and the seconds of the repeatable clock that it took. Raises: ModelInvalid.
    """
    start = {k: standing.plan[each] for k, each in enumerate(members) if each in standing.plan}
    found = plan_cut(nearby(standing, members), start, budget, random)
    stand(standing, members, {members[k]: placement for k, placement in found.plan.items()})
    return found.is_proved, found.deterministic_seconds


def stand(standing: Standing, members: Iterable[int], better: Plan) -> None:
    """The members stand as in `better` (who is not in it is left out) if that costs no more and keeps the rules; else everything is as it was."""
    old = standing.stood(each for each in members if standing.plan.get(each) != better.get(each))
    before = standing.total
    for each in old:
        standing.take_out(each.position)
    for each in old:
        placement = better.get(each.position)
        if placement is not None:
            standing.put(each.position, placement, request_cost(standing.instance, standing.instance.requests[each.position], placement))
    if standing.total <= before and standing.keeps_rules(old):
        standing.mark(old)
    else:
        standing.put_back(old)
