"""Sharing: in a shared resource only compatible recipes meet, and nobody else begins or ends while an undisturbed part runs.

What frozen bookings forbid is in the start domains. Check: verify.rules.check_sharing.
"""

from functools import partial
from itertools import combinations

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.readings import booked_on
from scheduler.solver.cpsat.variables import Part, Use, Variables
from scheduler.solver.starts import are_unlike
from scheduler.ticks.instance import Instance, Plan


def add_sharing(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """Every two parts that may meet on a shared resource get on with each other."""
    for resource, data in enumerate(instance.resources):
        if not data.shares:
            continue
        for left, right in combinations(variables.uses.get(resource, ()), 2):
            if left.part is None or right.part is None or not _can_meet(left, right, left.part, right.part) or left.demand + right.demand > data.capacity:
                continue
            is_unlike = are_unlike(left.part.recipe, right.part.recipe, data.compatible)
            is_disturbed = left.part.key[:2] != right.part.key[:2] and (left.part.undisturbed or right.part.undisturbed)
            if is_unlike or (is_disturbed and not _may_contain(left.part, right.part) and not _may_contain(right.part, left.part)):
                model.add_no_overlap([left.interval, right.interval])
            elif is_disturbed:
                inner, outer = (left.part, right.part) if _may_contain(right.part, left.part) else (right.part, left.part)
                _keep_edges_away(model, variables, resource, inner, outer)


def _can_meet(left: Use, right: Use, one: Part, other: Part) -> bool:
    is_other_mode = one.key[:2] == other.key[:2] and one.key[2] != other.key[2]
    return not is_other_mode and left.earliest < right.latest and right.earliest < left.latest


def _may_contain(outer: Part, inner: Part) -> bool:
    """Whether `inner` may run within `outer` and neither is disturbed: no edge of the one lies strictly inside it if it is undisturbed."""
    if outer.undisturbed:
        return (outer.length, outer.late, outer.short) == (inner.length, inner.late, inner.short)
    after, before = _margins(outer, inner)
    return inner.undisturbed and outer.length >= after + inner.length + before


def _margins(outer: Part, inner: Part) -> tuple[int, int]:
    """By how many ticks at least `inner` begins after `outer`, and ends before it, so that it truly lies in it."""
    return int(outer.late > inner.late), int(outer.short > inner.short)


def _keep_edges_away(model: cp_model.CpModel, variables: Variables, resource: int, inner: Part, outer: Part) -> None:
    """The parts are apart, or `inner` lies in `outer` as a whole."""
    first, second, within = (model.new_bool_var("") for _ in range(3))
    model.add(inner.start + inner.length <= outer.start).only_enforce_if(first)
    model.add(outer.start + outer.length <= inner.start).only_enforce_if(second)
    after, before = _margins(outer, inner)
    model.add(outer.start + after <= inner.start).only_enforce_if(within)
    model.add(inner.start + inner.length + before <= outer.start + outer.length).only_enforce_if(within)
    model.add_bool_or(first, second, within, ~inner.literal, ~outer.literal)
    variables.define_all([first, second, within], partial(_order, resource, inner, outer))


def _order(resource: int, inner: Part, outer: Part, plan: Plan) -> list[int]:
    starts = booked_on(plan, resource)
    if inner.key not in starts or outer.key not in starts:
        return [0, 0, 0]
    one, other = starts[inner.key] + inner.begin, starts[outer.key] + outer.begin
    if one + inner.length <= other:
        return [1, 0, 0]
    return [0, 1, 0] if other + outer.length <= one else [0, 0, 1]
