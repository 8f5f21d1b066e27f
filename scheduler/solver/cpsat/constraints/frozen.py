"""Frozen: what frozen bookings take stays taken.

Fixed uses cut the start domains (of a unit resource that is all there is to say); on shared
resources they also stand as fixed intervals beside the free ones. What more they mean on special
resources is said there. Check: verify.rules.check_frozen, check_capacity.
"""

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.variables import Use, Variables
from scheduler.solver.starts import profile
from scheduler.ticks.instance import Instance


def add_frozen(model: cp_model.CpModel, variables: Variables, instance: Instance) -> None:
    """Fixed uses of shared resources take part in the capacity rule."""
    for resource, pieces in profile(instance).items():
        capacity = instance.resources[resource].capacity
        if capacity == 1 or resource not in variables.uses or instance.resources[resource].is_batch:
            continue
        for start, end, amount in pieces:
            # Frozen bookings may overload a resource among themselves; nothing free fits there anyway.
            interval = model.new_fixed_size_interval_var(start, end - start, "")
            variables.uses[resource].append(Use(interval, min(amount, capacity), start, end, None))
