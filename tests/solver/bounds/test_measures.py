"""Measures never count more than their room, whatever fits side by side."""

from itertools import combinations_with_replacement

import pytest

from scheduler.solver.bounds.measures import measures, plain, rooms


@pytest.mark.parametrize(("capacity", "demands"), [(4, (1, 2, 3)), (6, (2, 4, 5)), (9, (1, 4, 5, 8)), (5, (3,))])
def test_what_fits_side_by_side_counts_at_most_the_room(capacity: int, demands: tuple[int, ...]) -> None:
    for measure in measures(0, demands, capacity):
        room = rooms(measure.units, capacity)
        for free in range(capacity + 1):
            fitting = [each for size in range(capacity + 1) for each in combinations_with_replacement(demands, size) if sum(each) <= free]
            assert max(sum(measure.of(demand) for demand in each) for each in fitting) == room[free]


def test_runs_of_three_of_four_units_are_told_apart_from_fractions() -> None:
    """Two runs of three never fit on four units; plain units let four thirds of one in."""
    assert plain(0, [3]).units == ((3, 3),)
    shares = {measure.of(3) / rooms(measure.units, 4)[4] for measure in measures(0, (1, 2, 3), 4)}
    assert max(shares) == 1


def test_room_of_a_measure_falls_with_what_is_taken() -> None:
    assert rooms(((1, 0), (2, 1), (3, 2)), 4) == (0, 0, 1, 2, 2)
