"""Serving everybody where room is scarce: requests that were left out are placed earlier the next time, until none is left out,
and what they can least do without is shunned by the others.

Placed at its earliest, whatever it costs: what it costs is for the rungs above, which cannot bring in easily who is left out.

Source: Joslin and Clements, Squeaky Wheel Optimization, 1999.
"""

from collections.abc import Callable, Sequence
from random import Random

from scheduler.errors import Defect
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.search import search
from scheduler.solver.certain import Certain, certain_uses
from scheduler.solver.construct import freedom, tightest
from scheduler.ticks.instance import Instance, Plan, TickRequest

STEPS = 600
"""What placing one request may take."""

MOST_PASSES = 100
"""Passes over all requests."""

IDLE = 60
"""After so many passes in a row that serve no more, whoever is left out is left to others."""


def serve_more(instance: Instance, plan: Plan, seed: int, is_over: Callable[[], bool]) -> Plan:
    """A plan in which requests of more weight are served than in `plan`, or that plan. The same seed gives the same as long as nothing ends it early."""
    random = Random(seed)  # noqa: S311 - a search, not a secret
    empty = Occupancy(instance)
    order = sorted(range(len(instance.requests)), key=lambda each: (tightest(instance, instance.requests[each]), each))
    best, least = plan, _weight(instance, [each for each in order if each not in plan])
    kept, idle = least, 0
    for number in range(MOST_PASSES):
        if least == 0 or idle >= IDLE or is_over():
            break
        found, left = _pass(instance, empty.copy(), order, is_over)
        weight = _weight(instance, left)
        idle = 0 if weight < least else idle + 1
        if weight < least:
            best, least = found, weight
        for each in left:
            for resource in _hard_to_replace(instance.requests[each]):
                empty.shapes.shun(resource)
        # As good as what we had: from here on. The very first order has nothing to be compared with.
        if weight <= kept or number == 0:
            kept, base = weight, (order, left)
        order = _moved(*base, random)
    return best


def _pass(instance: Instance, occupancy: Occupancy, order: Sequence[int], is_over: Callable[[], bool]) -> tuple[Plan, list[int]]:
    """The requests placed one after the other, and those left out."""
    plan: Plan = {}
    left: list[int] = []
    kept_free = {each: _keep_free(occupancy, instance.requests[each]) for each in order if instance.requests[each].can_serve}
    for each in order:
        request = instance.requests[each]
        for use in kept_free.get(each, ()):
            occupancy.unbook(use.resource, use.start, use.end, use.demand)
        found = None if not request.can_serve or is_over() else search(occupancy, request, None, steps=STEPS) if request.tasks else (0, ())
        if found is None:
            left.append(each)
        else:
            occupancy.book_placement(request, found[1])
            plan[each] = found[1]
    return plan, left


def _keep_free(occupancy: Occupancy, request: TickRequest) -> list[Certain]:
    """What the request cannot do without is booked for it, as far as nobody has it, until its turn comes."""
    booked = []
    for use in certain_uses(request):
        try:
            occupancy.book(use.resource, use.start, use.end, use.demand)
        except Defect:
            continue  # two cannot do without the same thing: one of them will be left out
        booked.append(use)
    return booked


def _hard_to_replace(request: TickRequest) -> set[int]:
    """The candidates of the requirements for which there is the least choice."""
    asked = [(freedom(mode, each), each) for task in request.tasks for mode in task.modes for each in mode.requirements]
    least = min((free for free, _ in asked), default=0)
    return {resource for free, each in asked if free == least for resource in each.candidates}


def _moved(order: Sequence[int], left: Sequence[int], random: Random) -> list[int]:
    """The order with each request that was left out somewhere before where it was."""
    moved = list(order)
    for each in left:
        place = moved.index(each)
        moved.insert(random.randrange(max(1, place)), moved.pop(place))
    return moved


def _weight(instance: Instance, left: Sequence[int]) -> int:
    """Weight of those left out who can be served at all."""
    return sum(instance.requests[each].weight for each in left if instance.requests[each].can_serve)
