"""What is left of a budget after parts of it were given away and spent."""

from time import monotonic

import pytest

from scheduler.solver.budget import Budget


def _counted(seconds: float) -> Budget:
    return Budget(monotonic() + 60, seconds, seed=0, workers=1)


def _by_clock(seconds: float) -> Budget:
    return Budget(monotonic() + seconds, None, seed=0, workers=1)


def test_budget_is_over_when_the_repeatable_clock_has_run_out() -> None:
    assert not _counted(1.0).less(0.9).is_over()
    assert _counted(1.0).less(1.0).is_over()


def test_budget_is_over_when_the_wall_clock_has_run_out() -> None:
    assert not _by_clock(60).is_over()
    assert _by_clock(-1).is_over()
    assert _by_clock(-1).left == 0


def test_budget_is_over_when_somebody_wants_it() -> None:
    assert Budget(monotonic() + 60, None, 0, 1, should_stop=lambda: True).is_over()
    assert not Budget(monotonic() + 60, None, 0, 1, should_stop=lambda: False).is_over()


def test_a_share_is_of_the_clock_that_counts() -> None:
    counted = _counted(8.0)
    assert counted.share(0.25).deterministic_seconds == 2.0
    assert counted.share(0.25).ends_at == counted.ends_at
    assert _by_clock(60).share(0.25).left == pytest.approx(15, abs=0.5)


def test_at_most_so_much_is_never_more_than_what_is_left() -> None:
    assert _counted(8.0).most(3.0).deterministic_seconds == 3.0
    assert _counted(2.0).most(3.0).deterministic_seconds == 2.0
    assert _by_clock(60).most(3.0).left == pytest.approx(3, abs=0.5)
    assert _by_clock(2).most(3.0).left == pytest.approx(2, abs=0.5)


def test_what_is_spent_counts_on_the_repeatable_clock_alone() -> None:
    counted, by_clock = _counted(8.0), _by_clock(60)
    assert counted.less(3.0).spent_of(counted) == 3.0
    assert by_clock.less(3.0) == by_clock
    assert by_clock.less(3.0).spent_of(by_clock) == 0.0
