"""A queue as a program in whole numbers: who starts when and where, tick by tick. It proves more than any prices can, and says who should stand where.

Prices have done most of the work before: a start that, prices paid, costs more than what the plan at hand leaves open is in no better plan,
and the cheapest starts, prices paid, are where good plans are made. Of these only those count at which somebody cannot start one tick sooner:
an opening begins there, or other work ends.

Source: Sousa and Wolsey, A time indexed formulation of non-preemptive single machine scheduling problems, 1992 (with fixing by reduced costs).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from threading import Thread
from time import monotonic

import numpy as np
from ortools.math_opt.python import mathopt

from scheduler.solver.bounds.blocks import SCALE, Numbers, positions, set_of
from scheduler.solver.bounds.market import Market, Prices
from scheduler.solver.bounds.watch import LOOK_SECONDS
from scheduler.ticks.instance import Bits, Ticks

MOST_COLUMNS, FEWEST_EACH = 20_000, 20
"""So many starts at most go into a program, those that cost least with prices paid; and of each member so many at least."""

MOST_VARIABLES = 120_000
"""Larger programs (levels of what is taken count too) are not made: they would neither prove nor find anything in time."""

LARGEST = 10**12 * SCALE
"""Dearer members are left to prices, which count in whole numbers: beside such costs a program in floats loses what it is about."""

CARE = 1e-6
"""What solvers may be off by, as a share."""


@dataclass(frozen=True, slots=True)
class Column:
    """One member in one block at one start; `extra` is what it costs beyond the bound, prices paid (thousandths)."""

    member: int
    block: int
    start: Ticks
    cost: int
    extra: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a member stands in a solution: in a block at a start, each part of it on those resources."""

    block: int
    start: Ticks
    resources: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """No plan that costs the members less than what was asked about costs them less than `value` (thousandths). `is_open`: a longer try could prove more.

    `choices` is the best solution, if there is one: per member where it stands, None if it is left out; `cost` what that costs (thousandths).
    `is_solved`: among the starts that were looked at there is no better one.
    """

    value: int
    is_open: bool
    choices: tuple[Choice | None, ...] = ()
    cost: int | None = None
    is_solved: bool = False


def left_starts(market: Market, most: int, is_over: Callable[[], bool]) -> dict[tuple[int, int], Bits] | None:
    """Per member and block the starts of plans in which nobody could start one tick sooner; only those that cost at most `most` (thousandths).

    Some plan of least cost has no others: costs never fall as starts grow. None if it is over before all are found.
    """
    allowed: dict[tuple[int, int], Bits] = {}
    found: dict[tuple[int, int], Bits] = {}
    for m, member in enumerate(market.members):
        if is_over():
            return None
        for b, block in enumerate(member.blocks):
            starts = set_of(np.flatnonzero(block.cost <= most) + block.first)
            allowed[m, b] = starts
            first = starts & ~(starts << 1)
            for part in block.parts:
                for _, possible in part.candidates:
                    both = starts & possible
                    first |= both & ~(both << 1)
            found[m, b] = first
    fixed: dict[int, Bits] = defaultdict(int)
    for use in market.instance.fixed_uses:
        if use.end >= 0:
            fixed[use.resource] |= 1 << use.end
    changed = True
    while changed:
        ends = dict(fixed)
        if is_over():
            return None
        for (m, b), starts in found.items():
            for part in market.members[m].blocks[b].parts:
                for r, _ in part.candidates:
                    ends[r] = ends.get(r, 0) | _moved(starts, part.end)
        changed = False
        for (m, b), starts in found.items():
            more = 0
            for part in market.members[m].blocks[b].parts:
                for r, possible in part.candidates:
                    more |= _moved(ends[r], -part.begin) & possible
            more &= allowed[m, b]
            if more & ~starts:
                found[m, b] = starts | more
                changed = True
    return found


def _moved(starts: Bits, by: Ticks) -> Bits:
    return starts << by if by >= 0 else starts >> -by


