"""Chunks of the horizon: what is free across their edges, against plain sets of ticks."""

from random import Random

import pytest

from scheduler.placement.bits import span
from scheduler.placement.levels import CHUNK, SHORT, Levels, chunks_of, joined
from scheduler.placement.views import Catalogue
from scheduler.ticks.instance import Bits
from tests.placement.builders import instance, resource

TICKS = SHORT + 100


def levels(capacity: int, opening: Bits) -> Levels:
    return Levels(Catalogue(instance(TICKS, [resource("a", opening, capacity=capacity)])))


def near_an_edge(random: Random) -> tuple[int, int]:
    start = random.choice((CHUNK, 2 * CHUNK)) + random.randint(-90, 60)
    return start, start + random.choice((1, 5, 40, CHUNK + 7))


def test_chunks_make_up_the_set_that_they_were_cut_of() -> None:
    bits = Random(1).getrandbits(TICKS)
    assert joined(chunks_of(bits, TICKS)) == bits


@pytest.mark.parametrize("seed", range(5))
def test_unit_resource_is_taken_and_given_back_across_chunks(seed: int) -> None:
    random = Random(seed)
    opening = span(0, TICKS) & ~span(CHUNK - 70, CHUNK - 60)
    free, mine = opening, levels(1, opening)
    taken: list[tuple[int, int]] = []
    for _ in range(60):
        if taken and random.random() < 0.4:
            start, end = taken.pop()
            mine.give(0, start, end)
            free |= span(start, end)
        else:
            start, end = near_an_edge(random)
            end = min(end, TICKS)
            fits = free & span(start, end) == span(start, end)
            assert mine.take(0, start, end) == fits
            if fits:
                taken.append((start, end))
                free &= ~span(start, end)
        assert mine.at(0, 1) == free
        assert mine.at(0, 1, 1, 2) == free >> CHUNK & span(0, CHUNK)


def test_units_are_counted_across_chunks_and_copies_are_independent() -> None:
    mine = levels(3, span(0, TICKS))
    start, end = CHUNK - 5, 2 * CHUNK + 5
    assert mine.take_units(0, start, end, 2)
    twin = mine.copy()
    assert not mine.take_units(0, end - 1, end + 1, 2)
    assert not mine.take_units(0, 0, 1, 4)
    assert twin.take_units(0, CHUNK, CHUNK + 1, 1)
    assert mine.at(0, 1) == span(0, TICKS)
    assert twin.at(0, 1) == span(0, TICKS) & ~span(CHUNK, CHUNK + 1)
    mine.give_units(0, start, end, 2)
    assert mine.at(0, 3) == span(0, TICKS)


def test_closed_ticks_are_taken_only_by_who_says_so() -> None:
    mine = levels(2, span(0, CHUNK))
    assert not mine.take_units(0, CHUNK - 1, CHUNK + 1, 1)
    assert mine.take_units(0, CHUNK - 1, CHUNK + 1, 1, is_open=False)
    assert mine.at(0, 2) == span(0, CHUNK - 1)
    assert mine.room(0, 2) & span(CHUNK - 2, CHUNK + 2) == 1 << (CHUNK - 2) | 1 << (CHUNK + 1)


def test_blocking_takes_what_there_is_and_unblocking_gives_no_more_than_there_can_be() -> None:
    mine = levels(2, span(0, TICKS))
    mine.take_units(0, CHUNK, CHUNK + 2, 1)
    mine.block_units(0, CHUNK - 1, CHUNK + 1, 2)
    assert mine.at(0, 1) == span(0, TICKS) & ~span(CHUNK - 1, CHUNK + 1)
    mine.unblock_units(0, 0, TICKS, 1)
    assert mine.at(0, 1) == span(0, TICKS)
    assert mine.at(0, 2) == span(0, TICKS) & ~span(CHUNK - 1, CHUNK + 1)


def test_copies_of_what_was_never_taken_do_not_share_what_is_taken_later() -> None:
    mine = levels(1, span(0, TICKS))
    twin = mine.copy()
    assert twin.take(0, 0, 4)
    assert mine.at(0, 1) == span(0, TICKS)


def test_short_horizon_is_one_chunk() -> None:
    bits = Random(2).getrandbits(SHORT)
    assert chunks_of(bits, SHORT) == [bits]
    assert len(chunks_of(bits, SHORT + 1)) > 1
