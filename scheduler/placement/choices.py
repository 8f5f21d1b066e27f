"""Choices of resources, without those that are like one that has been."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

from scheduler.placement.settings import Setting
from scheduler.ticks.instance import Bits, Instance, TickRequest


def unlike_choices(members: Sequence[tuple[int, Hashable]], count: int) -> Iterator[tuple[int, ...]]:
    """The choices of `count` members, in their order, without those that differ only in members of the same kind."""
    if count == len(members):
        yield tuple(member for member, _ in members)
        return
    if count == 0:
        yield ()
        return
    done: set[Hashable] = set()
    for position, (member, kind) in enumerate(members):
        if len(members) - position < count:
            return
        if kind in done:
            continue
        done.add(kind)
        # Whoever is of a kind that was passed over stays out: with it the choice would be like one that has been.
        rest = [each for each in members[position + 1 :] if each[1] not in done or each[1] == kind]
        for others in unlike_choices(rest, count - 1):
            yield (member, *others)


def roles_of(instance: Instance, request: TickRequest, setting: Setting) -> dict[int, Hashable]:
    """Per resource its institute, and the tasks, ways and requirements that it may serve, with when: those with the same are alike for the request."""
    found: dict[int, list[tuple[int, int, int, Bits]]] = defaultdict(list)
    for task, ways in enumerate(setting.ways):
        for number, way in enumerate(ways):
            for index, (members, requirement) in enumerate(zip(way.members, request.tasks[task].modes[way.mode].requirements, strict=True)):
                limits = dict(requirement.limited)
                for each in members:
                    found[each].append((task, number, index, limits.get(each, -1)))
    return {each: (instance.resources[each].institute, tuple(roles)) for each, roles in found.items()}
