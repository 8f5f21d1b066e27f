"""Parts of tasks that can always be served, whatever the others do, and so need no decision.

A requirement with more candidates than all its rivals together can take (rivals: other parts that
might use one of them at the same time) is left out of the model and served at the end. Once it is
out it is nobody's rival, so others follow: those left out last are served first.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scheduler.errors import ModelInvalid
from scheduler.placement import bits
from scheduler.solver.domains import NOWHERE, ModeDomain, RequestDomain
from scheduler.ticks.instance import Instance, Placement, Plan, TickBooking, TickRequest, TickRequirement, Ticks

Key = tuple[int, int, int, int]
"""(request, task, mode, requirement), by position."""


@dataclass(frozen=True, slots=True)
class _Part:
    key: Key
    candidates: frozenset[int]
    earliest: Ticks
    latest: Ticks
    units: int


def easy_parts(
    instance: Instance, positions: Sequence[int], domains: Sequence[RequestDomain], known: frozenset[Key], is_over: Callable[[], bool] = lambda: False
) -> list[Key]:
    """Parts of the requests at `positions` that can be left out beside those `known` already, in the order of leaving them out; none if it `is_over` before."""
    blocked = {use.resource for use in instance.fixed_uses if instance.resources[use.resource].capacity > 1}
    watched = _watched(instance)
    travellers = frozenset(r for r, each in enumerate(instance.resources) if each.travel is not None)
    parts: list[_Part] = []
    wanted: list[tuple[_Part, list[tuple[frozenset[int], Ticks, Ticks]], TickRequirement]] = []
    for position, domain in zip(positions, domains, strict=True):
        request = instance.requests[position]
        for t, modes in enumerate(domain.tasks):
            is_free = _is_free(request, domain, t) and not (travellers and _is_travelled_to(travellers, request, t))
            for m, mode in enumerate(modes):
                for k, candidates in enumerate(mode.candidates):
                    key = (position, t, m, k)
                    if key in known:
                        continue
                    requirement = request.tasks[t].modes[m].requirements[k]
                    earliest, latest = bits.lowest(mode.starts) + requirement.begin, mode.starts.bit_length() - 1 + requirement.end
                    part = _Part(key, frozenset(candidates), earliest, latest, requirement.count * requirement.demand)
                    parts.append(part)
                    is_plain = requirement.demand == 1 and not requirement.preferred and not requirement.different_institutes
                    if is_free and is_plain and (not watched or watched.isdisjoint(candidates)):
                        wanted.append((part, _options(instance, mode, k, requirement, blocked), requirement))
    return _peel(instance, parts, wanted, is_over)


def _is_free(request: TickRequest, domain: RequestDomain, task: int) -> bool:
    """Whether it makes no difference who serves the task."""
    return (
        not any(t == task and booking is not None for t, booking, _ in request.current)
        and not any(task in link.tasks for link in request.links if link.kind != "same_site")
        and sum(task in place.tasks for place in domain.places) <= 1
    )


def _watched(instance: Instance) -> frozenset[int]:
    """Resources whose every use counts somewhere beyond what is free of them."""
    counts_people = bool(instance.scalars["people"])
    special = (r for r, each in enumerate(instance.resources) if each.is_special or (counts_people and each.is_person))
    return frozenset(special).union(*(quota.resources for quota in instance.quotas))


def _is_travelled_to(travellers: frozenset[int], request: TickRequest, task: int) -> bool:
    """Whether somebody who travels may serve the task, so that it matters where it is."""
    data = request.tasks[task]
    if not data.takes_place or data.site != NOWHERE:
        return False
    return any(not travellers.isdisjoint(requirement.candidates) for mode in data.modes for requirement in mode.requirements)


def _options(instance: Instance, mode: ModeDomain, k: int, requirement: TickRequirement, blocked: set[int]) -> list[tuple[frozenset[int], Ticks, Ticks]]:
    """Per site: who can serve at every start there, and the ticks that this takes."""
    found = []
    for site, starts in mode.by_site.items():
        if starts:
            near = frozenset(
                resource
                for resource, possible in mode.candidates[k].items()
                if possible & starts == starts and resource not in blocked and (site == NOWHERE or instance.resources[resource].site in (site, NOWHERE))
            )
            found.append((near, bits.lowest(starts) + requirement.begin, starts.bit_length() - 1 + requirement.end))
    return found


def _peel(
    instance: Instance,
    parts: list[_Part],
    wanted: list[tuple[_Part, list[tuple[frozenset[int], Ticks, Ticks]], TickRequirement]],
    is_over: Callable[[], bool],
) -> list[Key]:
    users: dict[int, list[_Part]] = defaultdict(list)
    for part in parts:
        for resource in part.candidates:
            users[resource].append(part)
    rivals: dict[tuple[Key, int], int] = {}
    rival_of: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for number, (part, options, _) in enumerate(wanted):
        # Of a thousand requests this takes ten seconds and more.
        if number % 16 == 0 and is_over():
            return []
        for option, (near, earliest, latest) in enumerate(options):
            met = {p.key: p for resource in near for p in users[resource] if p.earliest < latest and earliest < p.latest and p.key != part.key}
            rivals[part.key, option] = sum(p.units for p in met.values())
            for key in met:
                rival_of[key].append((number, option))

    def is_easy(number: int) -> bool:
        part, options, requirement = wanted[number]
        return all(
            _sure([instance.resources[resource].capacity for resource in near], rivals[part.key, option]) >= requirement.count
            for option, (near, _, _) in enumerate(options)
        )

    units = {part.key: part.units for part in parts}
    order: list[Key] = []
    done: set[int] = set()
    ready = [number for number in range(len(wanted)) if is_easy(number)]
    while ready:
        number = ready.pop()
        if number in done:
            continue
        done.add(number)
        key = wanted[number][0].key
        order.append(key)
        for other, option in rival_of[key]:
            rivals[wanted[other][0].key, option] -= units[key]
            if other not in done and is_easy(other):
                ready.append(other)
    return order


def _sure(capacities: list[int], rivals: int) -> int:
    """How many of the resources have a unit left, however `rivals` units are taken of them."""
    left = len(capacities)
    for capacity in sorted(capacities):
        rivals -= capacity
        if rivals < 0:
            break
        left -= 1
    return left


def eased(position: int, domain: RequestDomain, easy: frozenset[Key]) -> RequestDomain:
    """`domain` without the candidates of easy parts."""
    tasks = tuple(
        tuple(
            replace(mode, candidates=tuple({} if (position, t, m, k) in easy else each for k, each in enumerate(mode.candidates)))
            for m, mode in enumerate(modes)
        )
        for t, modes in enumerate(domain.tasks)
    )
    return replace(domain, tasks=tasks)


def serve(instance: Instance, domains: Sequence[RequestDomain], plan: Plan, order: Sequence[Key]) -> Plan:
    """`plan` with its easy parts (`order`: as they were left out) served anew; `domains` are what they were judged by, or narrower.

    Raises: ModelInvalid if one cannot be, which would be our fault.
    """
    easy = frozenset(order)
    served: dict[Key, tuple[int, ...]] = {}
    taken: dict[int, list[tuple[Ticks, Ticks, int]]] = defaultdict(list)
    sites: dict[tuple[int, int], int] = {}
    for position, placement in plan.items():
        request = instance.requests[position]
        for booking in placement:
            for k, requirement in enumerate(request.tasks[booking.task].modes[booking.mode].requirements):
                if (position, booking.task, booking.mode, k) not in easy:
                    for resource in booking.resources[k]:
                        taken[resource].append((booking.start + requirement.begin, booking.start + requirement.end, requirement.demand))
        sites.update({(position, t): site for t, site in _sites(instance, position, domains[position], placement, easy).items()})
    placed = {(position, booking.task): booking for position, placement in plan.items() for booking in placement}
    for key in reversed(order):
        position, t, m, k = key
        found = placed.get((position, t))
        if found is None or found.mode != m:
            continue
        requirement = instance.requests[position].tasks[t].modes[m].requirements[k]
        start, end = found.start + requirement.begin, found.start + requirement.end
        site = sites.get((position, t))
        chosen = []
        for resource, possible in domains[position].tasks[t][m].candidates[k].items():
            is_near = site is None or instance.resources[resource].site in (site, NOWHERE)
            meeting = [each for each in taken[resource] if each[0] < end and start < each[1]]
            # Counted as if all met at once: never too few.
            if is_near and possible >> found.start & 1 and sum(each[2] for each in meeting) < instance.resources[resource].capacity:
                chosen.append(resource)
                if len(chosen) == requirement.count:
                    break
        if len(chosen) < requirement.count:
            raise ModelInvalid(f"nobody is left to serve a part of request {instance.requests[position].id!r} that was to be easy")
        for resource in chosen:
            taken[resource].append((start, end, 1))
        served[key] = tuple(sorted(chosen))
    return {position: tuple(_with(position, booking, served) for booking in placement) for position, placement in plan.items()}


def _sites(instance: Instance, position: int, domain: RequestDomain, placement: Placement, easy: frozenset[Key]) -> dict[int, int]:
    """The site of each task that has a place: where what is served already is, and where all starts are possible."""
    found = {}
    booked = {booking.task: booking for booking in placement}
    for place in domain.places:
        here = [booked[t] for t in place.tasks]
        used = {
            instance.resources[resource].site
            for b in here
            for k, resources in enumerate(b.resources)
            if (position, b.task, b.mode, k) not in easy
            for resource in resources
        } - {NOWHERE}
        fits = [site for site in place.sites if used <= {site} and all(domain.tasks[b.task][b.mode].by_site.get(site, 0) >> b.start & 1 for b in here)]
        for t in place.tasks if fits else ():
            found[t] = fits[0]
    return found


def _with(position: int, booking: TickBooking, served: dict[Key, tuple[int, ...]]) -> TickBooking:
    resources = tuple(served.get((position, booking.task, booking.mode, k), each) for k, each in enumerate(booking.resources))
    return replace(booking, resources=resources)
