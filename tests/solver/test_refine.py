"""Turns of a worker's search: somebody who wants it to stop is heard in the middle of one."""

from itertools import count
from time import monotonic

import pytest

from scheduler.solver.bound import ideal_of
from scheduler.solver.budget import Budget
from scheduler.solver.construct import construct
from scheduler.solver.domains import Explorer
from scheduler.solver.rate import Rate
from scheduler.solver.refine import TURN_SECONDS, Refiner
from scheduler.solver.standing import Standing
from tests.placement.builders import instance, mode, need, request, resource, task


@pytest.mark.parametrize("way", ["improve", "chains", "kicks"])
def test_a_turn_on_the_repeatable_clock_hears_that_it_is_to_stop(way: str) -> None:
    waiting = [request(task(mode(2, need([0], 2), first=0, last=18)), weight=weight, due=0, name=f"q{weight}") for weight in (1, 2, 9)]
    whole = instance(20, [resource("c", "#" * 20)], *waiting)
    refiner = Refiner(Standing(whole, construct(whole)), ideal_of(whole, Explorer(whole)).scalars, 1)
    for other, rate in refiner.rates.items():
        rate.gain = float("inf") if other == way else 0.0
    asked = count()
    spent = refiner.run(Budget(monotonic() + 60, 10.0, 1, 1, lambda: next(asked) > 5), lambda: 0.5)
    assert 0 < spent < TURN_SECONDS / 10


def test_no_kick_without_the_time_to_make_up_for_it() -> None:
    waiting = [request(task(mode(2, need([0], 2), first=0, last=18)), weight=weight, due=0, name=f"q{weight}") for weight in (1, 2, 9)]
    whole = instance(20, [resource("c", "#" * 20)], *waiting)
    refiner = Refiner(Standing(whole, construct(whole)), ideal_of(whole, Explorer(whole)).scalars, 1)
    refiner.rates["kicks"] = Rate(gain=float("inf"), seconds=5.0)
    refiner.run(Budget(monotonic() + 60, 0.1, 1, 1), lambda: 0.5)
    assert refiner.rates["kicks"] == Rate(gain=float("inf"), seconds=5.0), "it was never its turn"
    assert refiner.rates["improve"].gain < float("inf")
