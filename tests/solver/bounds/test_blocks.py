"""What starts cost: minute by minute as the objective says, and along what follows the anchor."""

from random import Random

import numpy as np
import pytest

from scheduler.solver.amounts import amounts_complete, scalar_of
from scheduler.solver.bounds.blocks import SCALE, blocks_of, costs_of, mask_of, money_of, positions
from scheduler.solver.domains import Explorer
from tests.placement.builders import cost_of, every_placement, instance, mode, need, precedence, request, resource, task
from tests.solver.test_bound import weighed
from tests.solver.tiny import random_lab


@pytest.mark.parametrize("seed", range(10))
def test_cost_of_a_completion_is_that_of_its_amounts(seed: int) -> None:
    whole = weighed(random_lab(Random(seed)))
    minutes = np.arange(0, 60)
    for each in whole.requests:
        assert costs_of(whole, each, minutes).tolist() == [scalar_of(whole, amounts_complete(each, int(minute))) for minute in minutes]


@pytest.mark.parametrize("seed", range(20))
def test_no_placement_costs_less_than_the_start_of_its_anchor(seed: int) -> None:
    whole = random_lab(Random(500 + seed))
    hot, explorer = frozenset(range(len(whole.resources))), Explorer(whole)
    for each in whole.requests:
        domain = explorer.explore(each)
        placements = list(every_placement(whole, each))
        if not domain.can_serve:
            assert placements == []
            continue
        blocks = blocks_of(whole, explorer, each, domain, 0, hot, money_of(whole))
        for placement in placements:
            start = next(booking.start for booking in placement if booking.task == 0)
            costs = [int(block.cost[start - block.first]) for block in blocks if 0 <= start - block.first < len(block.cost)]
            assert min(costs) <= SCALE * cost_of(whole, each, placement)


def test_what_follows_the_anchor_waits_for_its_people() -> None:
    """Two ticks in the chamber, then one with somebody who comes at tick 6."""
    tasks = (task(mode(2, need([0], 2), last=8)), task(mode(1, need([1], 1), last=8)))
    whole = instance(8, [resource("c", "########"), resource("p", "......##", person=True)], request(*tasks, precedences=[precedence(0, 1, 2)]))
    explorer = Explorer(whole)
    (block,) = blocks_of(whole, explorer, whole.requests[0], explorer.explore(whole.requests[0]), 0, frozenset({0}), money_of(whole))
    last = scalar_of(whole, amounts_complete(whole.requests[0], 8 * whole.tick_minutes))
    assert block.first == 0
    assert block.cost[5] == SCALE * last
    assert block.cost[0] == SCALE * scalar_of(whole, amounts_complete(whole.requests[0], 7 * whole.tick_minutes))


def test_sets_of_ticks_come_back_from_their_masks() -> None:
    assert positions(0b101100).tolist() == [2, 3, 5]
    assert mask_of(0b101100, 1, 5).tolist() == [False, True, True, False]
