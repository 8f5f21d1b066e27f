"""What the terms of the objective read, gathered once for a problem and a schedule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from scheduler.model.problem import Company, Problem, weight_of
from scheduler.model.request import Request, Task
from scheduler.model.schedule import Booking, Schedule
from scheduler.verify.facts import Facts, Key, facts_of

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sums:
    """What the terms read: `completion` has the last end of each served request, in minutes since 1970, rounded up."""

    problem: Problem
    schedule: Schedule
    left_out: frozenset[str]
    completion: dict[str, int]
    booked: dict[Key, Booking]
    companies: dict[str, Company]

    def served(self) -> Iterator[tuple[Request, int]]:
        """The served requests with their completion."""
        return ((request, self.completion[request.id]) for request in self.problem.requests if request.id in self.completion)

    def booked_tasks(self, request: Request) -> Iterator[tuple[Task, Booking]]:
        """The tasks of the request that are booked."""
        for task in request.tasks:
            booking = self.booked.get((request.id, task.id))
            if booking is not None:
                yield task, booking

    def weight_of(self, request: Request) -> int:
        """What the request weighs, by the policy's factors too."""
        return weight_of(self.problem, request, self.companies)

    @cached_property
    def first_start(self) -> dict[str, int]:
        """The first start of each request booked, in minutes since 1970, rounded down."""
        first: dict[str, datetime] = {}
        for booking in self.schedule.bookings:
            start = booking.window.start
            first[booking.request] = min(start, first.get(booking.request, start))
        return {request_id: minutes_down(start) for request_id, start in first.items()}

    @cached_property
    def facts(self) -> Facts:
        """The lookups of the rules, for the terms that walk along a resource's uses; worked out only for them."""
        return facts_of(self.problem, self.schedule)


def sums_of(problem: Problem, schedule: Schedule) -> Sums:
    """What the terms read of one problem and one schedule."""
    left_out = frozenset(each.request for each in schedule.unserved)
    last_end: dict[str, datetime] = {}
    for booking in schedule.bookings:
        end = booking.window.end
        if booking.request not in left_out:
            last_end[booking.request] = max(end, last_end.get(booking.request, end))
    return Sums(
        problem=problem,
        schedule=schedule,
        left_out=left_out,
        completion={request_id: minutes_up(end) for request_id, end in last_end.items()},
        booked={each.key: each for each in schedule.bookings},
        companies={each.id: each for each in problem.companies},
    )


def minutes_up(moment: datetime) -> int:
    """Whole minutes since 1970 (UTC), rounded up."""
    return -((EPOCH - moment) // MINUTE)


def minutes_down(moment: datetime) -> int:
    """Whole minutes since 1970 (UTC), rounded down."""
    return (moment - EPOCH) // MINUTE


def late_minutes(end: int, due: datetime | None) -> int:
    """Minutes from the due date to `end` (minutes since 1970), if that is late; 0 without a due date."""
    return 0 if due is None else max(0, end - minutes_down(due))
