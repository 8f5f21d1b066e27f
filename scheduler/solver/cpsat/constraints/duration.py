"""Duration: a task lasts as long as its mode says, and takes its resources for the whole, the head or the tail.

Check: verify.rules.check_duration.
"""

from ortools.sat.python import cp_model

from scheduler.placement import bits
from scheduler.solver.cpsat.variables import Use, Variables
from scheduler.ticks.instance import Instance


def add_duration(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """Every candidate that serves takes `[start + begin, start + end)`."""
    for request, domain in variables.servable():
        for task, mode_domains, tick_task in zip(request.tasks, domain.tasks, instance.requests[request.position].tasks, strict=True):
            for mode, mode_domain, serves in zip(tick_task.modes, mode_domains, task.serves, strict=True):
                # A mode that cannot be used has no literals, hence not strict.
                for requirement, literals, candidates in zip(mode.requirements, serves, mode_domain.candidates, strict=False):
                    begin, length = requirement.begin, requirement.end - requirement.begin
                    for resource, literal in literals.items():
                        if not variables.is_contested(resource):
                            continue
                        starts = candidates[resource]
                        interval = model.new_optional_fixed_size_interval_var(task.start + begin, length, literal, "")
                        use = Use(interval, requirement.demand, bits.lowest(starts) + begin, starts.bit_length() - 1 + requirement.end, request.position)
                        variables.uses[resource].append(use)
