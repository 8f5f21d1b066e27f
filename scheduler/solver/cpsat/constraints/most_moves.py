"""Most moves: at most so many of the bookings in force that cost something to move are moved or dropped. Check: verify.rules.check_most_moves."""

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.stays import stays_as
from scheduler.solver.cpsat.variables import Variables
from scheduler.ticks.instance import Instance


def add_most_moves(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """All but so many stay as they are."""
    if instance.most_moves is None:
        return
    stays: list[cp_model.IntVar] = []
    count = 0
    for request in variables.requests:
        for _, booking, cost in instance.requests[request.position].current:
            if cost:
                count += 1
                literal = None if booking is None or not request.tasks else stays_as(model, variables, request, booking)
                if literal is not None:
                    stays.append(literal)
    if count > instance.most_moves:
        model.add(cp_model.LinearExpr.sum(stays) >= count - instance.most_moves)
