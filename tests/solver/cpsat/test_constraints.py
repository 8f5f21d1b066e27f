"""Each rule alone, just feasible and just infeasible, on instances small enough to check by eye."""

import pytest

from scheduler.solver.cpsat.constraints import ADD, RULES
from scheduler.ticks.instance import FixedUse, Instance, TickBooking, TickRequest
from scheduler.verify.rules import RULES as VERIFIED
from tests.placement.builders import bits, instance, link, mode, need, precedence, request, resource, task
from tests.solver.tiny import least_cost, proved, searched, served


def test_rules_have_the_verifiers_names() -> None:
    assert set(RULES) == set(VERIFIED)
    assert tuple(ADD) == RULES


def lone(*needs: object, ticks: int = 1, **limits: int) -> TickRequest:
    """A request of one task in one mode."""
    return request(task(mode(ticks, *needs, **limits)))  # type: ignore[arg-type]


# completeness


def test_completeness_leaves_out_the_whole_request_for_one_task() -> None:
    one, two = task(mode(1, need([0], 1)), name="a"), task(mode(1, need([1], 1)), name="b")
    assert served(instance(2, [resource("r", "##"), resource("s", "#.")], request(one, two)))
    assert not served(instance(2, [resource("r", "##"), resource("s", "..")], request(one, two)))


def test_completeness_picks_one_mode() -> None:
    slow, quick = mode(3, need([0], 3), name="slow"), mode(2, need([0], 2), name="quick")
    whole = instance(3, [resource("r", "###")], request(task(slow, quick)), request(task(mode(1, need([0], 1)))))
    plan = proved(whole).plan
    assert plan[0][0].mode == 1
    assert len(plan) == 2


# alternatives


@pytest.mark.parametrize(("count", "fits"), [(2, True), (3, False)])
def test_alternatives_takes_so_many_different_candidates(count: int, fits: bool) -> None:
    resources = [resource("r", "#"), resource("s", "#"), resource("t", "."), resource("u", "#")]
    assert served(instance(1, resources, lone(need([0, 1, 2], 1, count=count)))) is fits


# calendar


@pytest.mark.parametrize(("opening", "fits"), [(".###.", True), (".##.#", False)])
def test_calendar_holds_the_whole_task(opening: str, fits: bool) -> None:
    assert served(instance(5, [resource("r", opening)], lone(need([0], 3), ticks=3))) is fits


@pytest.mark.parametrize(("opening", "fits"), [("#..#", True), ("#.#.", False), (".#.#", False)])
def test_calendar_holds_head_and_tail_only(opening: str, fits: bool) -> None:
    head, tail = need([1], 4, name="h", during="head", part=1), need([1], 4, name="t", during="tail", part=1)
    assert served(instance(4, [resource("r", "####"), resource("p", opening, person=True)], lone(need([0], 4), head, tail, ticks=4))) is fits


@pytest.mark.parametrize(("valid", "fits"), [("..##", True), ("..#.", False)])
def test_calendar_holds_the_qualification(valid: str, fits: bool) -> None:
    assert served(instance(4, [resource("r", "####")], lone(need([0], 2, limited={0: bits(valid)}), ticks=2))) is fits


# capacity


@pytest.mark.parametrize(("ticks", "left_out"), [(4, 0), (3, 1)])
def test_capacity_of_a_unit_keeps_tasks_apart(ticks: int, left_out: int) -> None:
    whole = instance(ticks, [resource("r", "#" * ticks)], lone(need([0], 2), ticks=2), lone(need([0], 2), ticks=2))
    assert served(whole) or left_out
    assert len(proved(whole).plan) == 2 - left_out


@pytest.mark.parametrize(("capacity", "served_count"), [(5, 2), (4, 1)])
def test_capacity_of_a_shared_resource_adds_up(capacity: int, served_count: int) -> None:
    whole = instance(1, [resource("r", "#", capacity=capacity)], lone(need([0], 1, demand=3)), lone(need([0], 1, demand=2)))
    assert len(searched(whole).plan) == len(proved(whole).plan) == served_count


def test_capacity_of_three_that_fit_in_pairs() -> None:
    whole = instance(1, [resource("r", "#", capacity=2)], *(lone(need([0], 1)) for _ in range(3)))
    assert len(proved(whole).plan) == 2


