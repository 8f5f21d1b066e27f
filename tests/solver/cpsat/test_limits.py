"""Rules that count or keep apart: sharing, sessions, quota, most moves, series, institutes; and parts around the task."""

from dataclasses import replace

import pytest

from scheduler.solver.domains import Explorer
from scheduler.ticks.instance import FixedUse, Instance, TickBooking, TickQuota, TickRequest, TickResource, TickSessions
from tests.placement.builders import bits, link, mode, need, precedence, request, resource, task
from tests.solver.cpsat.special import admits, check_hint, instance, part, solved, wanted
from tests.solver.tiny import searched

BOTH = frozenset({(0, 1), (1, 0)})


def bath(ticks: int, compatible: frozenset[tuple[int, int]] = frozenset(), capacity: int = 2) -> TickResource:
    return replace(resource("bath", "#" * ticks, capacity=capacity), shares=True, compatible=compatible)


def lone(ticks: int, *, recipe: int = -1, undisturbed: bool = False, start: int | None = None, candidates: tuple[int, ...] = (0,)) -> TickRequest:
    first, last = (0, 10**6) if start is None else (start, start)
    return request(task(mode(ticks, wanted(candidates, ticks, recipe, undisturbed=undisturbed), first=first, last=last)))


# sharing


@pytest.mark.parametrize(("recipe", "compatible", "count"), [(0, frozenset(), 2), (1, frozenset(), 1), (1, BOTH, 2), (-1, frozenset(), 2)])
def test_sharing_lets_only_compatible_recipes_meet(recipe: int, compatible: frozenset[tuple[int, int]], count: int) -> None:
    assert len(solved(instance(1, [bath(1, compatible)], lone(1, recipe=0), lone(1, recipe=recipe)))) == count


@pytest.mark.parametrize(("recipe", "count"), [(0, 1), (1, 0)])
def test_sharing_lets_only_compatible_recipes_meet_frozen_ones(recipe: int, count: int) -> None:
    assert len(solved(instance(1, [bath(1)], lone(1, recipe=recipe), fixed=[FixedUse(0, 0, 1, 1, 0)]))) == count


@pytest.mark.parametrize(("start", "ticks", "count"), [(0, 3, 2), (0, 2, 2), (2, 2, 2), (0, 1, 1), (1, 1, 1), (1, 3, 1)])
def test_sharing_leaves_undisturbed_parts_in_peace(start: int, ticks: int, count: int) -> None:
    assert len(solved(instance(4, [bath(4)], lone(2, undisturbed=True, start=0), lone(ticks, start=start)))) == count


@pytest.mark.parametrize(("ticks", "count"), [(3, 1), (2, 2)])
def test_sharing_of_two_undisturbed_parts_needs_the_same_time(ticks: int, count: int) -> None:
    whole = instance(3, [bath(3)], lone(2, undisturbed=True, start=0), lone(ticks, undisturbed=True, start=0))
    assert len(solved(whole)) == count


@pytest.mark.parametrize(("start", "count"), [(0, 1), (1, 0), (2, 1)])
def test_sharing_leaves_frozen_undisturbed_parts_in_peace(start: int, count: int) -> None:
    assert len(solved(instance(4, [bath(4)], lone(2, start=start), fixed=[FixedUse(0, 0, 2, 1, undisturbed=True)]))) == count


@pytest.mark.parametrize(("end", "count"), [(1, 0), (2, 1), (3, 1)])
def test_sharing_begins_undisturbed_parts_beside_frozen_ones(end: int, count: int) -> None:
    assert len(solved(instance(3, [bath(3)], lone(2, undisturbed=True, start=0), fixed=[FixedUse(0, 0, end, 1)]))) == count


def test_sharing_lets_one_booking_meet_itself() -> None:
    whole = replace(wanted([0], 2, undisturbed=True), id="whole")
    head = need([0], 2, name="head", during="head", part=1)
    assert len(solved(instance(2, [bath(2)], request(task(mode(2, whole, head)))))) == 1


# sessions


def advisor(ticks: int, *, day: int | None = None, week: int | None = None) -> TickResource:
    """Days of four ticks, weeks of eight."""
    sessions = TickSessions(day, tuple(range(0, ticks + 4, 4)), week, tuple(range(0, ticks + 8, 8)))
    return replace(resource("advisor", "#" * ticks, person=True), sessions=sessions)


