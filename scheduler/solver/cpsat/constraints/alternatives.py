"""Alternatives: a requirement is served by `count` different candidates. Check: verify.rules.check_alternatives."""

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.variables import Variables
from scheduler.ticks.instance import Instance


def add_alternatives(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """Exactly `count` candidates serve each requirement of the mode chosen, and none those of other modes."""
    for request, _ in variables.servable():
        for task, tick_task in zip(request.tasks, instance.requests[request.position].tasks, strict=True):
            for chosen, mode, serves in zip(task.modes, tick_task.modes, task.serves, strict=True):
                if chosen is None:
                    continue
                for requirement, literals in zip(mode.requirements, serves, strict=True):
                    candidates = list(literals.values())
                    if len(candidates) in (0, requirement.count):
                        continue  # easy, served at the end; or all serve: their literals are the mode's
                    if requirement.count == 1:
                        model.add_exactly_one(*candidates, ~chosen)
                    else:
                        model.add(sum(candidates) == requirement.count * chosen)
