"""What a program has chosen, put into a standing plan: exactly so where that is possible, elsewhere where it is not, not at all where it would cost more."""

from scheduler.solver.chosen import Stand, held_to, put_chosen
from scheduler.solver.standing import Standing
from scheduler.ticks.instance import Instance, Plan, TickBooking
from tests.placement.builders import instance, mode, need, request, resource, task
from tests.solver.tiny import broken


def _at(start: int, *resources: int) -> tuple[TickBooking, ...]:
    return (TickBooking(0, 0, start, tuple((each,) for each in resources)),)


def _two() -> tuple[Instance, Plan]:
    """Two advisors, a room; the heavy one sits in the second week although the light one could."""
    people = [resource("a", "####...####"), resource("b", "####......."), resource("room", "###########")]
    sessions = [request(task(mode(4, need([0, 1], 4), need([2], 4, name="room"))), weight=weight, due=0, name=f"w{weight}") for weight in (1, 9)]
    return instance(11, people, *sessions), {0: _at(0, 0, 2), 1: _at(7, 0, 2)}


def test_all_stand_where_they_were_chosen_to() -> None:
    whole, plan = _two()
    standing = Standing(whole, plan)
    assert put_chosen(standing, {0: Stand(0, 0, 7, {0: (0,)}), 1: Stand(0, 0, 0, {0: (1,)})})
    assert standing.plan == {0: _at(7, 0, 2), 1: _at(0, 1, 2)}
    assert standing.best == standing.total
    assert broken(whole, standing.plan) == ""


def test_who_finds_no_room_there_looks_elsewhere() -> None:
    whole, plan = _two()
    standing = Standing(whole, plan)
    # The room, of which the program knew nothing, has place for one only.
    assert not put_chosen(standing, {0: Stand(0, 0, 0, {0: (0,)}), 1: Stand(0, 0, 0, {0: (1,)})}), "the first in line is the light one"
    assert standing.plan == plan
    assert put_chosen(standing, {1: Stand(0, 0, 0, {0: (1,)}), 0: Stand(0, 0, 0, {0: (0,)})})
    assert standing.plan == {0: _at(7, 0, 2), 1: _at(0, 1, 2)}


def test_who_was_left_out_by_the_program_stands_where_there_is_room() -> None:
    whole, _ = _two()
    standing = Standing(whole, {})
    assert put_chosen(standing, {0: None, 1: Stand(0, 0, 0, {0: (0,)})})
    assert standing.plan == {1: _at(0, 0, 2), 0: _at(7, 0, 2)}


def test_what_would_cost_more_leaves_all_as_it_was() -> None:
    whole, plan = _two()
    standing = Standing(whole, plan)
    before = (standing.total, list(standing.cost), [sorted(each) for each in standing.booked], [standing.occupancy.free(r) for r in range(3)])
    assert not put_chosen(standing, {0: Stand(0, 0, 0, {0: (0,)}), 1: Stand(0, 0, 7, {0: (0,)})})
    assert standing.plan == plan
    assert (standing.total, standing.cost, [sorted(each) for each in standing.booked], [standing.occupancy.free(r) for r in range(3)]) == before


def test_only_the_chosen_way_is_left() -> None:
    chambers = [resource(name, "#" * 9) for name in "abc"]
    longer = mode(3, need([0, 1, 2], 3, limited={1: 7, 2: 7}, preferred=[1, 2]), name="long")
    whole = instance(9, chambers, request(task(mode(2, need([0, 1], 2)), longer)))
    short, long = held_to(whole.requests[0], Stand(0, 1, 4, {0: (0, 2)})).tasks[0].modes
    assert short.last_start < short.first_start
    assert (long.first_start, long.last_start) == (4, 4)
    (only,) = long.requirements
    assert only.candidates == (0, 2)
    assert [each for each, _ in only.limited] == [2]
    assert only.preferred == {2}
