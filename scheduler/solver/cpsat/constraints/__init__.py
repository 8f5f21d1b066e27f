"""The rules of a plan, one a file. The verifier knows each by the same name."""

from collections.abc import Callable

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.constraints.alternatives import add_alternatives
from scheduler.solver.cpsat.constraints.calendar import add_calendar
from scheduler.solver.cpsat.constraints.capacity import add_capacity
from scheduler.solver.cpsat.constraints.completeness import add_completeness
from scheduler.solver.cpsat.constraints.duration import add_duration
from scheduler.solver.cpsat.constraints.frozen import add_frozen
from scheduler.solver.cpsat.constraints.links import add_links
from scheduler.solver.cpsat.constraints.location import add_location
from scheduler.solver.cpsat.constraints.precedence import add_precedence
from scheduler.solver.cpsat.constraints.time_limits import add_time_limits
from scheduler.solver.cpsat.variables import Variables
from scheduler.ticks.instance import Instance

Rule = Callable[[cp_model.CpModel, Variables, Instance], None]

ADD: dict[str, Rule] = {
    "completeness": add_completeness,
    "alternatives": add_alternatives,
    "time_limits": add_time_limits,
    "calendar": add_calendar,
    "precedence": add_precedence,
    "location": add_location,
    "links": add_links,
    # These two say what is taken, the last one that it is not too much: keep the order.
    "duration": add_duration,
    "frozen": add_frozen,
    "capacity": add_capacity,
}
"""What adds each rule to a model, in the order in which they must be added."""

RULES: tuple[str, ...] = tuple(ADD)
"""Names of the rules."""
