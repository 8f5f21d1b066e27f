"""The ways to settle what tasks of one request share: site by site, resource by resource, group of people by group of people.

Once a setting is chosen, links bind nothing any more but `different_institutes`, and every task can be looked at alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, product

from scheduler.placement.ties import NO_SITE, loose_ties, site_groups, sites_of
from scheduler.ticks.instance import Instance, TickBooking, TickLink, TickMode, TickRequest, Ticks, TickTask


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do a task in a setting: mode, who may serve each requirement, and the start if it is given."""

    mode: int
    members: tuple[tuple[int, ...], ...]
    start: Ticks | None = None


Ways = tuple[tuple[Way, ...], ...]
"""Per task its ways; none of them empty."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Ways per task, and per task the persons who must all take part (None: whoever)."""

    ways: Ways
    people: tuple[frozenset[int] | None, ...]


def settings(instance: Instance, request: TickRequest, fixed: Mapping[int, TickBooking]) -> Iterator[Setting]:
    """Every setting; together they hold every placement of the request in which the `fixed` bookings stand."""
    count = len(request.tasks)
    for ways in (ways for each in _loosened(instance, request) for ways in _at_sites(instance, each, fixed)):
        for shared in _same_resources(request, ways, [each for each in request.links if each.kind == "same_resource"]):
            yield from _same_people(instance, request, Setting(shared, (None,) * count), [each for each in request.links if each.kind == "same_people"])


def _loosened(instance: Instance, request: TickRequest) -> Iterator[TickRequest]:
    """The request, and as it is if some of the tasks that tie same_site links together are nowhere and so tie nothing."""
    yield request
    loose = loose_ties(request, [each.site for each in instance.resources])
    for size in range(1, len(loose) + 1):
        for chosen in combinations(loose, size):
            links = []
            for link in request.links:
                kept = tuple(task for task in link.tasks if task not in chosen) if link.kind == "same_site" else link.tasks
                if len(kept) > 1:
                    links.append(replace(link, tasks=kept))
            tasks = tuple(_nowhere(instance, task) if number in chosen else task for number, task in enumerate(request.tasks))
            yield replace(request, tasks=tasks, links=tuple(links))


def _nowhere(instance: Instance, task: TickTask) -> TickTask:
    """The task with no candidates but those without a site."""

    def narrow(mode: TickMode) -> TickMode:
        wanted = (replace(each, candidates=tuple(c for c in each.candidates if instance.resources[c].site == NO_SITE)) for each in mode.requirements)
        return replace(mode, requirements=tuple(wanted))

    return replace(task, modes=tuple(narrow(mode) for mode in task.modes))


def institutes(instance: Instance, resources: Iterable[int]) -> frozenset[int]:
    """The institutes of the resources that have one."""
    return frozenset(instance.resources[each].institute for each in resources) - {-1}


def _at_sites(instance: Instance, request: TickRequest, fixed: Mapping[int, TickBooking]) -> Iterator[Ways]:
    """Ways with the site chosen for all tasks that must agree, or disagree, on it."""
    site_of = [each.site for each in instance.resources]
    apart = {task for link in request.links if link.kind == "different_institutes" for task in link.tasks}
    groups = site_groups(len(request.tasks), request.links)
    choices: list[list[dict[int, tuple[Way, ...]]]] = []
    for group in groups:
        linked = len(group) > 1
        if not linked and not request.tasks[group[0]].one_site:
            options = [{group[0]: _ways(request, group[0], None, site_of, fixed)}]
        else:
            sites = dict.fromkeys(site for task in group for mode in request.tasks[task].modes for site in sites_of(mode, site_of))
            options = [{task: _ways(request, task, site, site_of, fixed) for task in group} for site in sites or {NO_SITE: None}]
            options = [each for each in options if all(each.values())]
            if not linked and group[0] not in apart and options:
                # Nobody else cares where this task is: all its sites at once.
                options = [{group[0]: tuple(dict.fromkeys(way for each in options for way in each[group[0]]))}]
        options = [each for each in options if all(each.values())]
        if not options:
            return
        choices.append(options)
    for combined in product(*choices):
        chosen = {task: ways for option in combined for task, ways in option.items()}
        ways = tuple(chosen[task] for task in range(len(request.tasks)))
        if not any(_must_clash(instance, link, ways) for link in request.links if link.kind == "different_institutes"):
            yield ways


