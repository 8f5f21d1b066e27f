import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scheduler.model.window import Window, Windows, covers, difference, intersection, union, window

ORIGIN = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def w(start: int, end: int) -> Window:
    return window(ORIGIN + start * MINUTE, ORIGIN + end * MINUTE)


def minutes(windows: Windows) -> set[int]:
    return {minute for each in windows for minute in range(int((each.start - ORIGIN) / MINUTE), int((each.end - ORIGIN) / MINUTE))}


def is_normal(windows: Windows) -> bool:
    """Sorted, disjoint, never touching."""
    return all(left.end < right.start for left, right in itertools.pairwise(windows))


any_window = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: w(pair[0], pair[0] + pair[1]))
any_windows = st.lists(any_window, max_size=8)
sorted_windows = any_windows.map(union)
quick = settings(deadline=None, max_examples=150)


@quick
@given(any_windows)
def test_union_has_the_minutes_of_all_and_is_normal(windows: list[Window]) -> None:
    found = union(windows)
    assert minutes(found) == minutes(tuple(windows))
    assert is_normal(found)


@quick
@given(sorted_windows, sorted_windows)
def test_intersection_has_the_minutes_in_both(left: Windows, right: Windows) -> None:
    found = intersection(left, right)
    assert minutes(found) == minutes(left) & minutes(right)
    assert is_normal(found)


@quick
@given(sorted_windows, sorted_windows)
def test_difference_has_the_minutes_of_the_first_alone(left: Windows, right: Windows) -> None:
    found = difference(left, right)
    assert minutes(found) == minutes(left) - minutes(right)
    assert is_normal(found)


@quick
@given(sorted_windows, any_window)
def test_covers_says_whether_every_minute_is_there(windows: Windows, wanted: Window) -> None:
    assert covers(windows, wanted) == (minutes((wanted,)) <= minutes(windows))


def test_windows_that_touch_do_not_overlap_but_merge() -> None:
    assert not w(0, 5).overlaps(w(5, 9))
    assert w(0, 6).overlaps(w(5, 9))
    assert union([w(5, 9), w(0, 5)]) == (w(0, 9),)


def test_window_contains_itself_and_nothing_longer() -> None:
    assert w(0, 5).contains(w(0, 5))
    assert not w(0, 5).contains(w(0, 6))
    assert not w(1, 5).contains(w(0, 5))


def test_window_length_is_from_start_to_end() -> None:
    assert w(3, 10).length == 7 * MINUTE


@pytest.mark.parametrize("end", [0, -1])
def test_window_that_does_not_end_after_its_start_is_refused(end: int) -> None:
    with pytest.raises(ValidationError, match="is not after start"):
        w(0, end)


def test_window_is_kept_in_utc() -> None:
    seoul = Window(start=datetime.fromisoformat("2026-03-02T09:00+09:00"), end=datetime.fromisoformat("2026-03-02T10:00+09:00"))
    assert seoul == w(0, 60)
    assert seoul.start.tzinfo is UTC
