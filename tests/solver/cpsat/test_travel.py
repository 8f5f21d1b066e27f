"""Travel: ways to sessions and home, in the opening, beside other work, within the day; and against trying everything."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from scheduler.solver.cpsat.model import build_model
from scheduler.solver.domains import Explorer
from scheduler.ticks.instance import FixedUse, Instance, Plan, TickRequest, TickResource, TickTravel
from scheduler.ticks.uses import uses_of
from tests.placement.builders import mode, need, request, resource, task
from tests.solver.cpsat.special import finds_the_best, instance, judges_alike, pays_least, solved

WAYS = ((0, 1, 2), (1, 0, 2), (2, 2, 0))
"""Site 1 is a tick from site 0, site 2 is two from both."""


def advisor(opening: str, *, home: int = 0, most: int | None = None, days: Sequence[int] = ()) -> TickResource:
    ticks = len(opening)
    edges = [t for t in range(ticks) if opening[t] == "#" and (t == 0 or opening[t - 1] != "#")]
    openings = tuple((t, (opening + ".").index(".", t)) for t in edges)
    travel = TickTravel(WAYS, tuple(tuple(10 * each for each in row) for row in WAYS), home, openings, most, tuple(days) or (0, ticks))
    return replace(resource("advisor", opening, person=True, site=-1), travel=travel)


def visit(ticks: int, site: int, *, first: int = 0, last: int = 10**6, candidates: Sequence[int] = (0,), **more: int) -> TickRequest:
    """A session at a site; -1: online."""
    way = mode(ticks, need(candidates, ticks), first=first, last=last)
    return request(replace(task(way), site=site, takes_place=site >= 0), **more)


def starts(whole: Instance) -> dict[int, int]:
    plan = solved(whole)
    assert not is_broken(whole, plan)
    return {position: placement[0].start for position, placement in plan.items()}


@pytest.mark.parametrize(("site", "opening", "start"), [(0, "#", 0), (1, "###", 1), (1, "##", None), (2, "#####", 2), (2, "####", None), (-1, "#", 0)])
def test_travel_goes_there_and_home_within_the_opening(site: int, opening: str, start: int | None) -> None:
    assert starts(instance(len(opening), [advisor(opening)], visit(1, site))).get(0) == start


def test_travel_without_a_home_begins_at_the_first_session() -> None:
    assert starts(instance(4, [advisor("####", home=-1)], visit(1, 1), visit(1, 2))) in ({0: 0, 1: 3}, {0: 3, 1: 0})


@pytest.mark.parametrize(("opening", "count"), [("####", 2), ("###", 1), ("###.###", 2), ("###.##", 1)])
def test_travel_goes_home_once_in_each_opening(opening: str, count: int) -> None:
    assert len(starts(instance(len(opening), [advisor(opening)], visit(1, 1), visit(1, 1)))) == count


@pytest.mark.parametrize(("ticks", "count"), [(7, 2), (6, 1)])
def test_travel_between_two_sites(ticks: int, count: int) -> None:
    # 1 + session + 2 + session + 2 is seven.
    assert len(starts(instance(ticks, [advisor("#" * ticks)], visit(1, 1), visit(1, 2)))) == count


@pytest.mark.parametrize(("first", "count"), [(3, 2), (2, 1), (0, 1)])
def test_travel_is_beside_other_work(first: int, count: int) -> None:
    # On the way in [0, 1) and [2, 3).
    online = visit(1, -1, first=first, last=first)
    assert len(starts(instance(4, [advisor("####")], visit(1, 1, last=1), online))) == count


def test_travel_may_be_broken_by_work_without_a_place() -> None:
    # At the site there is an hour online before the second session there.
    whole = instance(5, [advisor("#####")], visit(1, 1, first=1, last=1), visit(1, -1, first=2, last=2), visit(1, 1, first=3, last=3))
    assert starts(whole) == {0: 1, 1: 2, 2: 3}


@pytest.mark.parametrize(("most", "count"), [(20, 1), (19, 0), (None, 1)])
def test_travel_is_no_longer_than_a_day_may_have(most: int | None, count: int) -> None:
    assert len(starts(instance(3, [advisor("###", most=most)], visit(1, 1)))) == count


@pytest.mark.parametrize(("days", "count"), [((0, 8), 1), ((0, 4, 8), 2)])
def test_travel_counts_ways_to_the_day_of_the_session(days: tuple[int, ...], count: int) -> None:
    whole = instance(8, [advisor("###.####", most=20, days=days)], visit(1, 1, last=1), visit(1, 1, first=5))
    assert len(starts(whole)) == count


@pytest.mark.parametrize(("start", "count"), [(4, 1), (3, 0)])
def test_travel_leaves_frozen_sessions_on(start: int, count: int) -> None:
    # A frozen session at site 1 in [1, 2); the way to site 2 takes two ticks, home two more.
    whole = instance(7, [advisor("#######")], visit(1, 2, first=start, last=start), fixed=[FixedUse(0, 1, 2, 1, site=1, at=1)])
    assert len(starts(whole)) == count


def test_travel_between_frozen_sessions_was_decided_earlier() -> None:
    fixed = [FixedUse(0, 0, 1, 1, site=2, at=0), FixedUse(0, 1, 2, 1, site=1, at=1)]
    assert starts(instance(4, [advisor("####", most=1)], visit(1, -1), fixed=fixed)) == {0: 2}


def test_travel_comes_from_where_the_person_was_before_the_horizon() -> None:
    data = advisor("####", home=0)
    travel = replace(data.travel, openings=((-3, 4),), days=(-3, 4))  # type: ignore[type-var]
    whole = instance(4, [replace(data, travel=travel)], visit(1, 1), fixed=[FixedUse(0, -2, -1, 1, site=1, at=-2)])
    assert starts(whole) == {0: 0}


def test_travel_follows_the_choice_of_the_site() -> None:
    # The room at site 2 is too far away for the opening.
    rooms = [resource("near", "###", site=1), resource("far", "###", site=2)]
    both = mode(1, need([0], 1, name="p"), need([1, 2], 1, name="room"))
    whole = instance(3, [advisor("###"), *rooms], request(task(both)))
    plan = solved(whole)
    assert (plan[0][0].start, plan[0][0].resources[1]) == (1, (1,))
    assert starts(instance(1, [advisor("#"), *rooms], request(replace(task(both), takes_place=False)))) == {0: 0}


def test_travel_is_left_to_the_objective() -> None:
    whole = instance(3, [advisor("###")], visit(1, 1))
    exact = build_model(whole, [Explorer(whole).explore(each) for each in whole.requests])
    assert [minutes for _, minutes in exact.variables.ways] == [10, 10]


# --- trying everything ----------------------------------------------------------------------


def is_broken(whole: Instance, plan: Plan) -> bool:
    """Whether somebody who travels is in two places, or not where the sessions are."""
    uses = [*whole.fixed_uses, *(use for position, placement in plan.items() for use in uses_of(whole, whole.requests[position], placement, position))]
    for r, data in enumerate(whole.resources):
        mine = sorted((use for use in uses if use.resource == r), key=lambda use: (use.start, use.end, use.site))
        frozen = {use for use in mine if use in whole.fixed_uses}
        if any(one.end > other.start and not {one, other} <= frozen for one, other in pairwise(mine)):
            return True
        if any(use not in frozen and not data.open >> tick & 1 for use in mine for tick in range(use.start, use.end)):
            return True
        if data.travel is not None and _has_no_way(data.travel, mine, frozen):
            return True
    return False


def _has_no_way(travel: TickTravel, mine: list[FixedUse], frozen: set[FixedUse]) -> bool:
    spent: dict[int, int] = {}
    moved: set[int] = set()
    for begin, end in travel.openings:
        path = [use for use in mine if use.site >= 0 and begin <= use.start < end]
        legs = [(before, use) for before, use in zip([None, *path], [*path, None], strict=True) if (before, use) != (None, None)]
        for before, use in legs:
            source, target = travel.home if before is None else before.site, travel.home if use is None else use.site
            if source < 0 or target < 0:
                continue
            session = use or before
            assert session is not None
            day = max(number for number, edge in enumerate(travel.days) if edge <= session.start)
            spent[day] = spent.get(day, 0) + travel.minutes[source][target]
            way = travel.ways[source][target]
            first = before.end if use is None and before is not None else (session.start - way)
            if all(each is None or each in frozen for each in (before, use)) or not way:
                continue
            if first < begin or first + way > end or any(each.start < first + way and first < each.end for each in mine):
                return True
        moved |= {max(number for number, edge in enumerate(travel.days) if edge <= each.start) for each in path if each not in frozen}
    return travel.most_a_day is not None and any(spent.get(day, 0) > travel.most_a_day for day in moved)


def random_journeys(random: Random) -> Instance:
    opening = random.choice(["########", "####.####", "#########"])
    most, home = random.choice([None, 20, 40, 60]), random.choice([0, 0, 1, -1])
    people = [advisor(opening, home=home, most=most, days=random.choice([(), (0, 5, 9)])) for _ in range(random.choice([1, 1, 2]))]
    requests = []
    for _ in range(random.randint(2, 3)):
        first = random.randint(0, 3)
        able = list(range(len(people))) if random.random() < 0.5 else [0]
        requests.append(
            visit(random.randint(1, 2), random.randint(-1, 2), first=first, last=first + random.randint(0, 4), candidates=able, weight=random.randint(1, 3))
        )
    fixed = []
    if random.random() < 0.5:
        fixed.append(FixedUse(0, 2, 3, 1, site=random.randint(-1, 2), at=2, owner=(-1, 0)))
        if random.random() < 0.4:
            fixed.append(FixedUse(0, 3, 4, 1, site=random.randint(-1, 2), at=3, owner=(-2, 0)))
    return instance(len(opening), people, *requests, fixed=fixed)


@pytest.mark.parametrize("seed", range(30))
def test_travel_finds_what_trying_everything_finds(seed: int) -> None:
    finds_the_best(random_journeys(Random(seed)), is_broken, seed)


@pytest.mark.parametrize("seed", range(15))
def test_travel_refuses_what_is_broken(seed: int) -> None:
    judges_alike(random_journeys(Random(seed)), is_broken, seed)


@pytest.mark.parametrize("seed", range(15))
def test_travel_is_paid_for_as_little_as_possible(seed: int) -> None:
    pays_least(random_journeys(Random(seed)), is_broken)
