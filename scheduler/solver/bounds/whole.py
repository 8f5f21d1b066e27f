"""A queue as a program in whole numbers: who starts when and where, tick by tick. What its solver proves is above what any prices can.

Prices have done most of the work before: a start that, prices paid, costs more than what the plan at hand leaves open is in no better plan.
Of the others only those count at which somebody cannot start one tick sooner: an opening begins there, or other work ends.

Source: Sousa and Wolsey, A time indexed formulation of non-preemptive single machine scheduling problems, 1992 (with fixing by reduced costs).
"""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread

import numpy as np
from ortools.math_opt.python import mathopt

from scheduler.solver.bounds.blocks import SCALE, Numbers
from scheduler.solver.bounds.market import Market, Prices
from scheduler.solver.bounds.watch import LOOK_SECONDS
from scheduler.ticks.instance import Bits, Ticks

MOST_COLUMNS, MOST_ENTRIES = 12_000, 500_000
"""Larger programs are not made: they would prove nothing in time."""

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


def set_of(at: Numbers) -> Bits:
    """The ticks in ascending order as a set."""
    if not len(at):
        return 0
    flags = np.zeros(int(at[-1]) + 1, np.uint8)
    flags[at] = 1
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def left_starts(market: Market, most: int) -> dict[tuple[int, int], Bits]:
    """Per member and block the starts of plans in which nobody could start one tick sooner; only those that cost at most `most` (thousandths).

    Some plan of least cost has no others: costs never fall as starts grow.
    """
    allowed: dict[tuple[int, int], Bits] = {}
    found: dict[tuple[int, int], Bits] = {}
    for m, member in enumerate(market.members):
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


def columns_of(market: Market, prices: Prices, value: int, most: int) -> list[Column] | None:
    """The starts that a plan of the queue with a cost of at most `most` may have, given that `prices` prove `value` (both in thousandths)."""
    sums = market.sums(prices)
    _, _, paid = market.value(prices)
    found = []
    for (m, b), starts in left_starts(market, most).items():
        block = market.members[m].blocks[b]
        price = market.priced(m, b, sums)
        at = np.array(_members(starts), np.int64)
        if not len(at):
            continue
        extra = price[at - block.first] - paid[m]
        for start, more in zip(at.tolist(), extra.tolist(), strict=True):
            if value + more <= most:
                found.append(Column(m, b, start, int(block.cost[start - block.first]), int(more)))
        if len(found) > MOST_COLUMNS:
            return None
    return found


def _members(starts: Bits) -> list[Ticks]:
    found = []
    while starts:
        low = starts & -starts
        found.append(low.bit_length() - 1)
        starts ^= low
    return found


def whole_bound(market: Market, prices: Prices, value: int, most: int, seconds: float, is_over: Callable[[], bool]) -> tuple[int, bool]:
    """No plan that costs the members less than `most` costs them less than the number returned (thousandths), which is at most `most`.

    `prices` prove `value`, which is no more than the number returned. And whether a longer try could prove more.
    """
    if value >= most:
        return most, False
    if max((member.left_out or 0 for member in market.members), default=0) > LARGEST or most > LARGEST:
        return value, False
    columns = columns_of(market, prices, value, most)
    model = None if columns is None or is_over() else _model(market, columns, value)
    if columns is None or model is None:
        return value, False
    result = _solved(model, seconds, is_over)
    if result is None:
        return value, True
    if result.termination.reason == mathopt.TerminationReason.INFEASIBLE:
        return most, False
    proved = result.termination.objective_bounds.dual_bound
    is_done = result.termination.reason == mathopt.TerminationReason.OPTIMAL
    if not np.isfinite(proved):
        return value, not is_done
    return max(value, min(most, value + int(SCALE * SCALE * (proved - CARE * max(1.0, abs(proved)))))), not is_done


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


def _model(market: Market, columns: list[Column], value: int) -> mathopt.Model | None:
    """Costs are counted from `value` on, in thousands, so that small differences keep their digits."""
    model = mathopt.Model()
    ones = [model.add_linear_constraint(lb=1, ub=1) for _ in market.members]
    uses: dict[int, list[tuple[Ticks, Ticks, int, mathopt.Variable]]] = defaultdict(list)
    objective = []
    for m, member in enumerate(market.members):
        if member.left_out is not None:
            out = model.add_binary_variable()
            ones[m].set_coefficient(out, 1)
            objective.append((out, member.left_out))
    entries = 0
    for column in columns:
        x = model.add_binary_variable()
        ones[column.member].set_coefficient(x, 1)
        objective.append((x, column.cost))
        for part in market.members[column.member].blocks[column.block].parts:
            begin, end = column.start + part.begin, column.start + part.end
            options = [r for r, possible in part.candidates if possible >> column.start & 1]
            if len(options) == part.count:
                for r in options:
                    uses[r].append((begin, end, part.demand, x))
                continue
            served = model.add_linear_constraint(lb=0, ub=0)
            served.set_coefficient(x, -part.count)
            for r in options:
                y = model.add_binary_variable()
                served.set_coefficient(y, 1)
                uses[r].append((begin, end, part.demand, y))
    for r, parts in uses.items():
        free = market.free[r]
        drops = (np.flatnonzero(free[1:] < free[:-1]) + 1).tolist()
        for tick in sorted({begin for begin, *_ in parts} | set(drops)):
            if not 0 <= tick < len(free) or not market.open[r][tick]:
                continue
            here = [(demand, y) for begin, end, demand, y in parts if begin <= tick < end]
            if sum(demand for demand, _ in here) <= free[tick]:
                continue
            entries += len(here)
            if entries > MOST_ENTRIES:
                return None
            row = model.add_linear_constraint(ub=int(free[tick]))
            for demand, y in here:
                row.set_coefficient(y, demand)
    model.minimize(mathopt.fast_sum(cost / SCALE / SCALE * x for x, cost in objective) - value / SCALE / SCALE)
    return model
