"""Capacity: at no time is more taken of a resource than it has. Check: verify.rules.check_capacity."""

from collections.abc import Iterable

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.variables import Use, Variables
from scheduler.ticks.instance import Instance


def add_capacity(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """Uses of a unit resource never overlap; of a shared one, they add up to at most its capacity. Of batch resources `batch` tells."""
    for resource, uses in variables.uses.items():
        if instance.resources[resource].is_batch:
            continue
        capacity = instance.resources[resource].capacity
        for group in clusters(uses):
            least_two = sum(sorted(each.demand for each in group)[:2])
            if least_two > capacity:
                model.add_no_overlap([each.interval for each in group])
            elif sum(each.demand for each in group) > capacity:
                model.add_cumulative([each.interval for each in group], [each.demand for each in group], capacity)


def clusters(uses: Iterable[Use]) -> list[list[Use]]:
    """Uses grouped so that none of one group can ever meet one of another; groups of one are left out."""
    found: list[list[Use]] = []
    reach = 0
    for use in sorted(uses, key=lambda each: (each.earliest, each.latest)):
        if found and use.earliest < reach:
            found[-1].append(use)
            reach = max(reach, use.latest)
        else:
            found.append([use])
            reach = use.latest
    return [group for group in found if len(group) > 1]