def _ways(request: TickRequest, task: int, site: int | None, site_of: list[int], fixed: Mapping[int, TickBooking]) -> tuple[Way, ...]:
    """The ways to do a task at a site (None: wherever); only the fixed one if its booking stands."""
    booking = fixed.get(task)
    ways = []
    for index, mode in enumerate(request.tasks[task].modes):
        if booking is not None and booking.mode != index:
            continue
        members = tuple(tuple(c for c in each.candidates if site is None or site_of[c] in (site, NO_SITE)) for each in mode.requirements)
        own = request.tasks[task].site
        if own != NO_SITE:
            members = tuple(tuple(c for c in those if site_of[c] in (own, NO_SITE)) for those in members)
        start = None
        if booking is not None:
            if any(not set(booked) <= set(those) for booked, those in zip(booking.resources, members, strict=True)):
                continue
            members, start = booking.resources, booking.start
        if all(len(those) >= each.count for those, each in zip(members, mode.requirements, strict=True)):
            ways.append(Way(index, members, start))
    return tuple(ways)


def _must_clash(instance: Instance, link: TickLink, ways: Ways) -> bool:
    """Whether two of the tasks cannot but use the same institute."""
    seen: set[int] = set()
    for task in link.tasks:
        forced: frozenset[int] | None = None
        for way in ways[task]:
            own: set[int] = set()
            for members in way.members:
                places = {instance.resources[each].institute for each in members}
                if len(places) == 1:
                    own |= places - {-1}
            forced = frozenset(own) if forced is None else forced & own
        if forced and seen & forced:
            return True
        seen |= forced or set()
    return False


def _same_resources(request: TickRequest, ways: Ways, links: list[TickLink]) -> Iterator[Ways]:
    """Ways in which each linked requirement has one and the same set of resources in all tasks of its link."""
    if not links:
        yield ways
        return
    link = links[0]
    options = [[(way, _place_of(request, task, way, link.requirement)) for way in ways[task]] for task in link.tasks]
    counts = [{_count_at(request, task, way, place) for way, place in row} for task, row in zip(link.tasks, options, strict=True)]
    for size in sorted(set.intersection(*counts)):
        rows = [[each for each in row if _count_at(request, task, *each) == size] for task, row in zip(link.tasks, options, strict=True)]
        named = [{c for way, place in row if place is not None for c in way.members[place]} for row in rows]
        for together in combinations(sorted(set.intersection(*named)), size):
            narrowed = list(ways)
            for task, row in zip(link.tasks, rows, strict=True):
                narrowed[task] = tuple(
                    way if place is None else replace(way, members=(*way.members[:place], together, *way.members[place + 1 :]))
                    for way, place in row
                    if place is None or set(together) <= set(way.members[place])
                )
            if all(narrowed):
                yield from _same_resources(request, tuple(narrowed), links[1:])


def _place_of(request: TickRequest, task: int, way: Way, requirement: str | None) -> int | None:
    """The position of the requirement with that id in the way's mode, None if it has none."""
    return next((place for place, each in enumerate(request.tasks[task].modes[way.mode].requirements) if each.id == requirement), None)


def _count_at(request: TickRequest, task: int, way: Way, place: int | None) -> int:
    """How many resources the requirement at that position takes; a mode without it takes nobody."""
    return 0 if place is None else request.tasks[task].modes[way.mode].requirements[place].count


def _same_people(instance: Instance, request: TickRequest, setting: Setting, links: list[TickLink]) -> Iterator[Setting]:
    """Settings in which the persons of the linked tasks are one and the same set."""
    if not links:
        yield setting
        return
    link = links[0]
    persons = [{c for way in setting.ways[task] for members in way.members for c in members if instance.resources[c].is_person} for task in link.tasks]
    common = sorted(set.intersection(*persons))
    for size in range(len(common) + 1):
        if not all(any(_takes(instance, request, task, way, size) for way in setting.ways[task]) for task in link.tasks):
            continue
        for together in combinations(common, size):
            group = frozenset(together)
            ways, people = list(setting.ways), list(setting.people)
            for task in link.tasks:
                bound = people[task]
                if bound is not None and bound != group:
                    break
                people[task] = group
                ways[task] = tuple(_only(instance, request, task, way, group) for way in ways[task] if _takes(instance, request, task, way, size))
                ways[task] = tuple(
                    way
                    for way in ways[task]
                    if all(len(those) >= each.count for those, each in zip(way.members, request.tasks[task].modes[way.mode].requirements, strict=True))
                )
                if not ways[task]:
                    break
            else:
                yield from _same_people(instance, request, Setting(tuple(ways), tuple(people)), links[1:])


def _takes(instance: Instance, request: TickRequest, task: int, way: Way, size: int) -> bool:
    """Whether the way can be done by exactly `size` persons."""
    most = least = 0
    for members, requirement in zip(way.members, request.tasks[task].modes[way.mode].requirements, strict=True):
        persons = sum(instance.resources[each].is_person for each in members)
        most += min(requirement.count, persons)
        least = max(least, requirement.count - (len(members) - persons))
    return least <= size <= most


def _only(instance: Instance, request: TickRequest, task: int, way: Way, group: frozenset[int]) -> Way:
    """The way with no other persons than the group's."""
    return replace(way, members=tuple(tuple(each for each in members if each in group or not instance.resources[each].is_person) for members in way.members))
