from dataclasses import replace

from scheduler.model.problem import InForce
from scheduler.model.schedule import Schedule
from scheduler.planning.summary import count
from tests.ticks.labs import booked, chamber, needs, problem, request, task


def test_count_takes_a_booking_for_moved_if_it_is_booked_otherwise_or_not_at_all() -> None:
    made = problem(
        *(request(task("t", 2, needs("place", "oven")), id=name) for name in "abc"),
        resources=(chamber("oven", capacity=4, batch=True),),
        in_force=tuple(InForce(booking=booked("t", 1, 3, name, place="oven")) for name in "abc"),
    )
    stays, moves = booked("t", 1, 3, "a", place="oven"), booked("t", 2, 4, "b", place="oven")
    # What the run is called is nobody's move.
    stays = replace(stays, allocations=(replace(stays.allocations[0], run_id="run-1"),))
    assert count(made, Schedule(bookings=(stays, moves))).moves == 2
