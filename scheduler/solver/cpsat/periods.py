"""Literals by day, week or other period in which a task starts."""

from collections.abc import Callable, Sequence

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.readings import period_at
from scheduler.solver.cpsat.variables import Variables
from scheduler.ticks.instance import Bits, Plan, Ticks


def by_period(
    model: cp_model.CpModel,
    variables: Variables,
    literal: cp_model.IntVar,
    start: cp_model.LinearExpr,
    starts: Bits,
    edges: Sequence[Ticks],
    start_of: Callable[[Plan], Ticks | None],
) -> dict[int, cp_model.IntVar]:
    """Per period (between neighbours of `edges`) that has some of `starts`: a literal, true if `literal` is and the start lies there.

    `start_of` tells the start in a plan, None where `literal` is false.
    """
    inside = dict(_split(starts, edges))
    if len(inside) == 1:
        return dict.fromkeys(inside, literal)
    found = {}
    for number, each in inside.items():
        found[number] = model.new_bool_var("")
        model.add_linear_expression_in_domain(start, variables.domain_of(each)).only_enforce_if(found[number])
    model.add_exactly_one(*found.values(), ~literal)
    names = list(found)

    def values(plan: Plan) -> list[int]:
        at = start_of(plan)
        return [int(at is not None and number == period_at(edges, at)) for number in names]

    variables.define_all(list(found.values()), values)
    return found


def _split(starts: Bits, edges: Sequence[Ticks]) -> list[tuple[int, Bits]]:
    found = []
    left = starts
    for number in range(max(len(edges) - 2, 0)):
        end = edges[number + 1]
        inside = left & ((1 << end) - 1) if end > 0 else 0
        if inside:
            found.append((number, inside))
            left ^= inside
    if left:
        found.append((max(len(edges) - 2, 0), left))
    return found


def any_of(model: cp_model.CpModel, variables: Variables, literals: Sequence[cp_model.IntVar], value_of: Callable[[Plan], int]) -> cp_model.IntVar:
    """A literal that is true if and only if one of `literals` is; `value_of` tells whether, in a plan."""
    different = {each.index: each for each in literals}
    if len(different) == 1:
        return next(iter(different.values()))
    either = model.new_bool_var("")
    model.add_max_equality(either, list(different.values()))
    variables.define(either, value_of)
    return either
