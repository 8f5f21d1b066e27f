"""Most moves: at most so many of the bookings in force that cost something to move are moved or dropped. Check: verify.rules.check_most_moves."""

from functools import partial

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.readings import booking_of
from scheduler.solver.cpsat.variables import RequestVariables, Variables
from scheduler.ticks.instance import Instance, Plan, TickBooking


def add_most_moves(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """All but so many stay as they are."""
    if instance.most_moves is None:
        return
    stays: list[cp_model.IntVar] = []
    count = 0
    for request in variables.requests:
        for task, booking, cost in instance.requests[request.position].current:
            if cost:
                count += 1
                literal = None if booking is None or not request.tasks else _stays(model, variables, request, task, booking)
                if literal is not None:
                    stays.append(literal)
    if count > instance.most_moves:
        model.add(cp_model.LinearExpr.sum(stays) >= count - instance.most_moves)


def _stays(model: cp_model.CpModel, variables: Variables, request: RequestVariables, task: int, booking: TickBooking) -> cp_model.IntVar | None:
    """A literal that is true only if the booking stays as it is; None if it cannot."""
    made = request.tasks[task]
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
