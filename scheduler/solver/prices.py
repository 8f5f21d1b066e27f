"""Lower bounds of queues by prices of time: who would wait for a resource pays for it instead.

For prices >= 0 per resource and tick, every request takes what is cheapest for it, prices included; the sum of that less
the price of all there is bounds every plan from below (weak duality), whatever the prices. Good prices come from a linear
program over the segments tried so far (column generation); the bound itself is computed in whole numbers, so that no
rounding of the program can make it wrong.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from math import inf

from ortools.linear_solver import pywraplp

from scheduler.placement import bits
from scheduler.solver.queues import Need, Queue, Segment
from scheduler.ticks.instance import Instance, Ticks

SCALE = 1_000
"""Prices are whole thousandths."""

FEWEST_ROUNDS, MOST_ROUNDS, MOST_LOOKS = 10, 200, 400_000
"""Rounds of new prices; fewer where a round looks at many segments, so that a queue takes a second or so."""

PATIENCE = 25
"""So many rounds in a row may bring less than a thousandth of the bound."""

Cell = tuple[int, int]
"""(resource, bucket)."""

Prices = dict[Cell, int]
Column = tuple[int, Segment, Ticks, tuple[tuple[int, ...], ...]]
"""(request, segment, start, resources per need): one way of a request."""


def priced_bound(instance: Instance, queue: Queue, is_over: Callable[[], bool]) -> int:
    """No plan costs the members of `queue` less than this."""
    return _Pricer(instance, queue).run(is_over)


class _Pricer:
    def __init__(self, instance: Instance, queue: Queue) -> None:
        self.instance = instance
        self.queue = queue
        self.edges = queue.edges
        resources = {r for segments in queue.segments for each in segments for need in each.needs for r in need.candidates}
        self.room = {cell: room for resource in sorted(resources) for cell, room in self._room(resource)}
        self.resources = sorted(resources)
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.ones = [self.solver.Constraint(1, 1) for _ in queue.members]
        self.rows = {cell: self.solver.Constraint(-self.solver.infinity(), room) for cell, room in self.room.items()}
        self.objective = self.solver.Objective()
        self.objective.SetMinimization()
        self.known: set[tuple[int, Ticks, tuple[tuple[int, ...], ...]]] = set()
        for number, cost in enumerate(queue.left_out):
            # Even those that must be served: a program without a way out could have no solution.
            self._variable(number, cost)

    def _room(self, resource: int) -> Iterator[tuple[Cell, int]]:
        """Units x ticks per bucket that frozen bookings leave."""
        each = self.instance.resources[resource]
        fixed = [use for use in self.instance.fixed_uses if use.resource == resource]
        for b, (first, last) in enumerate(pairwise(self.edges)):
            room = (each.open & bits.span(first, last)).bit_count() * each.capacity
            for use in fixed:
                room -= use.demand * (each.open & bits.span(max(first, use.start), min(last, use.end))).bit_count()
            yield (resource, b), max(0, room)

    def run(self, is_over: Callable[[], bool]) -> int:
        """Prices anew until they no longer help."""
        centre: Prices = {}
        best, columns = self._value(centre)
        idle = 0
        looks = sum(len(need.candidates) for segments in self.queue.segments for each in segments for need in each.needs)
        for _ in range(max(FEWEST_ROUNDS, min(MOST_ROUNDS, MOST_LOOKS // max(looks, 1)))):
            for each in columns:
                self._add(each)
            if is_over() or self.solver.Solve() != pywraplp.Solver.OPTIMAL:
                break
            target = {cell: round(-SCALE * SCALE * row.dual_value()) for cell, row in self.rows.items() if row.dual_value() < 0}
            # Prices halfway from the best ones known jump about less.
            middle = {cell: (centre.get(cell, 0) + target.get(cell, 0)) // 2 for cell in centre.keys() | target.keys()}
            value, columns = self._value(middle)
            if not any(self._is_new(each) for each in columns):
                middle = target
                value, columns = self._value(target)
            idle = idle + 1 if value <= best + best // 1_000 else 0
            if value > best:
                best, centre = value, middle
            is_done = best >= SCALE * (SCALE * self.objective.Value() - 0.5)
            if is_done or idle >= PATIENCE or not any(self._is_new(each) for each in columns):
                break
        return max(0, -(-best // SCALE))

    def _value(self, prices: Prices) -> tuple[int, list[Column]]:
        """The bound at `prices`, in thousandths, and the cheapest way of each request."""
        sums = {resource: self._sums(resource, prices) for resource in self.resources}
        total = -sum(price * self.room[cell] for cell, price in prices.items())
        columns: list[Column] = []
        for number, segments in enumerate(self.queue.segments):
            least: float = inf if self.queue.must_serve[number] else SCALE * self.queue.left_out[number]
            column: Column | None = None
            for segment in segments:
                base = SCALE * segment.cost
                if base >= least:
                    continue
                for start in (segment.first, segment.last) if segment.last > segment.first else (segment.first,):
                    price = base
                    for need in segment.needs:
                        begin, end = start + need.begin, start + need.end
                        ways = [s[end] - s[begin] for s in (sums[r] for r in need.candidates)]
                        price += need.demand * (min(ways) if need.count == 1 else sum(sorted(ways)[: need.count]))
                    if price < least:
                        least = price
                        column = (number, segment, start, tuple(_cheapest(need, sums, start) for need in segment.needs))
            if least == inf:
                # It can be neither served nor left out: no plan as good as the one in hand exists, so any bound holds; none is claimed.
                least = 0
            total += int(least)
            if column is not None:
                columns.append(column)
        return total, columns

    def _sums(self, resource: int, prices: Prices) -> list[int]:
        """Price of all ticks before each tick."""
        ticks = [0] * (self.instance.ticks + 1)
        for b, (first, last) in enumerate(pairwise(self.edges)):
            price = prices.get((resource, b), 0)
            if price:
                stop = min(last, self.instance.ticks)
                ticks[first + 1 : stop + 1] = [price] * (stop - first)
        return list(accumulate(ticks))

    def _is_new(self, column: Column) -> bool:
        return (column[0], column[2], column[3]) not in self.known

    def _add(self, column: Column) -> None:
        number, segment, start, chosen = column
        if not self._is_new(column):
            return
        self.known.add((number, start, chosen))
        variable = self._variable(number, segment.cost)
        usage: dict[Cell, int] = defaultdict(int)
        for need, resources in zip(segment.needs, chosen, strict=True):
            begin, end = start + need.begin, start + need.end
            for b in range(max(0, bisect_right(self.edges, begin) - 1), min(bisect_left(self.edges, end), len(self.edges) - 1)):
                overlap = min(end, self.edges[b + 1]) - max(begin, self.edges[b])
                if overlap > 0:
                    for resource in resources:
                        usage[resource, b] += overlap * need.demand
        for cell, amount in usage.items():
            self.rows[cell].SetCoefficient(variable, amount)

    def _variable(self, number: int, cost: int) -> pywraplp.Variable:
        variable = self.solver.NumVar(0, self.solver.infinity(), "")
        self.ones[number].SetCoefficient(variable, 1)
        self.objective.SetCoefficient(variable, cost / SCALE)
        return variable


def _cheapest(need: Need, sums: dict[int, list[int]], start: Ticks) -> tuple[int, ...]:
    return tuple(sorted(need.candidates, key=lambda r: (sums[r][start + need.end] - sums[r][start + need.begin], r))[: need.count])
