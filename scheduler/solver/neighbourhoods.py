"""Which requests to plan anew together: each kind of neighbourhood is a function from a plan to some of its requests."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isqrt
from random import Random

from scheduler.solver.bound import Ideal
from scheduler.solver.construct import freedom
from scheduler.solver.rivals import taken_by
from scheduler.ticks.instance import Instance, Plan, Ticks

MOST_CANDIDATES = 16
"""A requirement with more candidates than this makes nobody related: somebody will be free."""

LEFT_OUT = "left out"
"""The kind that comes before the others while requests are left out."""

NOISE = 0.3
"""How far chance shifts a distance in time, as a share of it: else the same neighbours would come again and again."""


@dataclass(frozen=True)
class Landscape:
    """A plan with what each of its requests costs by itself; `ideal` tells what each would cost alone."""

    instance: Instance
    ideal: Ideal
    plan: Plan
    cost: Sequence[int]

    @cached_property
    def taken(self) -> Mapping[int, list[tuple[Ticks, Ticks, int, int]]]:
        """Per resource: (start, end, demand, request), the request -1 for frozen bookings."""
        return taken_by(self.instance, self.plan)

    @cached_property
    def spans(self) -> dict[int, tuple[Ticks, Ticks]]:
        """First start and last end of each request that has bookings."""
        found = {}
        for position, placement in self.plan.items():
            if placement:
                tasks = self.instance.requests[position].tasks
                found[position] = (min(each.start for each in placement), max(each.start + tasks[each.task].modes[each.mode].ticks for each in placement))
        return found

    @cached_property
    def runs(self) -> dict[tuple[int, Ticks, Ticks], list[int]]:
        """Members of each batch run, by resource, start and end."""
        found: dict[tuple[int, Ticks, Ticks], list[int]] = defaultdict(list)
        for resource, uses in self.taken.items():
            if self.instance.resources[resource].is_batch:
                for start, end, _, position in uses:
                    if position >= 0:
                        found[resource, start, end].append(position)
        return found

    @cached_property
    def regrets(self) -> list[tuple[int, int]]:
        """The requests that cost more than alone, each with how much."""
        return [(position, cost - least) for position, (cost, least) in enumerate(zip(self.cost, self.ideal.scalars, strict=True)) if cost > least]


Kind = Callable[[Landscape, Random, int], Sequence[int]]
"""Up to about so many requests; fewer than two if this kind has nothing to offer."""


def by_rivals(land: Landscape, random: Random, size: int) -> Sequence[int]:
    """A request drawn by its regret, and requests that hold, when it could be done sooner, what it could be done with."""
    seed = _seed(land, random)
    if seed is None:
        return ()
    request, domain = land.instance.requests[seed], land.ideal.domains[seed]
    latest = max((each.start for each in land.plan.get(seed, ())), default=land.instance.ticks)
    found: set[int] = set()
    for task, modes in zip(request.tasks, domain.tasks, strict=False):
        for tick_mode, mode in zip(task.modes, modes, strict=True):
            for requirement, candidates in zip(tick_mode.requirements, mode.candidates, strict=False):
                if len(candidates) > MOST_CANDIDATES:
                    continue
                for resource, starts in candidates.items():
                    first = (starts & -starts).bit_length() - 1 + requirement.begin
                    found.update(position for start, end, _, position in land.taken.get(resource, ()) if end > first and start < latest + requirement.end)
    related = sorted(found - {seed, -1})
    return (seed, *(related if len(related) < size else random.sample(related, size - 1)))


def by_left_out(land: Landscape, random: Random, size: int) -> Sequence[int]:
    """A request that is left out though it could be served alone, and those that hold what it could have, the harder to do without the sooner."""
    waiting = [each for each, domain in enumerate(land.ideal.domains) if each not in land.plan and domain.can_serve]
    if not waiting:
        return ()
    seed = random.choice(waiting)
    blame: dict[int, float] = defaultdict(float)
    for task in land.instance.requests[seed].tasks:
        for mode in task.modes:
            for requirement in mode.requirements:
                # Who holds one of few candidates for a task that cannot wait is most in the way, for however short a time.
                weight = 1 / max(1, freedom(mode, requirement))
                first, last = mode.first_start + requirement.begin, mode.last_start + requirement.end
                for resource in requirement.candidates:
                    for start, end, _, position in land.taken.get(resource, ()):
                        if position >= 0 and start < last and first < end:
                            blame[position] += weight * (1 + NOISE * random.random())
    blamed = sorted(blame, key=lambda each: -blame[each])
    # Not always the same: half of the places go to others who are in the way at all.
    chosen = blamed[: size // 2]
    rest = blamed[size // 2 :]
    return (seed, *chosen, *random.sample(rest, min(len(rest), size - 1 - len(chosen))))


def by_time(land: Landscape, random: Random, size: int) -> Sequence[int]:
    """A request drawn by its regret, or any, and those that are booked nearest to it in time."""
    seed = _seed(land, random) if random.random() < 0.5 else None
    if seed is None or seed not in land.spans:
        if not land.spans:
            return ()
        seed = random.choice(list(land.spans))
    start, end = land.spans[seed]
    length = max(1, end - start)

    def distance(position: int) -> float:
        first, last = land.spans[position]
        apart = max(0, first - end, start - last) + abs(first + last - start - end) / 4
        return (apart + length / 8) * (1 + NOISE * (2 * random.random() - 1))

    left_out = [each for each, _ in land.regrets if each not in land.spans]
    near = sorted((each for each in land.spans if each != seed), key=distance)
    return (seed, *near[: size - 1], *random.sample(left_out, min(len(left_out), 2)))


def by_resource(land: Landscape, random: Random, size: int) -> Sequence[int]:
    """Requests that follow one another on one resource, or on two that are alike."""
    busy = [(resource, uses) for resource, uses in land.taken.items() if len({each[3] for each in uses} - {-1}) > 1]
    if not busy:
        return ()
    resource, uses = random.choice(sorted(busy))
    pivot = random.choice(uses)[0]
    both = list(uses)
    others = [each for each, _ in busy if each != resource and land.instance.resources[each].capacity == land.instance.resources[resource].capacity]
    if others and random.random() < 0.5:
        both += land.taken[random.choice(sorted(others))]
    nearest = sorted(both, key=lambda use: abs(use[0] - pivot))
    return tuple(dict.fromkeys(use[3] for use in nearest if use[3] >= 0))[:size]


def by_runs(land: Landscape, random: Random, size: int) -> Sequence[int]:
    """The members of a batch run and of runs near to it: on the same resource, or of the same recipe."""
    if not land.runs:
        return ()
    keys = sorted(land.runs)
    seed = random.choice(keys)
    recipe = _recipe(land, seed)
    alike = random.random() < 0.5

    def distance(key: tuple[int, Ticks, Ticks]) -> float:
        far = abs(key[1] - seed[1]) + (1 if key[0] == seed[0] else 2)
        related = _recipe(land, key) == recipe if alike else key[0] == seed[0]
        return far * (1.0 if related else 4.0) * (1 + NOISE * random.random())

    found: dict[int, None] = {}
    for key in sorted(keys, key=distance):
        if len(found) >= size:
            break
        found.update(dict.fromkeys(land.runs[key]))
    return tuple(found)


def by_chance(land: Landscape, random: Random, size: int) -> Sequence[int]:
    """Any requests."""
    count = len(land.instance.requests)
    return random.sample(range(count), min(size, count))


def by_completion(land: Landscape, random: Random, size: int) -> Sequence[int]:
    """Requests that are complete last, and others that want what they want: only those can shorten the whole."""
    if not land.spans:
        return ()
    last = max(end for _, end in land.spans.values())
    final = [each for each, (_, end) in land.spans.items() if end == last]
    resources = {resource for position in final for booking in land.plan[position] for served in booking.resources for resource in served}
    related = sorted({use[3] for resource in resources for use in land.taken.get(resource, ())} - {-1, *final})
    chosen = final[: size // 2]
    return (*chosen, *random.sample(related, min(len(related), size - len(chosen))))


def kinds_for(instance: Instance) -> dict[str, Kind]:
    """The kinds that suit the instance, by name."""
    found: dict[str, Kind] = {LEFT_OUT: by_left_out, "rivals": by_rivals, "time": by_time, "resource": by_resource}
    if any(each.is_batch for each in instance.resources):
        found["runs"] = by_runs
    if instance.scalars["makespan"]:
        found["completion"] = by_completion
    if instance.is_coupled:
        found["chance"] = by_chance
    return found


def with_whole_runs(land: Landscape, members: Sequence[int]) -> tuple[int, ...]:
    """`members` and whoever would be left in a batch run that nobody of those left makes that long; ascending."""
    found = set(members)
    waiting = True
    while waiting:
        waiting = False
        for key, inside in land.runs.items():
            left = [each for each in inside if each not in found]
            if left and len(left) < len(inside) and not any(_opens(land, each, key) for each in left):
                found.update(left)
                waiting = True
    return tuple(sorted(found))


def _opens(land: Landscape, position: int, key: tuple[int, Ticks, Ticks]) -> bool:
    tasks = land.instance.requests[position].tasks
    return any(
        each.start == key[1] and tasks[each.task].modes[each.mode].opens_run and any(key[0] in served for served in each.resources)
        for each in land.plan[position]
    )


def _recipe(land: Landscape, key: tuple[int, Ticks, Ticks]) -> int:
    resource, start, _ = key
    for position in land.runs[key]:
        tasks = land.instance.requests[position].tasks
        for each in land.plan[position]:
            for requirement, served in zip(tasks[each.task].modes[each.mode].requirements, each.resources, strict=True):
                if resource in served and each.start == start:
                    return requirement.recipe
    return -1


def _seed(land: Landscape, random: Random) -> int | None:
    if not land.regrets:
        return None
    (seed,) = random.choices([position for position, _ in land.regrets], [isqrt(regret) + 1 for _, regret in land.regrets])
    return seed
