"""Series: tasks of one kind repeated keep their distance from start to start. Check: verify.rules.check_series.

The day of the week is in the starts of each task.
"""

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.constraints.precedence import add_lag
from scheduler.solver.cpsat.variables import Variables
from scheduler.ticks.instance import Instance


def add_series(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """Neighbours in a series start at least, and at most, as far apart as it says."""
    for request, _ in variables.servable():
        for each in instance.requests[request.position].precedences:
            if each.is_series:
                add_lag(model, request, each)
