"""The rules of a plan, one a file. The verifier knows each by the same name."""

from collections.abc import Callable

from ortools.sat.python import cp_model

from scheduler.solver.cpsat.constraints.alternatives import add_alternatives
from scheduler.solver.cpsat.constraints.batch import add_batch
from scheduler.solver.cpsat.constraints.calendar import add_calendar
from scheduler.solver.cpsat.constraints.capacity import add_capacity
from scheduler.solver.cpsat.constraints.changeover import add_changeover
from scheduler.solver.cpsat.constraints.completeness import add_completeness
from scheduler.solver.cpsat.constraints.duration import add_duration
from scheduler.solver.cpsat.constraints.frozen import add_frozen
from scheduler.solver.cpsat.constraints.links import add_links
from scheduler.solver.cpsat.constraints.location import add_location
from scheduler.solver.cpsat.constraints.most_moves import add_most_moves
from scheduler.solver.cpsat.constraints.precedence import add_precedence
from scheduler.solver.cpsat.constraints.quota import add_quota
from scheduler.solver.cpsat.constraints.series import add_series
from scheduler.solver.cpsat.constraints.sessions import add_sessions
from scheduler.solver.cpsat.constraints.sharing import add_sharing
from scheduler.solver.cpsat.constraints.time_limits import add_time_limits
from scheduler.solver.cpsat.constraints.travel import add_travel
from scheduler.solver.cpsat.variables import Variables
from scheduler.ticks.instance import Instance

Rule = Callable[[cp_model.CpModel, Variables, Instance], None]

ADD: dict[str, Rule] = {
    "completeness": add_completeness,
    "alternatives": add_alternatives,
    "time_limits": add_time_limits,
    "calendar": add_calendar,
    "precedence": add_precedence,
    "series": add_series,
    "location": add_location,
    "links": add_links,
    # These two say what is taken, those after them that it is not too much, and in order: keep the order.
    "duration": add_duration,
    "frozen": add_frozen,
    "capacity": add_capacity,
    "batch": add_batch,
    "sharing": add_sharing,
    # Of batch resources it orders the runs.
    "changeover": add_changeover,
    "travel": add_travel,
    "sessions": add_sessions,
    "quota": add_quota,
    "most_moves": add_most_moves,
}
"""What adds each rule to a model, in the order in which they must be added."""

RULES: tuple[str, ...] = tuple(ADD)
"""Names of the rules."""
