"""Completeness: a request is served whole or not at all. Check: verify.rules.check_completeness."""

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.variables import Variables
from scheduler.ticks.instance import Instance


def add_completeness(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """Every task of a served request is done in exactly one of its modes; of a request left out, in none."""
    for request, _ in variables.servable():
        for task in request.tasks:
            modes = task.literals
            if modes != (request.presence,):
                model.add_exactly_one(*modes, ~request.presence)
