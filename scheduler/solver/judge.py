"""What the solver asks of the verifier, which it must not import: callers pass one in."""

from collections.abc import Sequence
from typing import Protocol

from scheduler.model.problem import Problem
from scheduler.model.result import Score
from scheduler.model.schedule import Schedule


class Judge(Protocol):
    """Checks and scores schedules in wall-clock time, knowing nothing of the solver."""

    def violations(self, problem: Problem, schedule: Schedule) -> Sequence[str]:
        """One sentence per rule that `schedule` breaks; none if it may be shown."""

    def score(self, problem: Problem, schedule: Schedule) -> Score:
        """Every term of the policy with its amount and cost."""
