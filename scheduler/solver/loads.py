"""Bounds of queues put in the place of those of the groups within, where they are better."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from scheduler.solver.amounts import amounts_of, scalar_of, tiers_of
from scheduler.solver.bound import Ideal, narrow
from scheduler.solver.bounds.blocks import money_of
from scheduler.solver.bounds.market import units
from scheduler.solver.bounds.priced_queue import market_of, widths_of
from scheduler.solver.bounds.pricing import price
from scheduler.solver.bounds.queues import anchor_of, hot_resources, queues
from scheduler.solver.domains import Explorer
from scheduler.solver.groups import Group, Groups
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
    known = Groups(ideal.scalars, ideal.first_tiers, groups)
    hot, money = hot_resources(instance, plan), money_of(instance)
    anchors = {
        position: anchor
        for position, request in enumerate(instance.requests)
        if ideal.domains[position].can_serve and (anchor := anchor_of(request, hot)) is not None
    }
    for members in queues(instance, anchors, hot):
        most = sum(cost[each] for each in members)
        spare = most - known.bound(members).scalar
        if spare <= 0 or len(members) < 2 or is_over():
            continue
        cut = replace(instance, requests=tuple(instance.requests[each] for each in members))
        domains = [
            narrow(instance, request, ideal.domains[each], ideal.scalars[each] + known.excess(each) + spare, explorer)
            for each, request in zip(members, cut.requests, strict=True)
        ]
        market = market_of(cut, explorer, domains, [anchors[each] for each in members], hot, money)
        value = min(most, units(price(market, widths_of(market), is_over).value))
        known = known.raised(Group(members, value, value if len(tiers_of(instance)) == 1 else 0))
    return tuple(known)
