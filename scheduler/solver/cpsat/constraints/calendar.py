"""Calendar: a resource serves only while it is open (and, if its qualification is limited, qualified).

Carried by the start domains exactly (`solver.starts`): no breaks as intervals, no element constraints.
Check: verify.rules.check_calendar.
"""

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.variables import Variables
from scheduler.ticks.instance import Instance


def add_calendar(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """A candidate that serves has the start in its own starts."""
    for request, domain in variables.servable():
        for task, mode_domains in zip(request.tasks, domain.tasks, strict=True):
            for mode, mode_domain in zip(task.serves, mode_domains, strict=True):
                for literals, candidates in zip(mode, mode_domain.candidates, strict=True):
                    for resource, literal in literals.items():
                        starts = candidates[resource]
                        if starts != task.starts:
                            model.add_linear_expression_in_domain(task.start, variables.domain_of(starts)).only_enforce_if(literal)
