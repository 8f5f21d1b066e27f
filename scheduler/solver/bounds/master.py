"""The linear program that proposes prices: ways tried so far, mixed at will, within what each bucket of a resource has."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from time import monotonic

import numpy as np
from ortools.linear_solver import pywraplp

from scheduler.solver.bounds.blocks import SCALE, Numbers
from scheduler.solver.bounds.market import Market, Prices, Way
from scheduler.solver.bounds.measures import Measure, measures, plain
from scheduler.ticks.instance import Ticks

Usage = Sequence[tuple[int, Ticks, Ticks, int]]
"""What a way takes: (resource, start, end, demand)."""

Cell = tuple[int, int]
"""(resource, bucket)."""

BROKEN = 1e-3
"""A row is added if the program takes so much (as a share) more than there is."""


class Master:
    """Ways of each member as columns, cells as rows. `widths`: ticks of a bucket, by resource."""

    def __init__(self, market: Market, widths: Mapping[int, Ticks]) -> None:
        self.market = market
        self.widths = widths
        self.open = {r: np.concatenate(([0], np.cumsum(market.open[r]))) for r in market.resources}
        self.plain = {r: plain(r, market.demands[r]) for r in market.resources}
        self.others = {
            r: measures(r, market.demands[r], market.instance.resources[r].capacity)[1:]
            for r in market.resources
            if market.instance.resources[r].capacity > 1 and market.demands[r][-1] > 1
        }
        self.rooms: dict[Measure, Numbers] = {}
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.objective = self.solver.Objective()
        self.objective.SetMinimization()
        self.known: set[tuple[int, Ticks, tuple[tuple[int, int], ...]]] = set()
        self.ones = []
        self.variables: list[pywraplp.Variable] = []
        self.rows: dict[tuple[Measure, int], pywraplp.Constraint] = {}
        self.taken: dict[Cell, list[tuple[pywraplp.Variable, int, int]]] = defaultdict(list)
        for member in market.members:
            row = self.solver.Constraint(1, 1)
            self.ones.append(row)
            # Even those that must be served: a program without a way out could have no solution.
            worst = max((int(block.cost[block.cost < market.money.far].max()) for block in member.blocks), default=0)
            self._variable(len(self.ones) - 1, 2 * worst + SCALE if member.left_out is None else member.left_out)

    def _variable(self, number: int, cost: int) -> pywraplp.Variable:
        variable = self.solver.NumVar(0, self.solver.infinity(), "")
        self.variables.append(variable)
        self.ones[number].SetCoefficient(variable, 1)
        # Both in thousands, so that what the program weighs is neither huge nor tiny.
        self.objective.SetCoefficient(variable, cost / SCALE / SCALE)
        return variable

    def add(self, way: Way, usage: Usage) -> bool:
        """Whether the way is new; it is known from now on."""
        number, b, start = way
        key = (number, start, tuple((r, demand) for r, _, _, demand in usage))
        if key in self.known:
            return False
        self.known.add(key)
        block = self.market.members[number].blocks[b]
        variable = self._variable(number, int(block.cost[start - block.first]))
        for r, begin, end, demand in usage:
            width, is_open = self.widths[r], self.open[r]
            for bucket in range(begin // width, -(-end // width)):
                amount = int(is_open[min(end, (bucket + 1) * width, len(is_open) - 1)] - is_open[max(begin, bucket * width)])
                if not amount:
                    continue
                self.taken[r, bucket].append((variable, demand, amount))
                if (self.plain[r], bucket) not in self.rows:
                    self._row(self.plain[r], bucket)
                    continue
                for measure in (self.plain[r], *self.others.get(r, ())):
                    row = self.rows.get((measure, bucket))
                    units = measure.of(demand)
                    if row is not None and units:
                        row.SetCoefficient(variable, row.GetCoefficient(variable) + amount * units)
        return True

    def _room(self, measure: Measure, bucket: int) -> int:
        if measure not in self.rooms:
            self.rooms[measure] = np.concatenate(([0], np.cumsum(self.market.room(measure))))
        width, sums = self.widths[measure.resource], self.rooms[measure]
        return int(sums[min((bucket + 1) * width, len(sums) - 1)] - sums[bucket * width])

    def tighten(self) -> int:
        """Adds rows of other measures where the last solution takes more than they have; their number."""
        broken = []
        for (r, bucket), taken in self.taken.items():
            if r not in self.others:
                continue
            by_demand: dict[int, float] = defaultdict(float)
            for variable, demand, amount in taken:
                by_demand[demand] += self.values[variable.index()] * amount
            worst, most = None, BROKEN
            for measure in self.others[r]:
                room = self._room(measure, bucket)
                over = sum(measure.of(demand) * amount for demand, amount in by_demand.items()) / max(room, 1) - 1
                if over > most and (measure, bucket) not in self.rows:
                    worst, most = measure, over
            if worst is not None:
                broken.append((worst, bucket))
        for measure, bucket in broken:
            self._row(measure, bucket)
        return len(broken)

    def _row(self, measure: Measure, bucket: int) -> None:
        row = self.rows[measure, bucket] = self.solver.Constraint(-self.solver.infinity(), self._room(measure, bucket))
        for variable, demand, amount in self.taken[measure.resource, bucket]:
            units = measure.of(demand)
            if units:
                row.SetCoefficient(variable, row.GetCoefficient(variable) + amount * units)

    def solve(self, seconds: float) -> tuple[float, Prices] | None:
        """The value of the program (in thousandths) and its prices; None if it is not solved in time."""
        began = monotonic()
        self.solver.set_time_limit(max(1, int(1_000 * seconds)))
        if self.solver.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        self.seconds = monotonic() - began
        self.values = [each.solution_value() for each in self.variables]
        prices: dict[Measure, list[tuple[Ticks, Ticks, int]]] = {}
        ticks = self.market.instance.ticks
        for (measure, bucket), row in sorted(self.rows.items(), key=lambda each: each[0][1]):
            price = round(-SCALE * SCALE * row.dual_value())
            if price > 0:
                width = self.widths[measure.resource]
                prices.setdefault(measure, []).append((bucket * width, min((bucket + 1) * width, ticks), price))
        return SCALE * SCALE * self.objective.Value(), {each: tuple(steps) for each, steps in prices.items()}
