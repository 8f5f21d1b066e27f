"""From what people ask to a problem that can be planned: checks, building, what-if. Pure.

Above the model, below ticks: no grid, no solver, no I/O.
"""

from scheduler.planning.build import build_problem, freeze_calendars
from scheduler.planning.check import check_problem, check_request
from scheduler.planning.eligible import Eligibility
from scheduler.planning.scenarios import apply_scenario, apply_scenarios

__all__ = ["Eligibility", "apply_scenario", "apply_scenarios", "build_problem", "check_problem", "check_request", "freeze_calendars"]
