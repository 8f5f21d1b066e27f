"""Lengths that are no whole ticks: what is safe is decided by the true moments, on every rung."""

from datetime import timedelta

import pytest

from scheduler.model.limits import Limits
from scheduler.model.problem import Problem
from scheduler.model.request import Mode, Request, Task
from scheduler.model.schedule import Schedule
from scheduler.placement.offers import list_offers
from scheduler.solver.solve import solve
from scheduler.ticks.runs import in_runs
from scheduler.verify.rules import check_schedule
from scheduler.verify.verifier import Verifier
from tests.ticks.labs import at, chamber, needs, problem, request

MINUTE = timedelta(minutes=1)
# Ticks of 15 minutes: 67 and 75 minutes both take five of them.
PAIRS = [(75, 67, False), (67, 75, True), (67, 67, True), (60, 7, False), (7, 15, True), (15, 7, False)]


def exposure(name: str, minutes: int, *, undisturbed: bool) -> Request:
    wanted = needs("chamber", undisturbed=undisturbed)
    return request(Task(id="t", modes=(Mode(duration=minutes * MINUTE, requirements=(wanted,)),)), id=name, release=at(0), deadline=at(4))


def pair(kept: int, other: int) -> Problem:
    return problem(exposure("kept", kept, undisturbed=True), exposure("other", other, undisturbed=False), resources=(chamber(capacity=2),), length=4)


@pytest.mark.parametrize(("kept", "other", "meet"), PAIRS)
def test_undisturbed_parts_begin_together_with_those_that_truly_end_no_earlier(kept: int, other: int, meet: bool) -> None:
    made = pair(kept, other)
    found = solve(made, limits=Limits(time_limit_seconds=5, deterministic_seconds=5), judge=Verifier())
    assert found.schedule is not None
    assert (found.outcome, found.schedule.unserved) == ("optimal", ())
    first, second = sorted(found.schedule.bookings, key=lambda each: each.window.start)
    assert (second.window.start < first.window.end) == meet


@pytest.mark.parametrize(("kept", "other", "meet"), PAIRS)
def test_offers_beside_an_undisturbed_part_begin_with_it_if_they_truly_end_no_earlier(kept: int, other: int, meet: bool) -> None:
    made = pair(kept, other)
    alone = solve(problem(made.requests[0], resources=made.lab.resources, length=4), limits=Limits(time_limit_seconds=5), judge=Verifier()).schedule
    assert alone is not None
    offer = list_offers(made, Schedule(bookings=alone.bookings), made.requests[1], 1)[0]
    assert (offer.window.start == alone.bookings[0].window.start) == meet
    assert check_schedule(made, in_runs(made, Schedule(bookings=(*alone.bookings, *offer.bookings)))) == ()
