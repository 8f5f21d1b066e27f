"""The linear program that proposes prices: ways tried so far, mixed at will, within what each bucket of a resource has.

From one round to the next it only grows, so a round begins at the basis at which the last one ended: new ways are not taken there, new rows are slack.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import numpy as np
from ortools.math_opt.python import mathopt
from ortools.util.python.solve_interrupter import SolveInterrupter

from scheduler.solver.bounds.blocks import SCALE, Numbers
from scheduler.solver.bounds.market import Market, Prices, Way
from scheduler.solver.bounds.measures import Measure, plain
from scheduler.solver.bounds.watch import stopping
from scheduler.ticks.instance import Ticks

NO_ZEROS = mathopt.SparseVectorFilter(skip_zero_values=True)
NOTHING = mathopt.SparseVectorFilter(skip_zero_values=True, filtered_items=())
"""What nobody asks for takes time to read."""

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
        self.model = mathopt.Model()
        self.basis: mathopt.Basis | None = None
        self.variables: list[mathopt.Variable] = []
        self.known: set[tuple[int, Ticks, tuple[tuple[int, int], ...]]] = set()
        self.ones: list[mathopt.LinearConstraint] = []
        self.rows: dict[tuple[Measure, int], mathopt.LinearConstraint] = {}
        for member in market.members:
            self.ones.append(self.model.add_linear_constraint(lb=1, ub=1))
            # Even those that must be served: a program without a way out could have no solution.
            worst = max((int(block.cost[block.cost < market.money.far].max()) for block in member.blocks), default=0)
            self._variable(len(self.ones) - 1, 2 * worst + SCALE if member.left_out is None else member.left_out)

    def _variable(self, number: int, cost: int) -> mathopt.Variable:
        variable = self.model.add_variable(lb=0)
        self.variables.append(variable)
        self.ones[number].set_coefficient(variable, 1)
        # Both in thousands, so that what the program weighs is neither huge nor tiny.
        self.model.objective.set_linear_coefficient(variable, cost / SCALE / SCALE)
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
                    row = self.rows[measure, bucket] = self.model.add_linear_constraint(ub=self._room(measure, bucket))
                row.set_coefficient(variable, row.get_coefficient(variable) + amount * demand)
        return True

    def _room(self, measure: Measure, bucket: int) -> int:
        if measure not in self.rooms:
            self.rooms[measure] = np.concatenate(([0], np.cumsum(self.market.room(measure))))
        width, sums = self.widths[measure.resource], self.rooms[measure]
        return int(sums[min((bucket + 1) * width, len(sums) - 1)] - sums[bucket * width])

    def solve(self, seconds: float, is_over: Callable[[], bool]) -> tuple[float, Prices] | None:
        """The value of the program (in thousandths) and its prices; None if it is not solved in time, or it is over."""
        interrupter = SolveInterrupter()
        asked = mathopt.ModelSolveParameters(
            variable_values_filter=NOTHING, reduced_costs_filter=NOTHING, dual_values_filter=NO_ZEROS, initial_basis=self._grown_basis()
        )
        # A program made smaller first would have no use for the basis; and with new ways it is the primal simplex that goes on from there.
        how = mathopt.SolveParameters(presolve=mathopt.Emphasis.OFF, lp_algorithm=mathopt.LPAlgorithm.PRIMAL_SIMPLEX)
        how.time_limit = timedelta(seconds=max(1e-3, seconds))
        with stopping(is_over, interrupter.interrupt):
            result = mathopt.solve(self.model, mathopt.SolverType.GLOP, params=how, model_params=asked, interrupter=interrupter)
        if result.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return None
        self.basis = result.solutions[0].basis
        duals = result.dual_values()
        prices: dict[Measure, list[tuple[Ticks, Ticks, int]]] = {}
        ticks = self.market.instance.ticks
        for (measure, bucket), row in sorted(self.rows.items(), key=lambda each: each[0][1]):
            price = round(-SCALE * SCALE * duals.get(row, 0.0))
            if price > 0:
                width = self.widths[measure.resource]
                prices.setdefault(measure, []).append((bucket * width, min((bucket + 1) * width, ticks), price))
        return SCALE * SCALE * result.objective_value(), {each: tuple(steps) for each, steps in prices.items()}

    def _grown_basis(self) -> mathopt.Basis | None:
        """The basis of the last round, and where what is new stands."""
        basis = self.basis
        if basis is not None:
            for variable in self.variables[len(basis.variable_status) :]:
                basis.variable_status[variable] = mathopt.BasisStatus.AT_LOWER_BOUND
            for row in list(self.rows.values())[len(basis.constraint_status) - len(self.ones) :]:
                basis.constraint_status[row] = mathopt.BasisStatus.BASIC
        return basis
