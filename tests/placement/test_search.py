"""The search gives up on tangles, cleanly."""

import pytest

from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.placement.steps import GivenUp, Steps
from scheduler.ticks.compile import compile_problem
from tests.placement.builders import breaks
from tests.properties.random_problems import random_problem


def test_steps_end() -> None:
    steps = Steps(2)
    steps.take()
    with pytest.raises(GivenUp):
        steps.take()


@pytest.mark.parametrize("seed", [1000024, 2000129])
def test_search_of_a_tangle_ends_and_leaves_the_occupancy_as_it_was(seed: int) -> None:
    # These took minutes before searches could give up.
    instance = compile_problem(random_problem(seed, 2 + seed % 5, 1 + seed % 3))
    occupancy = Occupancy(instance)
    before = [occupancy.free(each) for each in range(len(instance.resources))]
    for index, request in enumerate(instance.requests):
        placed = place(instance, occupancy, index)
        assert placed is None or breaks(instance, request, placed.placement) == ""
        assert [occupancy.free(each) for each in range(len(instance.resources))] == before
