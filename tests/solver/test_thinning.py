"""Fewer candidates, never those who serve now."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.solver.thinning import thinned
from scheduler.ticks.instance import TickBooking
from tests.placement.builders import instance, mode, need, request, resource, task


@pytest.mark.parametrize("seed", range(5))
def test_thinned_keeps_who_serves_and_a_few_others(seed: int) -> None:
    people = [resource(f"p{number}", "#" * 9, person=True) for number in range(30)]
    whole = instance(9, people, request(task(mode(2, need(range(30), 2, count=3), need(range(4), 2)))))
    placement = (TickBooking(0, 0, 1, ((17, 28, 29), (2,))),)
    (found,) = thinned(whole, whole.requests[0], placement, Random(seed), 4).tasks[0].modes
    many, few = found.requirements
    assert len(many.candidates) == 3 + 4
    assert {17, 28, 29} <= set(many.candidates)
    assert list(many.candidates) == sorted(many.candidates)
    # One who is needed and three to spare are few enough already.
    assert few.candidates == (0, 1, 2, 3)


def test_thinned_leaves_batch_resources_and_limits_of_those_kept() -> None:
    chambers = [replace(resource(f"c{number}", "#" * 9), is_batch=True) for number in range(20)]
    people = [resource(f"p{number}", "#" * 9, person=True) for number in range(20)]
    limits = dict.fromkeys(range(20, 40), 7)
    whole = instance(9, [*chambers, *people], request(task(mode(2, need(range(20), 2), need(range(20, 40), 2, limited=limits)))))
    (found,) = thinned(whole, whole.requests[0], None, Random(1), 2).tasks[0].modes
    chamber, person = found.requirements
    assert chamber.candidates == tuple(range(20))
    assert len(person.candidates) == 3
    assert [each for each, _ in person.limited] == list(person.candidates)