def columns_of(market: Market, prices: Prices, value: int, most: int, most_columns: int, is_over: Callable[[], bool]) -> tuple[list[Column], int] | None:
    """The starts that a plan of the queue with a cost of at most `most` may have, given that `prices` prove `value` (both in thousandths).

    None if it is over before they are found.

    Where these are more than `most_columns`, the cheapest with prices paid; a plan with one of the others costs no less than the second number.
    """
    left = left_starts(market, most, is_over)
    if left is None:
        return None
    sums = market.sums(prices)
    _, _, paid = market.value(prices)
    kinds: list[tuple[int, int]] = []
    starts: list[Numbers] = []
    extras: list[Numbers] = []
    for (m, b), possible in left.items():
        first = market.members[m].blocks[b].first
        at = positions(possible)
        extra = market.priced(m, b, sums)[at - first] - paid[m]
        fits = extra <= most - value
        kinds.append((m, b))
        starts.append(at[fits])
        extras.append(extra[fits])
    if not kinds:
        return [], most
    of = np.repeat(np.arange(len(kinds)), [len(each) for each in starts])
    at, extra = np.concatenate(starts), np.concatenate(extras)
    order = np.argsort(extra, kind="stable")
    kept = order[:most_columns].tolist()
    others = most
    if len(order) > most_columns:
        others = min(most, value + int(extra[order[most_columns]]))
        each: dict[int, int] = defaultdict(int)
        for k in order.tolist():
            m, _ = kinds[of[k]]
            each[m] += 1
            if each[m] <= FEWEST_EACH:
                kept.append(k)
        kept = list(dict.fromkeys(kept))
    found = []
    for k in kept:
        m, b = kinds[of[k]]
        block, start = market.members[m].blocks[b], int(at[k])
        found.append(Column(m, b, start, int(block.cost[start - block.first]), int(extra[k])))
    return found, others


def solve_whole(market: Market, prices: Prices, value: int, most: int, seconds: float, is_over: Callable[[], bool], most_columns: int = MOST_COLUMNS) -> Whole:
    """What plans that cost the members less than `most` (thousandths) cost at least, and the best found; `prices` prove `value`, so it is no less."""
    if value >= most:
        return Whole(most, is_open=False, is_solved=True)
    if max((member.left_out or 0 for member in market.members), default=0) > LARGEST or most > LARGEST:
        return Whole(value, is_open=False)
    ends_at = monotonic() + seconds
    looked = columns_of(market, prices, value, most, most_columns, lambda: monotonic() >= ends_at or is_over())
    if looked is None:
        return Whole(value, is_open=True)
    columns, others = looked
    program = _program(market, columns, value)
    if program is None:
        return Whole(value, is_open=False)
    result = _solved(program.model, max(0.0, ends_at - monotonic()), is_over)
    if result is None:
        return Whole(value, is_open=True)
    if result.termination.reason == mathopt.TerminationReason.INFEASIBLE:
        return Whole(max(value, others), others < most, is_solved=True)
    choices, cost = program.read(result) if result.has_primal_feasible_solution() else ((), None)
    proved = result.termination.objective_bounds.dual_bound
    is_solved = result.termination.reason == mathopt.TerminationReason.OPTIMAL
    is_open = not is_solved or others < most
    if not np.isfinite(proved):
        return Whole(value, is_open, choices, cost, is_solved)
    proved_value = value + int(SCALE * SCALE * (proved - CARE * max(1.0, abs(proved))))
    return Whole(max(value, min(most, others, proved_value)), is_open, choices, cost, is_solved)


