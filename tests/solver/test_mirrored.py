"""Time running backwards: what is early there is late here, and stands all the same."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.solver.mirrored import mirrored
from scheduler.solver.serial import QuickSerial
from scheduler.ticks.instance import Placement, TickBooking
from tests.placement.builders import breaks, every_placement, instance, need, resource, uses_of
from tests.solver.test_serial import one, plain_lab


@pytest.mark.parametrize("seed", range(60))
def test_the_earliest_backwards_is_the_latest_of_all(seed: int) -> None:
    whole = plain_lab(Random(seed))
    # One mode each: among several the one with the earliest end counts, which need not begin latest.
    whole = replace(whole, requests=tuple(replace(each, tasks=(replace(each.tasks[0], modes=each.tasks[0].modes[:1]),)) for each in whole.requests))
    back = mirrored(QuickSerial(whole), whole.ticks)
    state = back.empty(whole.ticks)
    taken: list[tuple[int, int, int, int]] = []
    for position, each in enumerate(whole.requests):
        mode = each.tasks[0].modes[0]
        # The slow judge knows no starts of modes.
        starts = [placement[0].start for placement in every_placement(whole, each, taken) if mode.starts >> placement[0].start & 1]
        put = back.put(state, position, whole.ticks)
        found = None if put is None else back.placement(position, put[1])[0]
        assert (None if found is None else whole.ticks - found.start - mode.ticks) == max(starts, default=None)
        if found is not None:
            placement: Placement = (TickBooking(0, 0, whole.ticks - found.start - mode.ticks, found.resources),)
            assert breaks(whole, each, placement, taken) == ""
            taken += uses_of(each, placement)


def test_only_what_lies_within_the_ticks_is_there() -> None:
    whole = instance(20, [resource("a", "####....############")], one(4, need([0], 4)), one(3, need([0], 3)))
    back = mirrored(QuickSerial(whole), 10)
    state = back.empty(10)
    put = back.put(state, 1, 10)
    assert put is not None
    assert put[0] == 9, "it begins at tick 1: the two ticks behind the hole are too few"
    assert back.put(state, 0, 10) is None
