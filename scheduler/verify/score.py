"""The score of a schedule, recomputed from wall-clock times: one function per term, named like it.

`scheduler.model.policy.Term` says what each term counts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scheduler.model.policy import TermName
from scheduler.model.problem import Problem
from scheduler.model.request import Request
from scheduler.model.result import Score, ScoredTerm
from scheduler.model.schedule import Booking, Schedule
from scheduler.verify.facts import Key, is_same, mode_of

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sums:
    """What the terms read: `completion` has the last end of each served request, in minutes since 1970, rounded up."""

    problem: Problem
    left_out: frozenset[str]
    completion: dict[str, int]
    booked: dict[Key, Booking]


def score_schedule(problem: Problem, schedule: Schedule) -> Score:
    """Every term of the policy with its amount and cost, in the policy's order. Expects a schedule without violations."""
    sums = _sums(problem, schedule)
    amounts = {term.name: TERMS[term.name](sums) for term in problem.policy.terms}
    return tuple(
        ScoredTerm(name=term.name, tier=term.tier, weight=term.weight, amount=amounts[term.name], cost=amounts[term.name] * term.weight)
        for term in problem.policy.terms
    )


def unserved(sums: Sums) -> int:
    """Sum of the weights of the requests left out."""
    return sum(request.weight for request in sums.problem.requests if request.id in sums.left_out)


def tardiness(sums: Sums) -> int:
    """Sum over served requests with a due date of weight x max(0, completion - due)."""
    return sum(request.weight * max(0, completion - minutes_down(request.due)) for request, completion in _served(sums) if request.due is not None)


def moves(sums: Sums) -> int:
    """Sum of the move costs of movable bookings in force that are booked differently or not at all."""
    total = 0
    for each in sums.problem.in_force:
        if each.frozen:
            continue
        ours = sums.booked.get(each.booking.key)
        if ours is None or not is_same(ours, each.booking):
            total += sums.problem.policy.move_cost if each.move_cost is None else each.move_cost
    return total


def flow_time(sums: Sums) -> int:
    """Sum over served requests of max(0, completion - arrival); without an arrival the release date counts, without both now."""
    return sum(max(0, completion - minutes_down(request.arrival or request.release or sums.problem.now)) for request, completion in _served(sums))


def preferences(sums: Sums) -> int:
    """Number of resources that serve a requirement with preferences and are not preferred; those of frozen bookings too."""
    total = 0
    for request in sums.problem.requests:
        for task in request.tasks:
            booking = sums.booked.get((request.id, task.id))
            mode = None if booking is None else mode_of(task, booking.mode)
            if booking is None or mode is None:
                continue
            preferred = {each.id: each.preferred for each in mode.requirements if each.preferred}
            for each in booking.allocations:
                if each.requirement in preferred:
                    total += len(set(each.resources).difference(preferred[each.requirement]))
    return total


TERMS: dict[TermName, Callable[[Sums], int]] = {
    "unserved": unserved,
    "tardiness": tardiness,
    "moves": moves,
    "flow_time": flow_time,
    "preferences": preferences,
}


def minutes_up(moment: datetime) -> int:
    """Whole minutes since 1970 (UTC), rounded up."""
    return -((EPOCH - moment) // MINUTE)


def minutes_down(moment: datetime) -> int:
    """Whole minutes since 1970 (UTC), rounded down."""
    return (moment - EPOCH) // MINUTE


def _sums(problem: Problem, schedule: Schedule) -> Sums:
    left_out = frozenset(each.request for each in schedule.unserved)
    last_end: dict[str, datetime] = {}
    for booking in schedule.bookings:
        end = booking.window.end
        if booking.request not in left_out:
            last_end[booking.request] = max(end, last_end.get(booking.request, end))
    completion = {request_id: minutes_up(end) for request_id, end in last_end.items()}
    return Sums(problem=problem, left_out=left_out, completion=completion, booked={each.key: each for each in schedule.bookings})


def _served(sums: Sums) -> Iterable[tuple[Request, int]]:
    return ((request, sums.completion[request.id]) for request in sums.problem.requests if request.id in sums.completion)
