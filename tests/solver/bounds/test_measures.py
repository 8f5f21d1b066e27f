"""What a measure counts at most, whatever fits side by side."""

from itertools import combinations_with_replacement

import pytest

from scheduler.solver.bounds.measures import Measure, plain, rooms


@pytest.mark.parametrize("units", [((1, 1), (2, 2), (3, 3)), ((1, 0), (2, 1), (3, 2)), ((2, 1), (5, 3)), ((3, 1),)])
def test_room_is_the_most_that_fits_side_by_side(units: tuple[tuple[int, int], ...]) -> None:
    measure = Measure(0, units)
    room = rooms(units, 7)
    for free in range(8):
        fitting = [each for size in range(8) for each in combinations_with_replacement([demand for demand, _ in units], size) if sum(each) <= free]
        assert max(sum(measure.of(demand) for demand in each) for each in fitting) == room[free]


def test_two_runs_of_three_never_fit_on_four_units() -> None:
    """Plain units let four thirds of one in; where three count two and two count one, the room is two."""
    assert plain(0, [3, 1]).units == ((1, 1), (3, 3))
    assert rooms(((1, 0), (2, 1), (3, 2)), 4) == (0, 0, 1, 2, 2)