@pytest.mark.parametrize(("day", "week", "count"), [(1, None, 2), (2, None, 3), (None, 1, 1), (None, 2, 2), (2, 2, 2)])
def test_sessions_are_limited_by_day_and_week(day: int | None, week: int | None, count: int) -> None:
    assert len(solved(instance(8, [advisor(8, day=day, week=week)], *(lone(2) for _ in range(3))))) == count


@pytest.mark.parametrize(("at", "count"), [(-1, 1), (0, 0)])
def test_sessions_count_where_they_start(at: int, count: int) -> None:
    data = replace(advisor(4), sessions=TickSessions(1, (-4, 0, 4), None, ()))
    fixed = [FixedUse(0, at, 2, 1, at=at, owner=(-1, 0))]
    assert len(solved(instance(4, [data], lone(1), fixed=fixed))) == count


def test_sessions_count_bookings_once() -> None:
    parts = need([0], 3, name="h", during="head", part=1), need([0], 3, name="t", during="tail", part=1)
    whole = instance(4, [advisor(4, day=1)], request(task(mode(3, *parts))))
    assert len(solved(whole)) == 1


def test_sessions_add_nothing_to_a_day_of_too_many_frozen_ones() -> None:
    fixed = [FixedUse(0, 0, 1, 1, at=0, owner=(-1, 0)), FixedUse(0, 1, 2, 1, at=1, owner=(-2, 0))]
    plan = solved(instance(8, [advisor(8, day=1)], lone(1), lone(1), fixed=fixed))
    assert [placement[0].start for placement in plan.values()] == [4]


# quota


def quota(most: int, *, company: int = -1, price: int | None = None, fixed: int = 0) -> TickQuota:
    return TickQuota(company, frozenset({0}), (0, 4, 8), most, price, (((0, 0), fixed),) if fixed else ())


def of_company(company: int, ticks: int = 2, **more: int) -> TickRequest:
    return replace(part([0, 1], ticks, -1, **more), company=company)


@pytest.mark.parametrize(("most", "on_first"), [(4, 2), (3, 1), (1, 0)])
def test_quota_limits_the_minutes_in_a_period(most: int, on_first: int) -> None:
    # The second resource is shut until the period is over: what goes there is late.
    resources = [resource("r", "####...."), resource("s", "....####")]
    plan = solved(instance(8, resources, of_company(0), of_company(0), quotas=(quota(most),)))
    assert sum(placement[0].resources == ((0,),) for placement in plan.values()) == on_first
    assert len(plan) == 2


@pytest.mark.parametrize(("company", "most", "count"), [(-1, 2, 2), (-1, 1, 0), (0, 1, 1), (2, 1, 2)])
def test_quota_counts_each_company_for_itself(company: int, most: int, count: int) -> None:
    requests = [lone(2), replace(lone(2), company=1)]
    assert len(solved(instance(4, [resource("r", "####")], *requests, quotas=(quota(most, company=company),)))) == count


@pytest.mark.parametrize(("fixed", "count"), [(1, 1), (2, 0), (9, 0)])
def test_quota_counts_frozen_bookings(fixed: int, count: int) -> None:
    whole = instance(4, [resource("r", "####")], lone(2), quotas=(quota(3, fixed=fixed),))
    assert len(solved(whole)) == count


def test_quota_with_a_price_is_left_to_the_objective() -> None:
    assert len(solved(instance(4, [resource("r", "####")], lone(2), lone(2), quotas=(quota(1, price=7),)))) == 2


# most moves


@pytest.mark.parametrize(("most", "moved"), [(2, 2), (1, 1), (0, 0), (None, 2)])
def test_most_moves_keeps_bookings_in_force(most: int | None, moved: int) -> None:
    current = [(0, TickBooking(0, 0, start, ((0,),)), 1) for start in (4, 6)]
    requests = [replace(lone(2), current=(each,)) for each in current]
    plan = solved_from(instance(8, [resource("r", "#" * 8)], *requests, most_moves=most), {n: (each[1],) for n, each in enumerate(current)})
    assert sum(plan.get(number) != (each[1],) for number, each in enumerate(current)) == moved


def test_most_moves_counts_only_what_costs_something() -> None:
    booking = TickBooking(0, 0, 2, ((0,),))
    whole = instance(4, [resource("r", "####")], replace(lone(2), current=((0, booking, 0),)), most_moves=0)
    assert solved(whole)[0][0].start == 0


def solved_from(whole: Instance, plan: dict[int, tuple[TickBooking, ...]]) -> dict[int, tuple[TickBooking, ...]]:
    """As `solved`, where leaving all out is no plan."""
    found = searched(whole, plan)
    check_hint(whole, found.plan)
    check_hint(whole, plan)
    return found.plan


