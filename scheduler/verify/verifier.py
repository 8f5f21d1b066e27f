"""The verifier as one object, for whoever judges schedules without knowing how (the solver)."""

from scheduler.model.problem import Problem
from scheduler.model.result import Score
from scheduler.model.schedule import Schedule
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import score_schedule


class Verifier:
    """Checks and scores schedules in wall-clock time, knowing nothing of solver or ticks."""

    def violations(self, problem: Problem, schedule: Schedule) -> tuple[str, ...]:
        """One sentence for every rule that `schedule` breaks; none if it may be shown."""
        return tuple(f"{each.rule}: {each.detail}" for each in check_schedule(problem, schedule))

    def score(self, problem: Problem, schedule: Schedule) -> Score:
        """Every term of the policy with its amount and cost."""
        return score_schedule(problem, schedule)
