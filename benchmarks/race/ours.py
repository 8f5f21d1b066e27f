"""Our solver, called as every user calls it."""

from benchmarks.race.entrant import Found
from scheduler import __version__
from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.solver.solve import solve
from scheduler.verify.verifier import Verifier


def run(problem: Problem, limits: Limits) -> Found:
    """What `solve` finds."""
    result = solve(problem, limits=limits, judge=Verifier())
    return Found(result.schedule, result.bound, result.progress, f"slotwright {__version__}")
