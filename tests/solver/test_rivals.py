"""Who is in whose way."""

from scheduler.solver.beside import beside
from scheduler.solver.domains import Explorer, RequestDomain
from scheduler.solver.rivals import rivals
from scheduler.ticks.instance import Instance, TickBooking
from tests.placement.builders import instance, mode, need, request, resource, task


def _lab(capacity: int = 1, chambers: int = 1) -> Instance:
    runs = [request(task(mode(2, need(list(range(chambers)), 2))), name=f"q{k}") for k in range(3)]
    return instance(6, [resource(f"c{k}", "######", capacity=capacity) for k in range(chambers)], *runs)


def _at(start: int, chamber: int = 0) -> tuple[TickBooking, ...]:
    return (TickBooking(0, 0, start, ((chamber,),)),)


def _domains(whole: Instance) -> list[RequestDomain]:
    explorer = Explorer(whole)
    return [explorer.explore(each) for each in whole.requests]


def test_rivals_are_those_that_overlap() -> None:
    whole = _lab()
    assert set(rivals(whole, _domains(whole), {0: _at(1)}, {0: _at(4), 1: _at(0), 2: _at(3)})) - {0} == {1}


def test_rivals_of_a_shared_chamber_need_more_than_it_holds() -> None:
    whole = _lab(capacity=2)
    assert not rivals(whole, _domains(whole), {0: _at(0)}, {1: _at(0), 2: _at(4)})
    assert set(rivals(whole, _domains(whole), {0: _at(0)}, {1: _at(0), 2: _at(1)})) - {0} == {1, 2}


def test_rivals_count_softly_where_somebody_else_is_free() -> None:
    whole = _lab(chambers=2)
    # Nothing else stands in the way, so the soft rival is named.
    assert set(rivals(whole, _domains(whole), {0: _at(0)}, {1: _at(0)})) - {0} == {1}


def test_beside_freezes_the_bookings_of_the_others() -> None:
    whole = _lab()
    cut = beside(whole, [1], {0: _at(0), 1: _at(2)})
    assert [each.id for each in cut.requests] == ["q1"]
    assert [(use.resource, use.start, use.end) for use in cut.fixed_uses] == [(0, 0, 2)]
