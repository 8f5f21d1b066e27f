"""Alternatives: a requirement is served by `count` different candidates, where so asked of different institutes. Check: verify.rules.check_alternatives."""

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
                    if requirement.different_institutes and requirement.count > 1:
                        _keep_institutes_apart(model, instance, literals)
                    candidates = list(literals.values())
                    if len(candidates) in (0, requirement.count):
                        continue  # easy, served at the end; or all serve: their literals are the mode's
                    if requirement.count == 1:
                        model.add_exactly_one(*candidates, ~chosen)
                    else:
                        model.add(sum(candidates) == requirement.count * chosen)


def _keep_institutes_apart(model: cp_model.CpModel, instance: Instance, literals: dict[int, cp_model.IntVar]) -> None:
    by_institute: dict[int, list[cp_model.IntVar]] = {}
    for resource, literal in literals.items():
        by_institute.setdefault(instance.resources[resource].institute, []).append(literal)
    for institute, each in by_institute.items():
        if institute >= 0 and len(each) > 1:
            # Where all must serve, their literals are one: the mode itself cannot be.
            if len({literal.index for literal in each}) == 1:
                model.add(each[0] == 0)
            else:
                model.add_at_most_one(*each)
