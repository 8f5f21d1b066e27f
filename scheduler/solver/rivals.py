"""Who is in whose way: the bookings of a plan that a placement of some requests, made as if they were alone, would run into."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence

from scheduler.solver.domains import RequestDomain
from scheduler.ticks.instance import Instance, Plan, TickBooking, TickRequest, Ticks
from scheduler.ticks.uses import uses_of

Taken = dict[int, list[tuple[Ticks, Ticks, int, int]]]
"""Per resource: (start, end, demand, request), the request -1 for frozen bookings."""


def taken_by(instance: Instance, plan: Plan) -> Taken:
    """What `plan` and the frozen bookings take."""
    taken: Taken = defaultdict(list)
    for use in instance.fixed_uses:
        taken[use.resource].append((use.start, use.end, use.demand, -1))
    for position, placement in plan.items():
        for use in uses_of(instance, instance.requests[position], placement, position):
            taken[use.resource].append((use.start, use.end, use.demand, position))
    return taken


def rivals(instance: Instance, domains: Sequence[RequestDomain], alone: Plan, plan: Plan) -> Counter[int]:
    """Requests of `plan` that stand in the way of `alone`, each with the ticks of it; empty if all of `alone` fits in.

    Where somebody else, free at that time, could serve instead, nobody counts as standing in the way, unless nothing else does.
    `domains`: what is possible for each request of the instance.
    """
    others = taken_by(instance, {position: placement for position, placement in plan.items() if position not in alone})
    both = taken_by(instance, {**{position: placement for position, placement in plan.items() if position not in alone}, **alone})
    hard: Counter[int] = Counter()
    soft: Counter[int] = Counter()
    for position, placement in sorted(alone.items()):
        request = instance.requests[position]
        for booking in placement:
            for k, requirement in enumerate(request.tasks[booking.task].modes[booking.mode].requirements):
                start, end = booking.start + requirement.begin, booking.start + requirement.end
                for resource in booking.resources[k]:
                    met = _in_the_way(instance, both, resource, start, end, 0)
                    soft.update(met)
                    if met and not _has_other(instance, domains[position], others, booking, k, resource, request):
                        hard.update(met)
    return hard or soft


def _in_the_way(instance: Instance, taken: Taken, resource: int, start: Ticks, end: Ticks, more: int) -> Counter[int]:
    """Requests that are booked where, with `more` units on top, more is taken than there is within `[start, end)`; with the ticks of it."""
    meeting = [each for each in taken.get(resource, ()) if each[0] < end and start < each[1]]
    capacity = instance.resources[resource].capacity
    found: Counter[int] = Counter()
    if sum(each[2] for each in meeting) + more <= capacity:
        return found
    edges = sorted({start, end, *(edge for each in meeting for edge in each[:2] if start < edge < end)})
    for first, last in itertools.pairwise(edges):
        here = [each for each in meeting if each[0] < last and first < each[1]]
        if sum(each[2] for each in here) + more > capacity:
            for each in here:
                found[each[3]] += last - first
    return found


def _has_other(instance: Instance, domain: RequestDomain, others: Taken, booking: TickBooking, k: int, resource: int, request: TickRequest) -> bool:
    requirement = request.tasks[booking.task].modes[booking.mode].requirements[k]
    site = instance.resources[resource].site
    start, end = booking.start + requirement.begin, booking.start + requirement.end
    return any(
        possible >> booking.start & 1
        and instance.resources[other].site in (site, -1)
        and (other not in booking.resources[k])
        and not _in_the_way(instance, others, other, start, end, requirement.demand)
        for other, possible in domain.tasks[booking.task][booking.mode].candidates[k].items()
    )
