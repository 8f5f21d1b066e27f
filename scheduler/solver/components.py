"""Groups of requests that cannot get in each other's way.

Within their domains, two requests meet only where all that could be taken of a resource at one tick is
more than it has; on a special resource, whenever they come. Requests that are not joined by such ticks can be planned
apart, and their optima add up, unless common limits or the objective couple them all.
"""

from collections import defaultdict
from collections.abc import Sequence

from scheduler.placement import bits
from scheduler.solver.domains import RequestDomain
from scheduler.solver.starts import profile
from scheduler.ticks.instance import COUPLED_TERMS, Bits, Instance


def components(instance: Instance, domains: Sequence[RequestDomain]) -> list[tuple[int, ...]]:
    """The positions in `domains` (as in `instance.requests`) as disjoint groups, smallest first."""
    if are_coupled(instance):
        return [tuple(range(len(domains)))] if domains else []
    leader = list(range(len(domains)))

    def find(position: int) -> int:
        while leader[position] != position:
            leader[position] = leader[leader[position]]
            position = leader[position]
        return position

    for meeting in _meetings(instance, domains):
        first = find(meeting[0])
        for other in meeting[1:]:
            leader[find(other)] = first
    groups: dict[int, list[int]] = defaultdict(list)
    for position in range(len(domains)):
        groups[find(position)].append(position)
    return sorted((tuple(each) for each in groups.values()), key=lambda each: (len(each), each))


def are_coupled(instance: Instance) -> bool:
    """Whether no request can be planned without the others, wherever it is placed."""
    return bool(instance.quotas) or instance.most_moves is not None or any(instance.scalars[name] for name in COUPLED_TERMS)


def _meetings(instance: Instance, domains: Sequence[RequestDomain]) -> list[list[int]]:
    """Sets of requests that could together take too much of a resource at neighbouring ticks."""
    fixed = profile(instance)
    found = []
    for resource, parts in possible_uses(instance, domains).items():
        if len({position for position, _, _ in parts}) < 2:
            continue
        if instance.resources[resource].is_special:
            # What stands between two uses, or limits their number, reaches beyond the ticks that they take.
            found.append(list({position: None for position, _, _ in parts}))
            continue
        taken = [mask for _, mask, demand in parts for _ in range(demand)]
        taken += [bits.span(start, end) for start, end, amount in fixed.get(resource, ()) for _ in range(amount)]
        hot = bits.at_least(instance.resources[resource].capacity + 1, taken)
        while hot:
            low = bits.lowest(hot)
            length = bits.lowest(~(hot >> low))
            run = bits.span(low, low + length)
            hot ^= run
            found.append(list({position: None for position, mask, _ in parts if mask & run}))
    return [each for each in found if len(each) > 1]


def possible_uses(instance: Instance, domains: Sequence[RequestDomain]) -> dict[int, list[tuple[int, Bits, int]]]:
    """Per resource: (request, ticks that one of its parts may cover, demand). One part for all starts of one requirement."""
    found: dict[int, list[tuple[int, Bits, int]]] = defaultdict(list)
    for position, (request, domain) in enumerate(zip(instance.requests, domains, strict=True)):
        for task, modes in zip(request.tasks, domain.tasks, strict=False):
            for tick_mode, mode in zip(task.modes, modes, strict=True):
                for requirement, candidates in zip(tick_mode.requirements, mode.candidates, strict=False):
                    for resource, starts in candidates.items():
                        begin = requirement.begin
                        mask = bits.smear(starts << begin if begin >= 0 else starts >> -begin, requirement.end - begin)
                        found[resource].append((position, mask, requirement.demand))
    return found
