"""Only so many bookings in force move, however much better the plan would be; solving keeps to that from its first plan on."""

from dataclasses import replace

import pytest

from scheduler.model.limits import Limits
from scheduler.model.policy import Policy
from scheduler.model.problem import InForce, Problem
from scheduler.solver.construct import construct
from scheduler.solver.solve import solve
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule
from scheduler.verify.rules import check_schedule
from tests.properties.exact import JUDGE
from tests.ticks.labs import at, booked, chamber, needs, operator, problem, request, task


def given(most: int, *, shut: bool = False) -> Problem:
    """Three hours in force late in the day; all of them would rather be early."""
    asked = [request(task("t", 1, needs("chamber")), id=name) for name in "abc"]
    held = tuple(InForce(booking=booked("t", 10 + number, 11 + number, name), move_cost=1) for number, name in enumerate("abc"))
    kit = chamber(closures=({"window": {"start": at(10), "end": at(11)}},) if shut else ())
    made = problem(*asked, resources=(kit, operator()), in_force=held, length=24)
    return replace(made, policy=Policy(most_moves=most))


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_no_more_move_than_may(most: int) -> None:
    made = given(most)
    result = solve(made, limits=Limits(time_limit_seconds=5, workers=1), judge=JUDGE)
    assert (result.outcome, result.schedule is not None) == ("optimal", True)
    assert result.schedule is not None
    assert sum(each.window.start < at(10) for each in result.schedule.bookings) == most


@pytest.mark.parametrize("most", [0, 1, 2])
def test_the_first_plan_keeps_to_the_limit(most: int) -> None:
    for shut in (False, True) if most else (False,):
        made = given(most, shut=shut)
        instance = compile_problem(made)
        assert check_schedule(made, extract_schedule(made, instance, construct(instance), {})) == ()


def test_a_booking_that_has_to_move_does_not_take_the_place_of_one_that_need_not() -> None:
    # The chamber is shut at 10; the only other hour that is open is 11, and that is taken.
    made = given(1, shut=True)
    hours = ({"window": {"start": at(0), "end": at(11)}}, {"window": {"start": at(13), "end": at(24)}})
    made = replace(made, lab=replace(made.lab, resources=(chamber(closures=hours), operator())))
    result = solve(made, limits=Limits(time_limit_seconds=5, workers=1), judge=JUDGE)
    assert result.schedule is not None
    assert [each.request for each in result.schedule.unserved] == ["a"]


def test_it_is_infeasible_if_more_have_to_move_than_may() -> None:
    # The mode that was booked is gone.
    made = given(0)
    longer = (request(task("t", 2, needs("chamber")), id="a"), *made.requests[1:])
    result = solve(replace(made, requests=longer), limits=Limits(time_limit_seconds=5, workers=1), judge=JUDGE)
    assert (result.outcome, result.schedule) == ("infeasible", None)


@pytest.mark.parametrize(("most", "outcome"), [(0, "infeasible"), (1, "optimal")])
def test_bookings_that_stand_one_by_one_but_not_together(most: int, outcome: str) -> None:
    # Moving the long one alone is enough, though it is the first to be looked at.
    asked = [request(task("t", length, needs("chamber")), id=name) for name, length in (("long", 2), ("early", 1), ("late", 1))]
    held = (booked("t", 10, 12, "long"), booked("t", 10, 11, "early"), booked("t", 11, 12, "late"))
    made = problem(*asked, request(task("t", 1, needs("chamber")), id="new"), in_force=tuple(InForce(booking=each, move_cost=1) for each in held), length=24)
    result = solve(replace(made, policy=Policy(most_moves=most)), limits=Limits(time_limit_seconds=5, workers=1), judge=JUDGE)
    assert result.outcome == outcome
    if result.schedule is None:
        assert result.detail == "of the bookings in force, which cannot all stand beside each other, 1 must move, but only 0 may"
    else:
        assert result.schedule.unserved == ()
        assert set(held[1:]) < set(result.schedule.bookings)
