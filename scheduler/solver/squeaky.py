"""Serving everybody where room is scarce: requests that were left out are placed earlier the next time, until none is left out,
and what they can least do without is shunned by the others. Where that leads nowhere it begins anew.

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

MOST_PASSES = 150
"""Passes over all requests."""

IDLE = 80
"""After so many passes in a row that serve no more, whoever is left out is left to others."""

PATIENCE, GROWTH = 8, 1.5
"""After so many passes without more served it begins anew, and is more patient then: most beginnings serve all in a few passes, some never do."""


def serve_more(instance: Instance, plan: Plan, seed: int, is_over: Callable[[], bool]) -> Plan:
    """A plan in which requests of more weight are served than in `plan`, or that plan. The same seed gives the same as long as nothing ends it early."""
    return _Serving(instance, plan, seed, is_over).run()


class _Serving:
    def __init__(self, instance: Instance, plan: Plan, seed: int, is_over: Callable[[], bool]) -> None:
        self.instance, self.is_ended = instance, is_over
        self.random = Random(seed)  # noqa: S311 - a search, not a secret
        self.best = plan
        self.least = _weight(instance, [each for each in range(len(instance.requests)) if each not in plan])
        self.passes = self.idle = 0

    def run(self) -> Plan:
        """Begins again and again, from the plain order the first time, and from what that leaves out later."""
        order = sorted(range(len(self.instance.requests)), key=lambda each: (tightest(self.instance, self.instance.requests[each]), each))
        patience, left = float(PATIENCE), self._begin(order, PATIENCE)
        while not self._is_over():
            patience *= GROWTH
            self._begin(_moved(order, left, self.random), patience)
        return self.best

    def _is_over(self) -> bool:
        return self.least == 0 or self.idle >= IDLE or self.passes >= MOST_PASSES or self.is_ended()

    def _begin(self, order: Sequence[int], patience: float) -> Sequence[int]:
        """Passes until none serves more any longer; who was left out by the first."""
        empty = Occupancy(self.instance)
        kept: tuple[Sequence[int], Sequence[int]] = (order, ())
        first: Sequence[int] = ()
        fewest, vain = None, 0
        while vain < patience and not self._is_over():
            found, left = _pass(self.instance, empty.copy(), order, self.is_ended)
            weight = self._learn(found, left)
            for each in left:
                for resource in _hard_to_replace(self.instance.requests[each]):
                    empty.shapes.shun(resource)
            if fewest is None:
                first = left
            vain = 0 if fewest is None or weight < fewest else vain + 1
            # As good as what we had: from here on.
            if fewest is None or weight <= fewest:
                fewest, kept = weight, (order, left)
            order = _moved(*kept, self.random)
        return first

    def _learn(self, found: Plan, left: Sequence[int]) -> int:
        """The weight of those whom the pass left out."""
        weight = _weight(self.instance, left)
        self.passes, self.idle = self.passes + 1, self.idle + 1
        if weight < self.least:
            self.best, self.least, self.idle = found, weight, 0
        return weight


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
