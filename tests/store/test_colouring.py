"""Colouring: whatever fits is coloured, and never two pieces at once on a lane."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.store.colouring import Piece, colour, component_start, first_fit
from tests.service.world import NOW

windows = st.tuples(st.integers(0, 40), st.integers(1, 12))
pieces = st.lists(windows, max_size=25).map(lambda found: [_piece(start, length) for start, length in found])


def _piece(start: int, length: int, lane: int | None = None) -> Piece:
    return Piece(NOW + timedelta(hours=start), NOW + timedelta(hours=start + length), "b", lane)


def _peak(found: Sequence[Piece]) -> int:
    return max((sum(b.start <= a.start < b.end for b in found) for a in found), default=0)


def _is_disjoint(found: Sequence[Piece]) -> bool:
    return not any(a.lane == b.lane and a.start < b.end and b.start < a.end for i, a in enumerate(found) for b in found[:i])


@given(pieces)
@settings(deadline=None, max_examples=150)
def test_colour_needs_no_more_lanes_than_the_peak(found: list[Piece]) -> None:
    peak = _peak(found)
    coloured = colour(found, list(range(peak)))
    assert isinstance(coloured, tuple)
    assert len(coloured) == len(found)
    assert _is_disjoint(coloured)


@given(pieces.filter(bool))
@settings(deadline=None, max_examples=100)
def test_colour_names_the_moment_where_lanes_run_out(found: list[Piece]) -> None:
    peak = _peak(found)
    moment = colour(found, list(range(peak - 1)))
    assert not isinstance(moment, tuple)
    assert sum(each.start <= moment < each.end for each in found) >= peak


@given(pieces, pieces, st.integers(1, 6))
@settings(deadline=None, max_examples=150)
def test_first_fit_keeps_what_is_there_and_overlaps_nothing(there: list[Piece], wanted: list[Piece], count: int) -> None:
    lanes = list(range(count))
    taken = first_fit((), there, lanes)
    if taken is None:
        return
    added = first_fit(taken, wanted, lanes)
    if added is not None:
        assert len(added) == len(wanted)
        assert _is_disjoint([*taken, *added])


def test_first_fit_gives_up_where_only_recolouring_helps() -> None:
    taken = [_piece(0, 2, 0), _piece(2, 2, 1)]
    assert first_fit(taken, [_piece(0, 4)], [0, 1]) is None
    assert isinstance(colour([*taken, _piece(0, 4)], [0, 1]), tuple)


@given(pieces, st.integers(0, 50))
@settings(deadline=None, max_examples=150)
def test_component_start_is_spanned_by_nothing(found: list[Piece], hour: int) -> None:
    moment = NOW + timedelta(hours=hour)
    start = component_start(found, moment)
    assert start <= moment
    assert not any(each.start < start < each.end for each in found)
    # No later instant would do: from the start on, pieces reach the moment without a break.
    later = {each.start for each in found if start < each.start <= moment} | {moment} - {start}
    assert all(any(each.start < instant < each.end for each in found) for instant in later)