# series


@pytest.mark.parametrize(("least", "most", "fits"), [(3, 3, True), (2, 4, True), (4, None, False), (0, 2, False)])
def test_series_keeps_the_distance(least: int, most: int | None, fits: bool) -> None:
    tasks = [task(mode(1, need([0], 1)), name="a"), task(mode(1, need([0], 1)), name="b")]
    apart = replace(precedence(0, 1, least, most), is_series=True)
    assert bool(solved(instance(4, [resource("r", "#..#")], request(*tasks, precedences=[apart])))) is fits


# alternatives


@pytest.mark.parametrize(("institutes", "fits"), [((0, 1, 1), True), ((0, 0, 0), False), ((-1, -1, -1), True)])
@pytest.mark.parametrize("candidates", [(0, 1, 2), (0, 2)])
def test_alternatives_of_different_institutes(institutes: tuple[int, ...], fits: bool, candidates: tuple[int, ...]) -> None:
    resources = [resource(f"p{n}", "#", person=True, institute=institute) for n, institute in enumerate(institutes)]
    joint = replace(need(candidates, 1, count=2), different_institutes=True)
    assert bool(solved(instance(1, resources, request(task(mode(1, joint)))))) is fits


# calendar, time limits and location, as the start domains carry them


@pytest.mark.parametrize(("opening", "start"), [("###..", 2), (".##..", 3), ("##...", 2), ("....#", None)])
def test_calendar_holds_what_is_taken_before(opening: str, start: int | None) -> None:
    before = replace(need([1], 2, name="b"), during="before", begin=-2, end=0)
    whole = instance(5, [resource("r", "#####"), resource("s", opening)], request(task(mode(1, need([0], 1), before))))
    plan = solved(whole)
    assert (plan[0][0].start if plan else None) == start


@pytest.mark.parametrize(("ticks", "fits"), [(4, True), (3, False)])
def test_calendar_holds_what_is_taken_after_inside_the_horizon(ticks: int, fits: bool) -> None:
    after = replace(need([0], 2, name="a"), during="after", begin=2, end=4)
    assert bool(solved(instance(ticks, [resource("r", "#" * ticks)], request(task(mode(2, need([0], 2), after)))))) is fits


@pytest.mark.parametrize(("idle", "start"), [(".#...", 0), (".....", 2), ("..#..", 1)])
def test_calendar_is_not_asked_where_the_task_pauses(idle: str, start: int) -> None:
    paused = replace(need([0], 3), idle=bits(idle))
    opening = {".#...": "#.#..", ".....": "..###", "..#..": ".#.#."}[idle]
    assert solved(instance(5, [resource("r", opening)], request(task(mode(3, paused)))))[0][0].start == start


def test_time_limits_are_those_of_each_length() -> None:
    short, long = replace(mode(1, need([0], 1)), starts=bits("...#")), replace(mode(2, need([0], 2)), starts=bits("##.."))
    booking = solved(instance(4, [resource("r", ".###")], request(task(short, long))))[0][0]
    assert (booking.mode, booking.start) == (1, 1)


@pytest.mark.parametrize(("site", "served_by"), [(1, 1), (0, 0), (-1, 0)])
def test_location_is_the_site_of_the_task(site: int, served_by: int) -> None:
    resources = [resource("r", "##.", site=0), resource("s", ".##", site=1)]
    there = replace(task(mode(1, need([0, 1], 1))), site=site)
    assert solved(instance(3, resources, request(there)))[0][0].resources == ((served_by,),)


def test_location_of_a_linked_task_does_not_bind_who_has_no_site() -> None:
    # The second task takes place at site 1, but nothing of it has a site there: the first may be anywhere.
    resources = [resource("r", "#", site=0), resource("p", "#", site=-1, person=True)]
    tasks = [task(mode(1, need([0], 1)), name="a"), replace(task(mode(1, need([1], 1)), name="b"), site=1)]
    assert len(solved(instance(1, resources, request(*tasks, links=[link("same_site", 0, 1)])))) == 1


def test_plain_instances_have_no_special_resources() -> None:
    whole = instance(2, [resource("r", "##")], lone(1))
    assert not whole.is_coupled
    assert Explorer(whole).explore(whole.requests[0]).can_serve
    assert admits(whole, {0: (TickBooking(0, 0, 1, ((0,),)),)})
