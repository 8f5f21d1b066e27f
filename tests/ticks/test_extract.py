from dataclasses import replace

from scheduler.model.request import Precedence
from scheduler.model.schedule import Reason, Unserved
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.extract import extract_schedule, plan_of
from scheduler.ticks.instance import TickBooking
from tests.ticks.labs import at, booked, frozen, hours, needs, problem, request, task

CHAIN = request(
    task("a", 50 / 60, needs("chamber"), needs("operator", during="head", part=hours(0.25))), task("b", 1), precedences=(Precedence(before="a", after="b"),)
)


def test_extract_ends_a_booking_after_its_true_duration() -> None:
    given = problem(CHAIN)
    plan = {0: (TickBooking(0, 0, 4, ((0,), (1,))), TickBooking(1, 0, 8, ((0,),)))}
    schedule = extract_schedule(given, compile_problem(given), plan, {}, digest="d")
    assert schedule.bookings == (booked("a", 1, 1 + 50 / 60, chamber="chamber", operator="operator"), booked("b", 2, 3))
    assert (schedule.unserved, schedule.problem) == ((), "d")


def test_extract_lists_requests_left_out_with_their_reasons() -> None:
    given = problem(CHAIN)
    why = (Reason(code="capacity", detail="taken"),)
    assert extract_schedule(given, compile_problem(given), {}, {"r": why}).unserved == (Unserved(request="r", reasons=why),)


def test_extract_keeps_frozen_bookings_of_a_request_left_out() -> None:
    held = frozen("a", 1.1, 1.1 + 50 / 60, chamber="chamber", operator="operator")
    given = problem(CHAIN, in_force=(held,))
    schedule = extract_schedule(given, compile_problem(given), {}, {})
    assert schedule.bookings == (held.booking,)
    assert [each.request for each in schedule.unserved] == ["r"]


def test_plan_of_is_the_inverse_of_extract() -> None:
    held = frozen("a", 1, 1 + 50 / 60, chamber="chamber", operator="operator")
    for given, plan in (
        (problem(CHAIN), {0: (TickBooking(0, 0, 4, ((0,), (1,))), TickBooking(1, 0, 8, ((0,),)))}),
        (problem(CHAIN, in_force=(held,)), {0: (TickBooking(0, 0, 8, ((0,),)),)}),
        (problem(CHAIN), {}),
    ):
        instance = compile_problem(given)
        assert plan_of(given, instance, extract_schedule(given, instance, plan, {})) == plan


def test_plan_of_leaves_out_what_is_not_on_the_grid() -> None:
    given = problem(request())
    instance = compile_problem(given)
    whole = extract_schedule(given, instance, {0: (TickBooking(0, 0, 4, ((0,),)),)}, {})
    moved = replace(whole, bookings=(booked("t", 1 + 1 / 60, 3 + 1 / 60),))
    shorter = replace(whole, bookings=(booked("t", 1, 2),))
    assert plan_of(given, instance, whole)
    assert plan_of(given, instance, moved) == {}
    assert plan_of(given, instance, shorter) == {}
    assert plan_of(given, instance, replace(whole, unserved=(Unserved(request="r"),))) == {}
    assert at(1) == whole.bookings[0].window.start
