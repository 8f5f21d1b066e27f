"""The counts of a schedule that people ask for first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.model.problem import Problem
from scheduler.model.schedule import Booking, Schedule, is_same


@dataclass(frozen=True, slots=True)
class Counts:
    """Requests served, left out and late; bookings in force moved or dropped; mean days from arrival to completion."""

    served: int
    unserved: int
    tardy: int
    moves: int
    mean_flow_days: float


def count(problem: Problem, schedule: Schedule) -> Counts:
    """The counts of `schedule`, which answers `problem`."""
    left_out = {each.request for each in schedule.unserved}
    completion: dict[str, datetime] = {}
    for booking in schedule.bookings:
        known = completion.get(booking.request)
        if known is None or booking.window.end > known:
            completion[booking.request] = booking.window.end
    served = [each for each in problem.requests if each.id not in left_out]
    flows = [completion[each.id] - (each.arrival or each.release or problem.now) for each in served if each.id in completion]
    placed = {each.key: each for each in schedule.bookings}
    return Counts(
        served=len(served),
        unserved=len(left_out),
        tardy=sum(1 for each in served if each.due is not None and each.id in completion and completion[each.id] > each.due),
        moves=sum(1 for each in problem.in_force if not each.frozen and not _stays(each.booking, placed)),
        mean_flow_days=round(sum(flows, timedelta()) / timedelta(days=1) / len(flows), 2) if flows else 0.0,
    )


def _stays(booking: Booking, placed: dict[tuple[str, str], Booking]) -> bool:
    return booking.key in placed and is_same(booking, placed[booking.key])