def test_capacity_lets_parts_touch() -> None:
    # Head of one and tail of the other by the same person, who is there for two ticks in the middle.
    person = resource("p", ".##.", person=True)
    first = request(task(mode(2, need([0], 2), need([2], 2, name="t", during="tail", part=1), last=0)))
    second = request(task(mode(2, need([1], 2), need([2], 2, name="h", during="head", part=1))))
    assert len(proved(instance(4, [resource("r", "####"), resource("s", "####"), person], first, second)).plan) == 2


def test_capacity_counts_two_parts_of_one_task() -> None:
    head, tail = need([0], 3, name="h", during="head", part=2), need([0], 3, name="t", during="tail", part=2)
    assert not served(instance(3, [resource("p", "###")], lone(head, tail, ticks=3)))


# frozen


@pytest.mark.parametrize(("end", "fits"), [(2, True), (3, False)])
def test_frozen_uses_of_a_unit_stay(end: int, fits: bool) -> None:
    assert served(instance(4, [resource("r", "####")], lone(need([0], 2), ticks=2), fixed=[FixedUse(0, 0, end, 1)])) is fits


@pytest.mark.parametrize(("demand", "fits"), [(2, True), (3, False)])
def test_frozen_uses_of_a_shared_resource_stay(demand: int, fits: bool) -> None:
    assert served(instance(1, [resource("r", "#", capacity=4)], lone(need([0], 1, demand=demand)), fixed=[FixedUse(0, 0, 1, 2)])) is fits


def test_frozen_uses_count_beside_free_ones() -> None:
    # Each alone fits beside the frozen unit; both together do not.
    whole = instance(1, [resource("r", "#", capacity=2)], lone(need([0], 1)), lone(need([0], 1)), fixed=[FixedUse(0, 0, 1, 1)])
    assert len(searched(whole).plan) == len(proved(whole).plan) == 1


def test_frozen_request_is_served_whatever_it_costs() -> None:
    done = request(weight=1, due=0, fixed_completion=10**6)
    whole = instance(2, [resource("r", "##")], done, lone(need([0], 1)))
    assert set(proved(whole).plan) == set(searched(whole).plan) == {0, 1}


# time limits


@pytest.mark.parametrize(("first", "last", "fits"), [(1, 1, True), (2, 3, False), (0, 0, False)])
def test_time_limits_hold_the_start(first: int, last: int, fits: bool) -> None:
    assert served(instance(4, [resource("r", ".##.")], lone(need([0], 2), ticks=2, first=first, last=last))) is fits


def test_time_limits_are_those_of_the_mode() -> None:
    early = mode(1, need([0], 1), last=0, name="early")
    late = mode(2, need([0], 2), first=2, name="late")
    busy = request(task(mode(1, need([0], 1), last=0)), weight=9)
    plan = proved(instance(4, [resource("r", "####")], request(task(early, late)), busy)).plan
    assert plan[0] == (TickBooking(0, 1, 2, ((0,),)),)


# precedence


@pytest.mark.parametrize(("least", "most", "fits"), [(2, None, True), (3, None, False), (0, 2, True), (0, 1, False)])
def test_precedence_keeps_the_lag(least: int, most: int | None, fits: bool) -> None:
    tasks = [task(mode(1, need([0], 1)), name="a"), task(mode(1, need([1], 1)), name="b")]
    whole = instance(3, [resource("r", "#.."), resource("s", "..#")], request(*tasks, precedences=[precedence(0, 1, least, most)]))
    assert served(whole) is fits


def test_precedence_depends_on_the_mode_of_the_first() -> None:
    first = task(mode(1, need([0], 1), name="m"), mode(1, need([0], 1), name="n"))
    then = task(mode(1, need([1], 1)))
    whole = instance(3, [resource("r", "#.."), resource("s", ".#.")], request(first, then, precedences=[precedence(0, 1, (2, 1), (None, None))]))
    assert served(whole)
    assert proved(whole).plan[0][0].mode == 1


# location


