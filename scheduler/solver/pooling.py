"""Interchangeable units as one pool: a chamber among four alike need not be chosen while planning.

Units that are alike in everything a plan can see become one resource with their capacities added up. Parts of
tasks are intervals that take one unit each, and intervals of which at most n overlap can always be shared
out among n units (first free unit, in order of start), so nothing is lost and nothing is gained, but the
solver no longer has to refute every renumbering of the same plan.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

from scheduler.ticks.instance import Instance, Placement, Plan, TickBooking, TickMode, TickRequest, TickRequirement


@dataclass(frozen=True, slots=True)
class Pooling:
    """`pooled` has the same resources, but only the first unit of a pool is still a candidate, for all.

    `members` lists the units of each pool by its first; `first_of` maps every other unit to it.
    """

    original: Instance
    pooled: Instance
    members: dict[int, tuple[int, ...]]
    first_of: dict[int, int]

    def pool_plan(self, plan: Plan) -> Plan:
        """A plan of the original as one of the pooled instance."""
        return {position: tuple(self._pool_booking(each) for each in placement) for position, placement in plan.items()}

    def _pool_booking(self, booking: TickBooking) -> TickBooking:
        resources = tuple(tuple(sorted(self.first_of.get(r, r) for r in served)) for served in booking.resources)
        return booking if resources == booking.resources else replace(booking, resources=resources)

    def share_out(self, plan: Plan) -> Plan:
        """A plan of the pooled instance as one of the original."""
        parts: dict[int, list[tuple[int, int, tuple[int, int, int]]]] = defaultdict(list)
        for position, placement in plan.items():
            for b, booking in enumerate(placement):
                requirements = self.pooled.requests[position].tasks[booking.task].modes[booking.mode].requirements
                for k, (requirement, served) in enumerate(zip(requirements, booking.resources, strict=True)):
                    for resource in served:
                        if resource in self.members:
                            parts[resource].append((booking.start + requirement.begin, booking.start + requirement.end, (position, b, k)))
        units: dict[tuple[int, int, int], int] = {}
        for pool, wanted in parts.items():
            lanes = [[unit, 0] for unit in self.members[pool] for _ in range(self.original.resources[unit].capacity)]
            for start, end, key in sorted(wanted):
                lane = next(each for each in lanes if each[1] <= start)
                units[key], lane[1] = lane[0], end
        return {position: _renamed(placement, position, units) for position, placement in plan.items()}


def _renamed(placement: Placement, position: int, units: dict[tuple[int, int, int], int]) -> Placement:
    return tuple(
        replace(
            booking,
            # Only requirements of a single unit are pooled.
            resources=tuple((units[position, b, k],) if (position, b, k) in units else served for k, served in enumerate(booking.resources)),
        )
        for b, booking in enumerate(placement)
    )


def pool(instance: Instance) -> Pooling:
    """The pooling of `instance`; it may have no pools, and has none where a plan is told by its resources (quotas, limited moves)."""
    if instance.quotas or instance.most_moves is not None:
        return Pooling(instance, instance, {}, {})
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    barred = _barred(instance)
    roles: dict[int, list[object]] = defaultdict(list)
    for position, request in enumerate(instance.requests):
        for t, task in enumerate(request.tasks):
            for m, mode in enumerate(task.modes):
                for k, requirement in enumerate(mode.requirements):
                    limited = dict(requirement.limited)
                    for resource in requirement.candidates:
                        if resource not in barred:
                            roles[resource].append((position, t, m, k, limited.get(resource), resource in requirement.preferred))
    for resource, seen in roles.items():
        each = instance.resources[resource]
        groups[tuple(seen), each.capacity, each.is_person, each.site, each.institute, each.open].append(resource)
    members = {units[0]: tuple(units) for units in groups.values() if len(units) > 1}
    first_of = {unit: first for first, units in members.items() for unit in units[1:]}
    if not members:
        return Pooling(instance, instance, {}, {})
    resources = list(instance.resources)
    for first, units in members.items():
        resources[first] = replace(resources[first], capacity=sum(resources[unit].capacity for unit in units))
    dropped = frozenset(first_of)
    requests = tuple(_without(request, dropped) for request in instance.requests)
    return Pooling(instance, replace(instance, resources=tuple(resources), requests=requests), members, first_of)


def _barred(instance: Instance) -> set[int]:
    """Resources that a plan can tell from others alike: by frozen or current bookings, by links, by demand or count, by what follows what on them."""
    barred = {use.resource for use in instance.fixed_uses}
    counts_people = bool(instance.scalars["people"])
    barred.update(r for r, each in enumerate(instance.resources) if each.is_special or (counts_people and each.is_person))
    for request in instance.requests:
        linked = {t for link in request.links if link.kind in ("same_resource", "same_people") for t in link.tasks}
        for _, booking, _ in request.current:
            if booking is not None:
                barred.update(r for served in booking.resources for r in served)
        for t, task in enumerate(request.tasks):
            for mode in task.modes:
                for requirement in mode.requirements:
                    if t in linked or requirement.demand > 1 or requirement.count > 1:
                        barred.update(requirement.candidates)
    return barred


def _without(request: TickRequest, dropped: frozenset[int]) -> TickRequest:
    return replace(request, tasks=tuple(replace(task, modes=tuple(_mode(each, dropped) for each in task.modes)) for task in request.tasks))


def _mode(mode: TickMode, dropped: frozenset[int]) -> TickMode:
    return replace(mode, requirements=tuple(_requirement(each, dropped) for each in mode.requirements))


def _requirement(requirement: TickRequirement, dropped: frozenset[int]) -> TickRequirement:
    if dropped.isdisjoint(requirement.candidates):
        return requirement
    return replace(
        requirement,
        candidates=tuple(each for each in requirement.candidates if each not in dropped),
        limited=tuple(each for each in requirement.limited if each[0] not in dropped),
    )
