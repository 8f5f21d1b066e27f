"""`place` against trying everything, and each rule at its edge."""

from collections.abc import Callable
from random import Random

import pytest

from scheduler.placement.cost import request_cost
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.ticks.instance import Instance
from tests.placement.builders import breaks, cost_of, every_placement
from tests.placement.random_cases import random_case, random_chain


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("make", [random_case, random_chain])
def test_place_agrees_with_trying_everything(seed: int, make: Callable[[Random], Instance]) -> None:
    random = Random(seed)
    for number in range(30 if make is random_case else 10):
        whole = make(random)
        asked = whole.requests[0]
        occupancy = Occupancy(whole)
        before = [occupancy.free(r) for r in range(len(whole.resources))]
        found = place(whole, occupancy, 0)
        costs = [cost_of(whole, asked, each) for each in every_placement(whole, asked)]
        where = f"seed {seed}, case {number}"
        assert (found is not None) == bool(costs), where
        assert [occupancy.free(r) for r in range(len(whole.resources))] == before, where
        if found is None:
            continue
        assert breaks(whole, asked, found.placement) == "", where
        assert found.cost == cost_of(whole, asked, found.placement) == request_cost(whole, asked, found.placement), where
        prefers = any(r.preferred for t in asked.tasks for m in t.modes for r in m.requirements)
        if not prefers or whole.scalars["preferences"] == 0:
            assert found.cost == min(costs), where
            assert place(whole, occupancy, 0, limit=found.cost) is None, where
            again = place(whole, occupancy, 0, limit=found.cost + 1)
            assert again is not None, where
            assert again.cost == found.cost, where
