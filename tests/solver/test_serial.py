"""One request after the other: the quick way against trying everything, and who may go it."""

from dataclasses import replace
from random import Random

import pytest

from scheduler.placement.completion import completion_minute
from scheduler.solver.serial import PlacedSerial, QuickSerial, Serial, is_quick, serial_for
from scheduler.ticks.instance import FixedUse, Instance, TickRequest, TickRequirement, TickResource
from tests.placement.builders import breaks, every_placement, instance, mode, need, precedence, request, resource, task, uses_of
from tests.solver.cpsat.test_objective import with_terms


def one(length: int, *requirements: TickRequirement, first: int = 0, one_site: bool = False) -> TickRequest:
    return request(task(mode(length, *requirements, first=first), one_site=one_site))


def plain_lab(random: Random) -> Instance:
    """Requests of one task: modes, sites, calendars, shares of resources, parts before and after, windows of candidates."""
    ticks = random.randint(8, 12)
    calendars = ["#" * ticks, "#" * ticks, "###.########"[:ticks]]
    resources = [resource(f"r{i}", random.choice(calendars), capacity=random.choice([1, 1, 1, 3]), site=i % 2) for i in range(5)]

    def wants(length: int, candidates: list[int], name: str) -> TickRequirement:
        demand = 2 if all(resources[each].capacity > 1 for each in candidates) and random.random() < 0.5 else 1
        limited = {candidates[0]: random.getrandbits(ticks)} if random.random() < 0.3 else {}
        each = need(candidates, length, name=name, count=random.choice([1, len(candidates)]), demand=demand, limited=limited)
        begin, end = random.choice([(0, length), (0, length), (0, 1), (-1, 0), (length - 1, length), (-1, length + 1), (length, length + 1)])
        return replace(each, begin=begin, end=end)

    requests = []
    for number in range(6):
        modes = []
        for _ in range(random.choice([1, 1, 2])):
            length = random.randint(1, 4)
            mixed = random.sample(range(5), 5)
            cuts = [mixed[:2], mixed[2:3], mixed[3:]]
            needs = [wants(length, each, f"n{k}") for k, each in enumerate(cuts[: random.randint(1, 3)])]
            modes.append(replace(mode(length, *needs, first=random.randint(1, 2), last=ticks - 1), starts=random.choice([-1, random.getrandbits(ticks)])))
        requests.append(request(task(*modes, one_site=random.random() < 0.4), name=f"q{number}"))
    # Nothing ends beyond the horizon, parts after the end neither.
    whole = instance(ticks, resources, *requests, fixed=[FixedUse(0, 3, 5, 1)])
    return with_terms(whole, {"unserved": 1000, "makespan": 1})


@pytest.mark.parametrize("seed", range(60))
def test_the_quick_way_is_the_earliest_of_all(seed: int) -> None:
    whole = plain_lab(Random(seed))
    assert is_quick(whole)
    serial = QuickSerial(whole)
    state = serial.empty(whole.ticks)
    taken: list[tuple[int, int, int, int]] = []
    for position, each in enumerate(whole.requests):
        # The slow judge knows no starts of modes.
        placements = [(placement, each.tasks[0].modes[placement[0].mode].starts >> placement[0].start) for placement in every_placement(whole, each, taken)]
        ends = [completion_minute(whole, each, placement) for placement, allowed in placements if allowed & 1]
        put = serial.put(state, position, whole.ticks)
        assert (None if put is None else put[0]) == min(ends, default=None)
        if put is not None:
            placement = serial.placement(position, put[1])
            assert breaks(whole, each, placement, taken) == ""
            assert each.tasks[0].modes[placement[0].mode].starts >> placement[0].start & 1
            assert completion_minute(whole, each, placement) == put[0]
            taken += uses_of(each, placement)


def both() -> list[Serial]:
    whole = instance(20, [resource("a", "#" * 20), resource("b", "#" * 20)], one(4, need([0], 4)), one(5, need([0, 1], 5)), one(6, need([0, 1], 6)))
    return [QuickSerial(whole), PlacedSerial(whole)]


@pytest.mark.parametrize("serial", both())
def test_nothing_ends_after_the_last_minute_asked(serial: Serial) -> None:
    state = serial.empty(20)
    assert serial.put(state, 0, 3) is None
    first = serial.put(state, 0, 4)
    assert first is not None
    assert first[0] == 4
    ends = [put[0] for each in (1, 2) if (put := serial.put(state, each, 20)) is not None]
    assert ends == [5, 10]


def test_what_ends_in_the_same_time_is_served_by_whom_fewest_want() -> None:
    whole = instance(20, [resource("a", "#" * 20), resource("b", "#" * 20)], one(4, need([0, 1], 4)), one(5, need([0], 5)))
    serial = QuickSerial(whole)
    put = serial.put(serial.empty(20), 0, 20)
    assert put is not None
    assert serial.placement(0, put[1])[0].resources == ((1,),)


def test_who_cannot_be_served_is_not_put() -> None:
    whole = instance(20, [resource("a", "#" * 20)], replace(one(4, need([0], 4)), can_serve=False))
    serial = QuickSerial(whole)
    assert serial.put(serial.empty(20), 0, 20) is None


def test_only_what_looks_at_nothing_else_is_quick() -> None:
    plain = [resource(f"r{number}", "#" * 20) for number in range(3)]

    def quick(each: TickRequest, *first: TickResource) -> bool:
        whole = instance(20, plain, each)
        return is_quick(replace(whole, resources=(*first, *whole.resources[len(first) :])))

    assert quick(one(4, need([0, 1], 4), need([2], 4)))
    assert quick(one(4, need([0, 1, 2], 4, count=3)))
    assert quick(one(4, need([0], 4)), replace(plain[0], capacity=16))
    assert not quick(one(4, need([0], 4)), replace(plain[0], capacity=17))
    assert not quick(one(4, need([0], 4)), replace(plain[0], is_batch=True))
    assert not quick(one(4, need([0, 1, 2], 4, count=2)))
    assert not quick(one(4, need([0, 1], 4), need([1, 2], 4)))
    assert not quick(one(4, replace(need([0], 4), idle=2)))
    assert not quick(one(4, replace(need([0, 1], 4, count=2), different_institutes=True)))
    assert not quick(request(task(mode(1, need([0], 1))), task(mode(1, need([0], 1)), name="u"), precedences=[precedence(0, 1, 1)]))


def test_the_quick_way_is_gone_where_it_can_be() -> None:
    whole = instance(20, [resource("a", "#" * 20)], one(4, need([0], 4)))
    assert isinstance(serial_for(whole), QuickSerial)
    assert isinstance(serial_for(replace(whole, most_moves=0)), PlacedSerial)
