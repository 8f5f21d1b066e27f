"""Bounds of queues put in the place of those of the groups within, where they are better."""

from collections.abc import Callable, Sequence

from scheduler.solver.amounts import amounts_of, scalar_of, tiers_of
from scheduler.solver.bound import Ideal, narrow
from scheduler.solver.domains import Explorer
from scheduler.solver.groups import Group, Groups
from scheduler.solver.prices import priced_bound
from scheduler.solver.queues import queue_of, queues
from scheduler.ticks.instance import Instance, Plan


def raise_by_loads(
    instance: Instance,
    ideal: Ideal,
    explorer: Explorer,
    plan: Plan,
    groups: Sequence[Group],
    is_over: Callable[[], bool],
) -> tuple[Group, ...]:
    """Disjoint groups whose bounds add up to at least those of `groups`; all hold for plans no worse than `plan`."""
    cost = [scalar_of(instance, amounts_of(instance, request, plan.get(position))) for position, request in enumerate(instance.requests)]
    known = list(groups)
    for members in queues(instance, ideal.domains, plan):
        bounds = Groups(ideal, known)
        most = sum(cost[each] for each in members)
        spare = most - bounds.bound(members).scalar
        if spare <= 0 or len(members) < 2 or is_over():
            continue
        requests = [instance.requests[each] for each in members]
        domains = [
            narrow(instance, request, ideal.domains[each], ideal.scalars[each] + bounds.excess(each) + spare, explorer)
            for each, request in zip(members, requests, strict=True)
        ]
        value = min(most, priced_bound(instance, queue_of(instance, domains, plan, members), is_over))
        known = _better(ideal, known, Group(members, value, value if len(tiers_of(instance)) == 1 else 0))
    return tuple(known)


def _better(ideal: Ideal, known: list[Group], group: Group) -> list[Group]:
    """`known` with `group` instead of all that it meets, if that is better as a whole."""
    inside = frozenset(group.members)
    met = [each for each in known if not inside.isdisjoint(each.members)]
    outside = [member for each in met for member in each.members if member not in inside]
    gain = group.scalar + sum(ideal.scalars[each] for each in outside) - sum(each.scalar for each in met)
    if gain <= 0:
        return known
    rest = [Group((each,), ideal.scalars[each], ideal.first_tiers[each]) for each in outside]
    return [*(each for each in known if inside.isdisjoint(each.members)), *rest, group]
