"""The linear program that proposes prices: ways tried so far, mixed at will, within what each bucket of a resource has."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from ortools.linear_solver import pywraplp

from scheduler.solver.bounds.blocks import SCALE, Numbers
from scheduler.solver.bounds.market import Market, Prices, Way
from scheduler.solver.bounds.measures import Measure, plain
from scheduler.solver.bounds.watch import stopping
from scheduler.ticks.instance import Ticks

Usage = Sequence[tuple[int, Ticks, Ticks, int]]
"""What a way takes: (resource, start, end, demand)."""


class Master:
    """Ways of each member as columns, buckets of resources as rows. `widths`: ticks of a bucket, by resource."""

    def __init__(self, market: Market, widths: Mapping[int, Ticks]) -> None:
        self.market = market
        self.widths = widths
        self.open = {r: np.concatenate(([0], np.cumsum(market.open[r]))) for r in market.resources}
        self.plain = {r: plain(r, market.demands[r]) for r in market.resources}
        self.rooms: dict[Measure, Numbers] = {}
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.objective = self.solver.Objective()
        self.objective.SetMinimization()
        self.known: set[tuple[int, Ticks, tuple[tuple[int, int], ...]]] = set()
        self.ones = []
        self.rows: dict[tuple[Measure, int], pywraplp.Constraint] = {}
        for member in market.members:
            row = self.solver.Constraint(1, 1)
            self.ones.append(row)
            # Even those that must be served: a program without a way out could have no solution.
            worst = max((int(block.cost[block.cost < market.money.far].max()) for block in member.blocks), default=0)
            self._variable(len(self.ones) - 1, 2 * worst + SCALE if member.left_out is None else member.left_out)

    def _variable(self, number: int, cost: int) -> pywraplp.Variable:
        variable = self.solver.NumVar(0, self.solver.infinity(), "")
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
                measure = self.plain[r]
                row = self.rows.get((measure, bucket))
                if row is None:
                    row = self.rows[measure, bucket] = self.solver.Constraint(-self.solver.infinity(), self._room(measure, bucket))
                row.SetCoefficient(variable, row.GetCoefficient(variable) + amount * demand)
        return True

    def _room(self, measure: Measure, bucket: int) -> int:
        if measure not in self.rooms:
            self.rooms[measure] = np.concatenate(([0], np.cumsum(self.market.room(measure))))
        width, sums = self.widths[measure.resource], self.rooms[measure]
        return int(sums[min((bucket + 1) * width, len(sums) - 1)] - sums[bucket * width])

    def solve(self, seconds: float, is_over: Callable[[], bool]) -> tuple[float, Prices] | None:
        """The value of the program (in thousandths) and its prices; None if it is not solved in time, or it is over."""
        self.solver.set_time_limit(max(1, int(1_000 * seconds)))
        with stopping(is_over, self.solver.InterruptSolve):
            status = self.solver.Solve()
        if status != pywraplp.Solver.OPTIMAL:
            return None
        prices: dict[Measure, list[tuple[Ticks, Ticks, int]]] = {}
        ticks = self.market.instance.ticks
        for (measure, bucket), row in sorted(self.rows.items(), key=lambda each: each[0][1]):
            price = round(-SCALE * SCALE * row.dual_value())
            if price > 0:
                width = self.widths[measure.resource]
                prices.setdefault(measure, []).append((bucket * width, min((bucket + 1) * width, ticks), price))
        return SCALE * SCALE * self.objective.Value(), {each: tuple(steps) for each, steps in prices.items()}
