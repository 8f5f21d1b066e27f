"""Whether a booking in force stays as it is."""

from functools import partial

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.readings import booking_of
from scheduler.solver.cpsat.variables import RequestVariables, Variables
from scheduler.ticks.instance import Plan, TickBooking


def stays_as(model: cp_model.CpModel, variables: Variables, request: RequestVariables, booking: TickBooking) -> cp_model.IntVar | None:
    """A literal that is true only if the task is booked just so; None if it cannot be."""
    made = request.tasks[booking.task]
    mode = made.modes[booking.mode]
    if mode is None or not made.starts >> booking.start & 1:
        return None
    needed = {mode.index: mode}
    for served, literals in zip(booking.resources, made.serves[booking.mode], strict=True):
        if any(resource not in literals for resource in served):
            return None
        needed.update({literals[resource].index: literals[resource] for resource in served})
    stays = model.new_bool_var("")
    for literal in needed.values():
        model.add_implication(stays, literal)
    model.add(made.start == booking.start).only_enforce_if(stays)
    variables.define(stays, partial(_is_kept, request.position, booking))
    return stays


def _is_kept(position: int, booking: TickBooking, plan: Plan) -> int:
    return int(booking_of(plan, position, booking.task) == booking)
