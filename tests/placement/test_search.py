"""The search gives up on tangles, cleanly."""

from itertools import combinations

import pytest

from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.placement.search import _GivenUp, _Steps, unlike_choices
from scheduler.ticks.compile import compile_problem
from tests.placement.builders import breaks
from tests.properties.random_problems import random_problem


def test_steps_end() -> None:
    steps = _Steps(2)
    steps.take()
    with pytest.raises(_GivenUp):
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


def test_unlike_choices_are_one_of_each_kind_in_the_order_given() -> None:
    members = [(1, "a"), (2, "b"), (3, "a"), (4, "c"), (5, "b"), (6, "a")]
    kinds = dict(members)
    for count in range(len(members) + 1):
        found = list(unlike_choices(members, count))
        told = [tuple(sorted(kinds[each] for each in choice)) for choice in found]
        wanted = {tuple(sorted(kinds[each] for each in choice)) for choice in combinations(kinds, count)}
        assert len(told) == len(set(told))
        assert set(told) == wanted
    assert next(unlike_choices(members, 3)) == (1, 2, 3)