def _solved(model: mathopt.Model, seconds: float, is_over: Callable[[], bool]) -> mathopt.SolveResult | None:
    """The result after so many seconds; None as soon as it is over: HiGHS hears no interrupt, so it is left to itself until its time is up."""
    found: list[mathopt.SolveResult] = []

    def run() -> None:
        # What HiGHS cannot make sense of (huge numbers) proves nothing, and the prices stand.
        with suppress(AttributeError, RuntimeError, ValueError):
            found.append(mathopt.solve(model, mathopt.SolverType.HIGHS, params=mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))))

    # Not a daemon: a process must not end while HiGHS still runs.
    worker = Thread(target=run)
    worker.start()
    while worker.is_alive():
        worker.join(LOOK_SECONDS)
        if worker.is_alive() and is_over():
            return None
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class _Program:
    """The model, and what its variables mean: per column whether it is taken, and per part of it who may serve it."""

    market: Market
    model: mathopt.Model
    taken: Sequence[tuple[Column, mathopt.Variable]]
    served: Sequence[Sequence[Sequence[tuple[int, mathopt.Variable]]]]

    def read(self, result: mathopt.SolveResult) -> tuple[tuple[Choice | None, ...], int]:
        """The solution, and what it costs."""
        values = result.variable_values()
        choices: list[Choice | None] = [None] * len(self.market.members)
        cost = [each.left_out or 0 for each in self.market.members]
        for (column, x), parts in zip(self.taken, self.served, strict=True):
            if values[x] > 0.5:
                resources = tuple(tuple(r for r, y in options if values[y] > 0.5) for options in parts)
                choices[column.member] = Choice(column.block, column.start, resources)
                cost[column.member] = column.cost
        return tuple(choices), sum(cost)


def _program(market: Market, columns: list[Column], value: int) -> _Program | None:
    """Costs are counted from `value` on, in thousands, so that small differences keep their digits.

    What is taken of a resource is carried on from one moment to the next, so that long work stands in two rows and not in one per tick.
    """
    model = mathopt.Model()
    ones = [model.add_linear_constraint(lb=1, ub=1) for _ in market.members]
    changes: dict[int, dict[Ticks, list[tuple[int, mathopt.Variable]]]] = defaultdict(lambda: defaultdict(list))
    objective, taken, served = [], [], []
    for m, member in enumerate(market.members):
        if member.left_out is not None:
            out = model.add_binary_variable()
            ones[m].set_coefficient(out, 1)
            objective.append((out, member.left_out))
    variables = 0
    for column in columns:
        x = model.add_binary_variable()
        ones[column.member].set_coefficient(x, 1)
        objective.append((x, column.cost))
        servers = []
        for part in market.members[column.member].blocks[column.block].parts:
            options = [r for r, possible in part.candidates if possible >> column.start & 1]
            if len(options) == part.count:
                by = [(r, x) for r in options]
            else:
                by = [(r, model.add_binary_variable()) for r in options]
                row = model.add_linear_constraint(lb=0, ub=0)
                row.set_coefficient(x, -part.count)
                for _, y in by:
                    row.set_coefficient(y, 1)
            for r, y in by:
                changes[r][column.start + part.begin].append((part.demand, y))
                changes[r][column.start + part.end].append((-part.demand, y))
            variables += 1 + len(by)
            servers.append(by)
        taken.append((column, x))
        served.append(servers)
        if variables + sum(map(len, changes.values())) > MOST_VARIABLES:
            return None
    for r, at in changes.items():
        _limit(market, model, r, at)
    model.minimize(mathopt.fast_sum(cost / SCALE / SCALE * x for x, cost in objective) - value / SCALE / SCALE)
    return _Program(market, model, taken, served)


def _limit(market: Market, model: mathopt.Model, resource: int, changes: dict[Ticks, list[tuple[int, mathopt.Variable]]]) -> None:
    """Never more is taken of the resource than is free, where it is open."""
    free, is_open = market.free[resource], market.open[resource]
    moments = sorted(changes.keys() | set((np.flatnonzero(free[1:] != free[:-1]) + 1).tolist()))
    before: mathopt.Variable | None = None
    for moment, following in zip(moments, (*moments[1:], len(free)), strict=True):
        if moment >= len(free):
            break
        here = slice(max(moment, 0), max(following, 0))
        room = free[here][is_open[here]]
        # Work that pauses may lie over closed ticks, where nothing is counted.
        level = model.add_variable(lb=0, ub=int(room.min()) if len(room) else inf)
        row = model.add_linear_constraint(lb=0, ub=0)
        row.set_coefficient(level, -1)
        if before is not None:
            row.set_coefficient(before, 1)
        for demand, y in changes.get(moment, ()):
            row.set_coefficient(y, row.get_coefficient(y) + demand)
        before = level
