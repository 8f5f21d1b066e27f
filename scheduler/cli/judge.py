"""The verifier as the solver's judge: solver and verify do not know each other, entry points join them."""

from scheduler.model.problem import Problem
from scheduler.model.result import Score
from scheduler.model.schedule import Schedule
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import score_schedule


class Verifier:
    """Answers the two questions of `scheduler.solver.judge.Judge`, each by `scheduler.verify`."""

    def violations(self, problem: Problem, schedule: Schedule) -> tuple[str, ...]:
        """One sentence per rule broken."""
        return tuple(str(each) for each in check_schedule(problem, schedule))

    def score(self, problem: Problem, schedule: Schedule) -> Score:
        """Every term of the policy, recomputed in wall-clock time."""
        return score_schedule(problem, schedule)
