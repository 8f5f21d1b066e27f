"""The exact model alone, from an empty plan: what CP-SAT says without any rung below it; and the verifier as a judge."""

from time import monotonic

from scheduler.model.problem import Problem
from scheduler.model.result import Score
from scheduler.model.schedule import Schedule
from scheduler.solver.budget import Budget
from scheduler.solver.cpsat.search import search
from scheduler.solver.domains import Explorer
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule
from scheduler.verify.rules import check_schedule
from scheduler.verify.score import score_schedule


class _Verifier:
    def violations(self, problem: Problem, schedule: Schedule) -> tuple[str, ...]:
        return tuple(f"{each.rule}: {each.detail}" for each in check_schedule(problem, schedule))

    def score(self, problem: Problem, schedule: Schedule) -> Score:
        return score_schedule(problem, schedule)


JUDGE = _Verifier()


def exact_schedule(problem: Problem, seconds: float = 10.0) -> tuple[Schedule, bool]:
    """The best schedule found and whether it is proved best."""
    instance = compile_problem(problem)
    explorer = Explorer(instance)
    frozen_whole = {position: () for position, each in enumerate(instance.requests) if not each.tasks and each.can_serve}
    found = search(
        instance,
        [explorer.explore(each) for each in instance.requests],
        dict(frozen_whole),
        Budget(ends_at=monotonic() + seconds, deterministic_seconds=None, seed=0, workers=1),
    )
    assert found is not None
    return extract_schedule(problem, instance, found.plan, {}), found.is_proved
