"""What is free after booking, giving back, blocking: against a plain count per tick."""

from random import Random

import pytest

from scheduler.errors import Defect
from scheduler.placement.occupancy import Occupancy
from scheduler.placement.place import place
from scheduler.ticks.instance import FixedUse
from tests.placement.builders import bits, instance, mode, need, request, resource, task
from tests.placement.random_cases import random_chain

FULL = "##########"


def test_free_leaves_out_closed_and_fixed_ticks() -> None:
    whole = instance(6, [resource("a", "##.###")], fixed=[FixedUse(0, 4, 5, 1)])
    assert Occupancy(whole).free(0) == bits("##.#.#")
    assert Occupancy(whole, with_fixed=False).free(0) == bits("##.###")


def test_fixed_uses_beyond_capacity_leave_nothing_and_never_less() -> None:
    whole = instance(6, [resource("a", FULL[:6], capacity=3)], fixed=[FixedUse(0, 0, 4, 2), FixedUse(0, 2, 6, 2)])
    occupancy = Occupancy(whole)
    assert occupancy.free(0, 1) == bits("##..##")
    assert occupancy.free(0, 2) == 0
    occupancy.book(0, 4, 6, 1)
    assert occupancy.free(0, 1) == bits("##....")


def test_book_refuses_what_is_not_free() -> None:
    occupancy = Occupancy(instance(6, [resource("a", "####.#"), resource("b", FULL[:6], capacity=2)]))
    occupancy.book(0, 0, 2)
    for resource_index, start, end, demand in [(0, 1, 3, 1), (0, 3, 5, 1), (1, 0, 1, 3)]:
        with pytest.raises(Defect, match="not free"):
            occupancy.book(resource_index, start, end, demand)
    occupancy.book(0, 2, 4)


def test_shared_resource_counts_units_exactly() -> None:
    random = Random(5)
    whole = instance(10, [resource("a", FULL, capacity=5)])
    occupancy = Occupancy(whole)
    used = [0] * 10
    booked: list[tuple[int, int, int]] = []
    for _ in range(200):
        if booked and random.random() < 0.45:
            start, end, demand = booked.pop(random.randrange(len(booked)))
            occupancy.unbook(0, start, end, demand)
            used = [u - demand * (start <= t < end) for t, u in enumerate(used)]
        else:
            start = random.randrange(10)
            end, demand = random.randint(start + 1, 10), random.randint(1, 5)
            if all(u + demand <= 5 for u in used[start:end]):
                occupancy.book(0, start, end, demand)
                booked.append((start, end, demand))
                used = [u + demand * (start <= t < end) for t, u in enumerate(used)]
            else:
                with pytest.raises(Defect):
                    occupancy.book(0, start, end, demand)
        for demand in range(1, 6):
            assert occupancy.free(0, demand) == sum((5 - u >= demand) << t for t, u in enumerate(used))


@pytest.mark.parametrize("seed", range(10))
def test_unbook_undoes_book_and_copies_are_independent(seed: int) -> None:
    random = Random(seed)
    whole = random_chain(random)
    asked = whole.requests[0]
    occupancy = Occupancy(whole)

    def seen(those: Occupancy) -> list[int]:
        view = those.view(0, whole.ticks)
        levels = [those.free(r, d) for r, each in enumerate(whole.resources) for d in range(1, each.capacity + 1)]
        return levels + [view.starts(r, 1, n) for r in range(len(whole.resources)) for n in (1, 2, 3)] + [view.pool(p) for p in range(len(view.pools))]

    found = place(whole, occupancy, 0)
    before = seen(occupancy)
    if found is None:
        return
    twin = occupancy.copy()
    occupancy.book_placement(asked, found.placement)
    fresh = Occupancy(whole, occupancy.shapes)
    fresh.book_placement(asked, found.placement)
    assert seen(occupancy) == seen(fresh)
    assert seen(occupancy) != before
    assert seen(twin) == before
    occupancy.unbook_placement(asked, found.placement)
    assert seen(occupancy) == before


def test_release_and_open_up_forget_what_was_taken() -> None:
    occupancy = Occupancy(instance(6, [resource("a", "###.##"), resource("b", "###.##", capacity=2)], fixed=[FixedUse(0, 0, 2, 1), FixedUse(1, 0, 2, 2)]))
    for index in (0, 1):
        occupancy.release(index)
        assert occupancy.free(index) == bits("###.##")
        occupancy.open_up(index)
        assert occupancy.free(index) == bits("######")
        assert occupancy.view(0, 6).starts(index, 1, 6) == 1


def test_unblock_gives_back_a_fixed_use() -> None:
    uses = [FixedUse(0, 1, 4, 1), FixedUse(1, 1, 4, 2)]
    occupancy = Occupancy(instance(6, [resource("a", "###.##"), resource("b", FULL[:6], capacity=3)], fixed=uses))
    occupancy.book(1, 0, 2, 1)
    for use in uses:
        occupancy.unblock(use.resource, use.start, use.end, use.demand)
    assert occupancy.free(0) == bits("###.##")
    assert occupancy.free(1, 3) == bits("..####")
    assert occupancy.free(1, 2) == bits("######")


def test_long_horizons_are_seen_through_views_and_give_the_same_answers() -> None:
    ticks = 40_000
    always = (1 << ticks) - 1
    random = Random(2)
    resources = [resource(f"r{i}", always & ~(((1 << 3_000) - 1) << random.randrange(ticks))) for i in range(3)]
    requests = []
    for number in range(40):
        first = random.randrange(ticks - 5_000)
        length = random.choice((100, 400, 900))
        last = random.choice((first + 4_000, ticks))
        requests.append(request(task(mode(length, need((0, 1, 2), length), first=first, last=last)), name=f"q{number}"))
    whole = instance(ticks, resources, *requests)
    occupancy = Occupancy(whole)
    for index, asked in enumerate(requests):
        found = place(whole, occupancy, index)
        way = whole.requests[index].tasks[0].modes[0]
        free = (
            [
                s
                for s in range(way.first_start, way.last_start + 1)
                if any(occupancy.free(r) >> s & ((1 << way.ticks) - 1) == (1 << way.ticks) - 1 for r in range(3))
            ][:1]
            if index % 8 == 0
            else None
        )
        if free is not None:
            assert [found.placement[0].start] == free if found else free == []
        if found:
            occupancy.book_placement(asked, found.placement)
