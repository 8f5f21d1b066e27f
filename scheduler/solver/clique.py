"""Lower bounds of the makespan: requests that cannot be served at the same time, and work that does not fit into what there is.

All of it holds for any served part of the requests, because a plan may leave some out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scheduler.placement import bits
from scheduler.solver.domains import ModeDomain, RequestDomain
from scheduler.ticks.instance import Bits, Instance, TickMode, TickRequest

MOST_NODES = 500
"""Requests among which a clique is looked for."""

MOST_WORK = 1_000_000
"""Requests looked at in all nodes of the search tree together; so many take about a second."""

SWAPS, REST = 1_000, 10
"""Steps of the local search before, and for how many of them who has left stays out."""

MOST_SETS = 200
"""Sets of resources whose work is added up."""

Item = tuple[int, int, int]
"""(release, request, minutes of work)."""


@dataclass(frozen=True, slots=True)
class Load:
    """Of whichever of these requests are served (one at least), the last is complete no sooner than `offset` + their minutes of work / `capacity`.

    `minutes`: no sooner than this if all are served. Minutes count from the origin.
    """

    work: tuple[tuple[int, int], ...]
    capacity: int
    offset: int
    minutes: int


def loads_of(instance: Instance, domains: Sequence[RequestDomain], is_over: Callable[[], bool] | None = None) -> list[Load]:
    """Loads that bound the makespan of every plan within `domains`, the largest first; smaller ones if `is_over` ends the search for them early."""
    found = [*_pool_loads(instance, domains), *_clique_loads(instance, domains, is_over)]
    return sorted(found, key=lambda each: -each.minutes)


def least_surcharge(load: Load, weight: int, surcharges: Sequence[int]) -> int:
    """The least that the makespan, times `weight`, and requests left out cost together; `surcharges` is what leaving out each request costs."""
    capacity = load.capacity
    out = [surcharges[position] for position, _ in load.work]
    some = weight * load.offset - -sum(min(weight * minutes, capacity * each) for (_, minutes), each in zip(load.work, out, strict=True)) // capacity
    return max(0, min(sum(out), some), min(min(out), weight * load.minutes))


def _pool_loads(instance: Instance, domains: Sequence[RequestDomain]) -> Iterable[Load]:
    """For each set of resources: the work that nobody else can do, from the best release on."""
    parts = _parts(instance, domains)
    slack = _slack(instance, domains)
    # Who serves a task that pauses is taken while shut, so its work says nothing about open hours.
    pauses = any(each.idle for request in instance.requests for task in request.tasks for mode in task.modes for each in mode.requirements)
    largest = sorted(parts, key=lambda each: (-len(parts[each]), sorted(each)))[:MOST_SETS]
    for pool in largest:
        members = [part for inner, those in parts.items() if inner <= pool for part in those]
        capacity = sum(instance.resources[each].capacity for each in pool)
        load = _best_load(_least_work(instance, domains, members), capacity, slack)
        if load is not None:
            is_open = instance.resources[next(iter(pool))].open if len(pool) == capacity == 1 and not pauses else None
            yield load if is_open is None else _by_calendar(load, is_open, slack, instance.tick_minutes)


Part = tuple[int, int, int, int, int]
"""(request, task, mode, first tick, ticks x units of work)."""


def _parts(instance: Instance, domains: Sequence[RequestDomain]) -> dict[frozenset[int], list[Part]]:
    """Per set of candidates what is asked of it; what a task takes after its end does not count. Batch resources are no measure."""
    found: dict[frozenset[int], list[Part]] = defaultdict(list)
    for position, (request, domain) in enumerate(zip(instance.requests, domains, strict=True)):
        for t, modes in enumerate(_alive(request, domain)):
            for m, mode, possible in modes:
                for requirement, kept in zip(mode.requirements, possible.candidates, strict=True):
                    length = min(requirement.end, mode.ticks) - requirement.begin
                    if length > 0 and not any(instance.resources[each].is_batch for each in kept):
                        first = bits.lowest(possible.starts) + requirement.begin
                        found[frozenset(kept)].append((position, t, m, first, length * requirement.count * requirement.demand))
    return found


def _alive(request: TickRequest, domain: RequestDomain) -> list[list[tuple[int, TickMode, ModeDomain]]]:
    return [
        [(m, mode, possible) for m, (mode, possible) in enumerate(zip(task.modes, modes, strict=True)) if possible.starts]
        for task, modes in zip(request.tasks, domain.tasks, strict=False)
    ]


def _slack(instance: Instance, domains: Sequence[RequestDomain]) -> int:
    """Minutes by which a task may end, as it is counted, before the tick up to which it takes its resources."""
    tick = instance.tick_minutes
    ends = (
        mode.ticks * tick - mode.minutes
        for request, domain in zip(instance.requests, domains, strict=True)
        for modes in _alive(request, domain)
        for _, mode, _ in modes
    )
    return max(ends, default=0)


def _least_work(instance: Instance, domains: Sequence[RequestDomain], members: Iterable[Part]) -> list[Item]:
    """What each task must take of the set, in the mode that takes least of it; nothing if some mode does without."""
    tick = instance.tick_minutes
    taken: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    first: dict[tuple[int, int], int] = {}
    for position, t, m, begin, work in members:
        taken[position, t][m] += work
        first[position, t] = min(begin, first.get((position, t), begin))
    items = []
    for (position, t), by_mode in taken.items():
        if len(by_mode) == sum(1 for mode in domains[position].tasks[t] if mode.starts):
            items.append((first[position, t] * tick, position, min(by_mode.values()) * tick))
    return items


def _best_load(items: Iterable[Item], capacity: int, slack: int) -> Load | None:
    """The load of those that are released latest, as many as give most; None without any."""
    best: tuple[int, int, int] | None = None
    ranked = sorted(items, reverse=True)
    total = 0
    for count, (release, _, minutes) in enumerate(ranked, 1):
        total += minutes
        bound = release - slack - -total // capacity
        if best is None or bound > best[0]:
            best = bound, count, release
    if best is None:
        return None
    bound, count, release = best
    work: dict[int, int] = defaultdict(int)
    for _, position, minutes in ranked[:count]:
        work[position] += minutes
    return Load(tuple(sorted(work.items())), capacity, release - slack, bound)


def _by_calendar(load: Load, is_open: Bits, slack: int, tick: int) -> Load:
    """The load of a single unit with its `minutes` counted in open ticks only."""
    left = sum(minutes for _, minutes in load.work) // tick
    is_open >>= max(0, load.offset + slack) // tick
    if is_open.bit_count() < left:
        return load
    low, high = 0, is_open.bit_length()
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if (is_open & bits.ones(middle)).bit_count() >= left else (middle + 1, high)
    minutes = max(load.offset, -slack) + low * tick
    return Load(load.work, load.capacity, load.offset, max(load.minutes, minutes))


def _clique_loads(instance: Instance, domains: Sequence[RequestDomain], is_over: Callable[[], bool] | None) -> Iterable[Load]:
    """The heaviest set of requests of one task no two of which can be served at the same time."""
    tick = instance.tick_minutes
    holds: list[tuple[int, dict[int, int], int, int]] = []
    for position, (request, domain) in enumerate(zip(instance.requests, domains, strict=True)):
        alive = _alive(request, domain)
        if len(alive) == 1:
            forced = _forced(instance, [(mode, possible) for _, mode, possible in alive[0]])
            if forced:
                length = min(mode.ticks for _, mode, _ in alive[0]) * tick
                release = min(bits.lowest(possible.starts) for _, _, possible in alive[0]) * tick
                holds.append((position, forced, length, release))
    holds = sorted(holds, key=lambda each: (-each[2], each[0]))[:MOST_NODES]
    if not holds:
        return
    neighbours = _conflicts(instance, [forced for _, forced, _, _ in holds])
    chosen = heaviest_clique(neighbours, [length for _, _, length, _ in holds], is_over=is_over)
    items = [(holds[each][3], holds[each][0], holds[each][2]) for each in chosen]
    load = _best_load(items, 1, _slack(instance, domains))
    if load is not None:
        yield load


def _forced(instance: Instance, modes: Sequence[tuple[TickMode, ModeDomain]]) -> dict[int, int]:
    """The resources that the task takes in every mode for its whole length, with the least demand."""
    held: list[dict[int, int]] = []
    for mode, possible in modes:
        own: dict[int, int] = defaultdict(int)
        for requirement, kept in zip(mode.requirements, possible.candidates, strict=True):
            if requirement.begin <= 0 and requirement.end >= mode.ticks and len(kept) == requirement.count:
                for each in kept:
                    if not instance.resources[each].is_batch:
                        own[each] += requirement.demand
        held.append(own)
    common = set.intersection(*(set(each) for each in held))
    return {resource: min(each[resource] for each in held) for resource in sorted(common)}


def _conflicts(instance: Instance, forced: Sequence[dict[int, int]]) -> list[int]:
    """Per node the nodes, as a set of bits, that want too much of a resource together with it."""
    users: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for node, held in enumerate(forced):
        for resource, demand in held.items():
            users[resource].append((node, demand))
    neighbours = [0] * len(forced)
    for resource, those in users.items():
        capacity = instance.resources[resource].capacity
        for index, (node, demand) in enumerate(those):
            for other, more in those[:index]:
                if demand + more > capacity:
                    neighbours[node] |= 1 << other
                    neighbours[other] |= 1 << node
    return neighbours


def heaviest_clique(neighbours: Sequence[int], weights: Sequence[int], most_work: int = MOST_WORK, is_over: Callable[[], bool] | None = None) -> list[int]:
    """The nodes, ascending, of a clique that is the heaviest unless the work was too much or `is_over` said so; `neighbours` as sets of bits.

    Branch and bound: nodes no two of which are neighbours give a clique one of them at most.
    """
    best: list[int] = []
    best_weight = -1
    work = 0
    # Greedily from each node, the heaviest neighbour first: mostly the best already, and without it nothing is cut off.
    order = sorted(range(len(weights)), key=lambda node: (-weights[node], node))
    for seed in order:
        clique, common = [seed], neighbours[seed]
        for node in order:
            if common >> node & 1:
                clique.append(node)
                common &= neighbours[node]
        weight = sum(weights[node] for node in clique)
        if weight > best_weight:
            best, best_weight = clique, weight

    swapped = _swap(neighbours, weights, best)
    best, best_weight = swapped, sum(weights[node] for node in swapped)

    def expand(candidates: int, chosen: list[int], weight: int) -> None:
        nonlocal best, best_weight, work
        work += candidates.bit_count()
        if is_over is not None and is_over():
            work = most_work
        if weight > best_weight:
            best, best_weight = chosen.copy(), weight
        classes = _classes(candidates, neighbours, weights)
        for node, bound in reversed(classes):
            if weight + bound <= best_weight or work >= most_work:
                return
            chosen.append(node)
            expand(candidates & neighbours[node], chosen, weight + weights[node])
            chosen.pop()
            candidates ^= 1 << node

    expand((1 << len(weights)) - 1, [], 0)
    return sorted(best)


def _swap(neighbours: Sequence[int], weights: Sequence[int], clique: Sequence[int]) -> list[int]:
    """The heaviest clique met while nodes are taken in one by one, those in the way leaving; who has just left stays out for a while."""
    inside = sum(1 << node for node in clique)
    weight = best_weight = sum(weights[node] for node in clique)
    best = list(clique)
    rests = [0] * len(weights)
    for step in range(1, SWAPS + 1):
        gain, chosen = -best_weight, -1
        for node, own in enumerate(weights):
            if rests[node] <= step and not inside >> node & 1:
                out = inside & ~neighbours[node]
                while out and own > gain:
                    own -= weights[bits.lowest(out)]
                    out &= out - 1
                if own > gain:
                    gain, chosen = own, node
        if chosen < 0:
            break
        out = inside & ~neighbours[chosen]
        inside = inside ^ out | 1 << chosen
        weight += gain
        while out:
            rests[bits.lowest(out)] = step + REST
            out &= out - 1
        if weight > best_weight:
            best_weight, best = weight, [node for node in range(len(weights)) if inside >> node & 1]
    return best


def _classes(candidates: int, neighbours: Sequence[int], weights: Sequence[int]) -> list[tuple[int, int]]:
    """The nodes in classes without neighbours, each with the most that it and the nodes before it can give."""
    found: list[tuple[int, int]] = []
    before = 0
    while candidates:
        free, heaviest = candidates, 0
        members = []
        while free:
            node = bits.lowest(free)
            members.append(node)
            candidates ^= 1 << node
            free &= ~(neighbours[node] | 1 << node)
        members.sort(key=lambda node: weights[node])
        for node in members:
            heaviest = max(heaviest, weights[node])
            found.append((node, before + heaviest))
        before += heaviest
    return found
