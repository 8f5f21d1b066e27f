from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.model.problem import InForce
from scheduler.model.window import window
from scheduler.ticks.grid import Grid, grid_of
from tests.ticks.labs import START, at, booked, problem

GRID = Grid(origin=START, resolution=timedelta(minutes=15), ticks=96)
SECONDS = st.integers(-100_000, 200_000)


@given(SECONDS)
def test_grid_floor_and_ceil_enclose_the_moment(seconds: int) -> None:
    moment = START + timedelta(seconds=seconds)
    assert GRID.moment(GRID.floor(moment)) <= moment < GRID.moment(GRID.floor(moment) + 1)
    assert GRID.moment(GRID.ceil(moment) - 1) < moment <= GRID.moment(GRID.ceil(moment))
    assert GRID.is_on_grid(moment) == (GRID.floor(moment) == GRID.ceil(moment))


@given(SECONDS)
def test_grid_minutes_enclose_the_moment(seconds: int) -> None:
    moment = START + timedelta(seconds=seconds)
    assert START + timedelta(minutes=GRID.minute_down(moment)) <= moment <= START + timedelta(minutes=GRID.minute_up(moment))
    assert GRID.minute_up(moment) - GRID.minute_down(moment) in (0, 1)


@given(st.integers(1, 100_000))
def test_grid_lengths_round_up_and_down(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert GRID.length_down(length) * GRID.resolution <= length <= GRID.length_up(length) * GRID.resolution
    assert GRID.length_up(length) - GRID.length_down(length) in (0, 1)


@given(st.lists(st.tuples(st.integers(-500, 2000), st.integers(1, 400)), max_size=5))
def test_grid_bits_hold_a_tick_exactly_if_a_window_covers_it(stretches: list[tuple[int, int]]) -> None:
    from scheduler.model.window import covers, union

    windows = union(window(START + timedelta(minutes=a), START + timedelta(minutes=a + length)) for a, length in stretches)
    bits = GRID.bits(windows)
    for tick in range(GRID.ticks):
        assert bool(bits >> tick & 1) == covers(windows, window(GRID.moment(tick), GRID.moment(tick + 1)))
    assert bits >> GRID.ticks == 0


def test_grid_of_takes_the_policy_resolution() -> None:
    assert grid_of(problem()).resolution == timedelta(minutes=15)


def test_grid_of_is_finer_where_a_movable_booking_needs_it() -> None:
    five_past = booked("t", 1 + 5 / 60, 3 + 5 / 60)
    assert grid_of(problem(in_force=(InForce(booking=five_past),))).resolution == timedelta(minutes=5)
    assert grid_of(problem(in_force=(InForce(booking=five_past, frozen=True),))).resolution == timedelta(minutes=15)


def test_grid_starts_on_the_hour_before_the_horizon() -> None:
    from dataclasses import replace

    late = replace(problem(), horizon=window(at(0.4), at(10)))
    grid = grid_of(late)
    assert grid.origin == at(0)
    assert grid.moment(grid.ticks) <= at(10)