@pytest.mark.parametrize(("site", "one_site", "fits"), [(1, True, False), (0, True, True), (-1, True, True), (1, False, True)])
def test_location_is_one_site(site: int, one_site: bool, fits: bool) -> None:
    resources = [resource("r", "#", site=0), resource("s", "#", site=site)]
    wanted = mode(1, need([0], 1, name="a"), need([1], 1, name="b"))
    assert served(instance(1, resources, request(task(wanted, one_site=one_site)))) is fits


def test_location_leaves_the_choice_of_the_site() -> None:
    resources = [resource("r", "#.", site=0), resource("s", "#.", site=1), resource("p", ".#", site=0, person=True), resource("q", "#.", site=1, person=True)]
    both = mode(1, need([0, 1], 1, name="a"), need([2, 3], 1, name="b"))
    whole = instance(2, resources, request(task(both)))
    assert served(whole)
    assert proved(whole).plan[0][0].resources == ((1,), (3,))


def test_location_holds_where_calendars_do_not_tell_sites_apart() -> None:
    # At either site one of the two is busy with something heavier.
    resources = [resource("r", "#", site=0), resource("s", "#", site=1), resource("p", "#", site=0), resource("q", "#", site=1)]
    both = request(task(mode(1, need([0, 1], 1, name="a"), need([2, 3], 1, name="b"))))
    heavy = [request(task(mode(1, need([k], 1))), weight=9) for k in (0, 3)]
    whole = instance(1, resources, both, *heavy)
    assert not served(whole)


# links


def two(kind: str, *, requirement: str | None = None, free: str = "##") -> Instance:
    """Two tasks, each by r or s, of which r is at site 0 and free as drawn, and s at site 1 and free in the second tick."""
    resources = [resource("r", free, person=True, site=0), resource("s", ".#", person=True, site=1)]
    tasks = [task(mode(1, need([0, 1], 1), first=number, last=number), name=f"t{number}") for number in (0, 1)]
    return instance(2, resources, request(*tasks, links=[link(kind, 0, 1, requirement=requirement)]))  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "requirement"), [("same_people", None), ("same_site", None), ("same_resource", "r")])
def test_links_keep_together(kind: str, requirement: str | None) -> None:
    assert served(two(kind, requirement=requirement))
    assert not served(two(kind, requirement=requirement, free="#."))


def test_links_keep_institutes_apart() -> None:
    assert served(two("different_institutes"))
    alone = two("different_institutes")
    resources = [alone.resources[0], resource("s", ".#", person=True, site=1, institute=0)]
    assert not served(instance(2, resources, *alone.requests))


def test_links_of_people_count_all_who_work() -> None:
    # Two people on the first task, one on the second: not the same set.
    resources = [resource("p", "##", person=True), resource("q", "##", person=True)]
    first, second = task(mode(1, need([0, 1], 1, count=2), last=0)), task(mode(1, need([0, 1], 1), first=1))
    assert not served(instance(2, resources, request(first, second, links=[link("same_people", 0, 1)])))
    assert served(instance(2, resources, request(first, second)))


def test_links_of_a_requirement_that_a_mode_lacks() -> None:
    resources = [resource("p", "##"), resource("q", "##")]
    first, second = task(mode(1, need([0], 1, name="a"), last=0)), task(mode(1, need([1], 1, name="b"), first=1))
    assert not served(instance(2, resources, request(first, second, links=[link("same_resource", 0, 1, requirement="a")])))


# duration


def test_duration_takes_the_resource_to_the_end() -> None:
    long, short = lone(need([0], 3), ticks=3, last=0), lone(need([0], 1), last=3)
    found = proved(instance(4, [resource("r", "####")], long, short))
    assert {position: placement[0].start for position, placement in found.plan.items()} == {0: 0, 1: 3}


def test_duration_counts_to_the_last_end_of_parallel_tasks() -> None:
    tasks = [task(mode(3, need([0], 3)), name="a"), task(mode(1, need([1], 1), first=1), name="b")]
    whole = instance(4, [resource("r", "####"), resource("s", "####")], request(*tasks, due=2))
    found = proved(whole)
    # Complete at 3: one minute late at 20, three minutes of flow.
    assert found.bounds == (23,)
    assert least_cost(whole) == 23
