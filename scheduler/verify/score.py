"""The score of a schedule, recomputed from wall-clock times: one function per term, named like it.

`scheduler.model.policy.Term` says what each term counts; those in which requests meet are in
`scheduler.verify.score_coupled`.
"""

from collections.abc import Callable

from scheduler.model.collector import resting
from scheduler.model.policy import TermName
from scheduler.model.problem import Problem
from scheduler.model.request import Task
from scheduler.model.result import Score, ScoredTerm
from scheduler.model.schedule import Booking, Schedule
from scheduler.verify.facts import mode_of
from scheduler.verify.limits import moved_in
from scheduler.verify.score_coupled import changeover_cost, changeover_time, makespan, quota_excess, run_time, travel, worst_off
from scheduler.verify.sums import Sums, late_minutes, minutes_down, minutes_up, sums_of

__all__ = ["TERMS", "minutes_down", "minutes_up", "score_schedule"]


@resting
def score_schedule(problem: Problem, schedule: Schedule) -> Score:
    """Every term of the policy with its amount and cost, in the policy's order. Expects a schedule without violations."""
    sums = sums_of(problem, schedule)
    amounts = {term.name: TERMS[term.name](sums) for term in problem.policy.terms}
    return tuple(
        ScoredTerm(name=term.name, tier=term.tier, weight=term.weight, amount=amounts[term.name], cost=amounts[term.name] * term.weight)
        for term in problem.policy.terms
    )


def unserved(sums: Sums) -> int:
    """Sum of the weights of the requests left out."""
    return sum(sums.weight_of(request) for request in sums.problem.requests if request.id in sums.left_out)


def tardiness(sums: Sums) -> int:
    """Sum over served requests with a due date of weight x max(0, completion - due)."""
    return sum(sums.weight_of(request) * late_minutes(completion, request.due) for request, completion in sums.served())


def task_tardiness(sums: Sums) -> int:
    """Sum over the tasks of served requests with a due date of their own of weight of the request x max(0, end - due)."""
    return sum(sums.weight_of(request) * _late(task, booking) for request, _ in sums.served() for task, booking in sums.booked_tasks(request) if task.due)


def late(sums: Sums) -> int:
    """Number of served requests that end after their due date, or of which a task ends after its own."""
    return sum(
        late_minutes(completion, request.due) > 0 or any(_late(task, booking) > 0 for task, booking in sums.booked_tasks(request))
        for request, completion in sums.served()
    )


def _late(task: Task, booking: Booking) -> int:
    return late_minutes(minutes_up(booking.window.end), task.due)


def span(sums: Sums) -> int:
    """Sum over served requests of last end - first start."""
    return sum(completion - sums.first_start[request.id] for request, completion in sums.served())


def flow_time(sums: Sums) -> int:
    """Sum over served requests of max(0, completion - arrival); without an arrival the release date counts, without both now."""
    return sum(max(0, completion - minutes_down(request.arrival or request.release or sums.problem.now)) for request, completion in sums.served())


def moves(sums: Sums) -> int:
    """Sum of the move costs of movable bookings in force that are booked differently or not at all."""
    return sum(cost for _, cost in moved_in(sums.problem, sums.booked))


def people(sums: Sums) -> int:
    """Sum over served requests of the number of different persons who serve them."""
    persons = {each.id for each in sums.problem.lab.resources if each.kind == "person"}
    return sum(
        len({each for _, booking in sums.booked_tasks(request) for allocation in booking.allocations for each in allocation.resources} & persons)
        for request, _ in sums.served()
    )


def preferences(sums: Sums) -> int:
    """Number of resources that serve a requirement with preferences and are not preferred; those of frozen bookings too."""
    total = 0
    for request in sums.problem.requests:
        for task, booking in sums.booked_tasks(request):
            mode = mode_of(task, booking.mode)
            if mode is None:
                continue
            preferred = {each.id: each.preferred for each in mode.requirements if each.preferred}
            for each in booking.allocations:
                if each.requirement in preferred:
                    total += len(set(each.resources).difference(preferred[each.requirement]))
    return total


TERMS: dict[TermName, Callable[[Sums], int]] = {
    "unserved": unserved,
    "tardiness": tardiness,
    "task_tardiness": task_tardiness,
    "late": late,
    "makespan": makespan,
    "span": span,
    "flow_time": flow_time,
    "moves": moves,
    "travel": travel,
    "changeover_time": changeover_time,
    "changeover_cost": changeover_cost,
    "run_time": run_time,
    "people": people,
    "preferences": preferences,
    "quota_excess": quota_excess,
    "worst_off": worst_off,
}
