"""The exact model of a whole instance: variables, every rule, the objective; and plans read back from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.constraints import ADD
from scheduler.solver.cpsat.objective import Objective
from scheduler.solver.cpsat.variables import Variables, make_variables
from scheduler.solver.domains import RequestDomain
from scheduler.ticks.instance import Instance, Plan, TickBooking


@dataclass(frozen=True, slots=True)
class ExactModel:
    """A built model; `objective` makes the tiers."""

    model: cp_model.CpModel
    variables: Variables
    objective: Objective
    instance: Instance


def build_model(instance: Instance, domains: Sequence[RequestDomain]) -> ExactModel:
    """The model of `instance` over `domains`, with every rule and no objective set yet."""
    model = cp_model.CpModel()
    variables = make_variables(model, instance, domains)
    for add in ADD.values():
        add(model, variables, instance)
    return ExactModel(model, variables, Objective(model, variables, instance), instance)


def read_plan(exact: ExactModel, value: Callable[[cp_model.IntVar], int]) -> Plan:
    """The plan that a solution says; `value` gives the value of a variable."""
    plan: Plan = {}
    for request in exact.variables.requests:
        if not value(request.presence):
            continue
        bookings = []
        for t, task in enumerate(request.tasks):
            mode = next(m for m, literal in enumerate(task.modes) if literal is not None and value(literal))
            served = tuple(tuple(sorted(r for r, literal in literals.items() if value(literal))) for literals in task.serves[mode])
            bookings.append(TickBooking(t, mode, value(task.start), served))
        plan[request.position] = tuple(bookings)
    return plan
