"""Time limits: never before the release date or now, never after the deadline or outside the horizon.

`compile` has folded them into each mode's first and last start. Check: verify.rules.check_time_limits.
"""

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.variables import Variables
from scheduler.ticks.instance import Instance


def add_time_limits(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """The mode chosen has the start in its own starts."""
    for request, domain in variables.servable():
        for task, mode_domains in zip(request.tasks, domain.tasks, strict=True):
            for literal, mode_domain in zip(task.modes, mode_domains, strict=True):
                if literal is not None and mode_domain.starts != task.starts:
                    model.add_linear_expression_in_domain(task.start, variables.domain_of(mode_domain.starts)).only_enforce_if(literal)
