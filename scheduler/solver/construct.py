"""A first plan: requests one after the other, each placed best into what is left, by several orders; the cheapest plan wins."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import log2

from scheduler.model.collector import resting
from scheduler.placement.cost import request_cost, unserved_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.solver.beside import moves_made
from scheduler.ticks.instance import Instance, Plan, TickMode, TickRequest, TickRequirement, TickTerm

Rule = Callable[[Instance, TickRequest], int]
"""Smaller comes first."""

WEIGHT_MINUTES = 6_000
"""A request of double weight may jump ahead by this much slack (100 hours; the best of those tried at all sizes)."""

MANY = 1_500
"""More requests are placed in one order only."""

STEP = 64
"""How many requests are placed between two looks at the clock."""


def weighted_slack(instance: Instance, request: TickRequest) -> int:
    """Minutes from the start of the horizon to the last moment to start in time, earlier for heavy requests."""
    return _due(instance, request) - _shortest(request) - int(WEIGHT_MINUTES * log2(request.weight))


def release_and_half(instance: Instance, request: TickRequest) -> int:
    """Minute of release plus half of the work, earlier for heavy requests: short work first, without making the long wait for ever."""
    return _release(instance, request) + _shortest(request) // 2 - int(0.75 * WEIGHT_MINUTES * log2(request.weight))


def heavy_release(instance: Instance, request: TickRequest) -> int:
    """As `release_and_half`, but weight counts over three times as much: better where much is late, and still in order of time, which keeps sets short."""
    return _release(instance, request) + _shortest(request) // 2 - int(2.5 * WEIGHT_MINUTES * log2(request.weight))


def plain_due(instance: Instance, request: TickRequest) -> int:
    """Minute of the due date."""
    return _due(instance, request)


def heaviest(instance: Instance, request: TickRequest) -> int:
    """Weight first; among equals, minute of release plus half of the work."""
    return _release(instance, request) + _shortest(request) // 2 - request.weight * 10**9


def tightest(instance: Instance, request: TickRequest) -> int:
    """Starts times candidates that its least free requirement has to choose from: who has no choice comes before who has."""
    return min((freedom(mode, each) for task in request.tasks for mode in task.modes for each in mode.requirements), default=0)


def freedom(mode: TickMode, requirement: TickRequirement) -> int:
    """How many starts there are for each place that must be filled, times how many candidates."""
    return (mode.last_start - mode.first_start + 1) * len(requirement.candidates) // requirement.count


RULES: Mapping[str, Rule] = {
    "release_and_half": release_and_half,
    "heavy_release": heavy_release,
    "heaviest": heaviest,
    "weighted_slack": weighted_slack,
    "plain_due": plain_due,
    "tightest": tightest,
}
"""By name, the most promising for large and full instances first: those have time for the first ones only."""


def rules_for(instance: Instance) -> tuple[str, ...]:
    """The rules worth their time: of many requests ruin and recreate makes more than a second pass does, and a first plan is soon there.

    The last and the first are for objectives that look into requests: those are slow to place, and to be served at all is what counts first.
    """
    *names, last = RULES
    if len(instance.requests) > MANY:
        return tuple(names[:1])
    return (last, names[0]) if instance.has_inner_terms else tuple(names)


@resting
def construct(
    instance: Instance,
    *,
    rules: Sequence[str] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_step: Callable[[str, int, int], None] | None = None,
) -> Plan:
    """The cheapest (scalar cost) of the plans that the rules give; requests that do not fit, or cost more than leaving them out, are not in it.

    Requests with bookings in force come first, so that published times are kept where they can be.
    `should_stop` ends the work early with the best whole plan so far, or the part that there is of
    the first. `on_step` hears rule, requests done and all requests. The same input gives the same plan.
    """
    # One set of shapes for all passes, a fresh copy of what is free for each.
    empty = Occupancy(instance)
    best: Plan = {}
    best_cost: int | None = None
    if instance.most_moves is not None and any(each.current for each in instance.requests):
        best = _staying(instance, empty.copy(), should_stop)
        best_cost = sum(_cost(instance, position, best) for position in range(len(instance.requests)))
    for name in rules_for(instance) if rules is None else rules:
        rule = RULES[name]
        keys = [rule(instance, each) for each in instance.requests]
        order = sorted(range(len(keys)), key=lambda index: (not instance.requests[index].current, keys[index], index))
        plan, cost, is_whole = _pass(instance, empty.copy(), order, best_cost, should_stop, on_step, name)
        if is_whole and (best_cost is None or cost < best_cost) and not moves_too_many(instance, plan):
            best, best_cost = plan, cost
        elif best_cost is None:
            return plan
        if should_stop is not None and should_stop():
            break
    return best


def filled(instance: Instance, plan: Plan, *, should_stop: Callable[[], bool] | None = None, on_step: Callable[[str, int, int], None] | None = None) -> Plan:
    """`plan`, of which all stays where it is, with those others that find room beside it, as many as `should_stop` leaves time for."""
    occupancy = Occupancy(instance)
    for position, placement in plan.items():
        occupancy.book_placement(instance.requests[position], placement)
    others = (position for position in range(len(instance.requests)) if position not in plan)
    order = sorted(others, key=lambda index: (heavy_release(instance, instance.requests[index]), index))
    rest, _, _ = _pass(instance, occupancy, order, None, should_stop, on_step, "what is published")
    return {**plan, **rest}


def moves_too_many(instance: Instance, plan: Plan) -> bool:
    """Whether `plan` moves or drops more bookings in force than is allowed."""
    most = instance.most_moves
    return most is not None and sum(moves_made(request, plan.get(position)) for position, request in enumerate(instance.requests)) > most


def _staying(instance: Instance, occupancy: Occupancy, should_stop: Callable[[], bool] | None) -> Plan:
    """A plan in which all bookings in force stay that can: they stand where they are before anybody else looks for a place."""
    dear = 1 + sum(instance.scalars.values()) * 10**6
    others = tuple(each for each in instance.terms if each.name != "moves")
    stubborn = replace(instance, terms=(*others, TickTerm("moves", 1, 1, dear)))
    requests = instance.requests
    order = sorted(range(len(requests)), key=lambda index: (not requests[index].current, heavy_release(instance, requests[index]), index))
    plan: Plan = {}
    # Who has to move anyway must not take the place of one who need not.
    for index in order:
        request = requests[index]
        placed = place(stubborn, occupancy, index) if request.current else None
        if placed is not None and not moves_made(request, placed.placement):
            occupancy.book_placement(request, placed.placement)
            plan[index] = placed.placement
    rest, _, _ = _pass(stubborn, occupancy, [index for index in order if index not in plan], None, should_stop, None, "staying")
    return {**plan, **rest}


def _cost(instance: Instance, position: int, plan: Plan) -> int:
    request = instance.requests[position]
    return request_cost(instance, request, plan[position]) if position in plan else unserved_cost(instance, request)


def _pass(
    instance: Instance,
    occupancy: Occupancy,
    order: Sequence[int],
    cost_limit: int | None,
    should_stop: Callable[[], bool] | None,
    on_step: Callable[[str, int, int], None] | None,
    name: str,
) -> tuple[Plan, int, bool]:
    """The plan of one order, its cost, and whether it came to the end below `cost_limit`."""
    plan: Plan = {}
    total = 0
    for done, index in enumerate(order):
        if done % STEP == 0:
            if on_step is not None:
                on_step(name, done, len(order))
            if should_stop is not None and should_stop():
                return plan, total, False
            if cost_limit is not None and total >= cost_limit:
                return plan, total, False
        request = instance.requests[index]
        left_out = unserved_cost(instance, request)
        placed = place(instance, occupancy, index, limit=left_out + 1)
        if placed is None:
            total += left_out
        else:
            occupancy.book_placement(request, placed.placement)
            plan[index] = placed.placement
            total += placed.cost
    if on_step is not None:
        on_step(name, len(order), len(order))
    return plan, total, True


def _due(instance: Instance, request: TickRequest) -> int:
    """The due date; without one, the latest moment at which the request can be complete."""
    if request.due_minute is not None:
        return request.due_minute
    ends = [mode.last_start * instance.tick_minutes + mode.minutes for task in request.tasks for mode in task.modes]
    return max(ends, default=0)


def _release(instance: Instance, request: TickRequest) -> int:
    return min((mode.first_start for task in request.tasks for mode in task.modes), default=0) * instance.tick_minutes


def _shortest(request: TickRequest) -> int:
    """Minutes of work if every task takes its shortest mode."""
    return sum(min((mode.minutes for mode in task.modes), default=0) for task in request.tasks)
