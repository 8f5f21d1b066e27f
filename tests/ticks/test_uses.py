"""What frozen bookings take, also outside the horizon; and quotas that count them."""

from dataclasses import replace
from typing import Any

import pytest

from scheduler.model.changeover import Changeover, Otherwise
from scheduler.model.lab import Resource
from scheduler.model.problem import InForce, Quota
from scheduler.model.request import Request, Select
from scheduler.model.travel import Travel, Ways
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.instance import FixedUse, Instance, TickBooking
from scheduler.ticks.uses import beside_bookings, uses_of
from tests.ticks.labs import booked, chamber, hours, needs, operator, problem, request, task, with_lab

SWITCH = Changeover(id="switch", otherwise=Otherwise(time=hours(1)))


def fixed(*bookings: InForce, resource: Resource, asked: Request | None = None) -> tuple[FixedUse, ...]:
    given = problem(asked or request(task("t", 2, needs("chamber", recipe="nss"))), resources=(resource, operator()), in_force=bookings)
    return compile_problem(with_lab(given, changeovers=(SWITCH,), ways=(Ways(id="w", speed_kmh=80),))).fixed_uses


def held(start: float, end: float, **served: Any) -> InForce:
    return InForce(booking=booked("t", start, end, **served), frozen=True)


def test_a_frozen_booking_outside_the_horizon_takes_nothing_of_a_plain_resource() -> None:
    assert fixed(held(-4, -2), resource=chamber()) == ()
    assert fixed(held(48, 50), resource=chamber()) == ()
    assert [(each.start, each.end) for each in fixed(held(-1, 1), resource=chamber())] == [(0, 4)]
    assert [(each.start, each.end) for each in fixed(held(47, 49), resource=chamber())] == [(188, 192)]


@pytest.mark.parametrize(
    "traits", [{"changeover": "switch"}, {"batch": True, "capacity": 4}, {"most_a_week": 3}, {"travel": Travel(ways="w")}, {"capacity": 4}], ids=str
)
def test_a_frozen_booking_outside_the_horizon_counts_where_what_follows_depends_on_it(traits: dict[str, Any]) -> None:
    for start, end in ((-4.1, -2), (48, 50.1), (-1, 1)):
        (use,) = fixed(held(start, end), resource=chamber(**traits))
        assert (use.start, use.end, use.at, use.recipe) == (start * 4 // 1, -(-end * 4 // 1), start * 4 // 1, 0)


def test_a_frozen_use_has_the_true_minutes_and_says_whether_it_starts_on_a_tick() -> None:
    (use,) = fixed(held(1, 3), resource=chamber())
    assert (use.minutes, use.is_on_grid) == (120, True)
    # From 1:05 to 2:00 looks like a use of an hour, but is none.
    short = request(task("t", 55 / 60, needs("chamber", recipe="nss")))
    (use,) = fixed(held(1 + 5 / 60, 2), resource=chamber(), asked=short)
    assert (use.start, use.end, use.minutes, use.is_on_grid) == (4, 8, 55, False)


@pytest.mark.parametrize(
    ("during", "start", "end"), [("head", 4, 6), ("tail", 10, 12), ("before", 2, 4), ("after", 12, 14)], ids=["head", "tail", "before", "after"]
)
def test_a_frozen_part_is_rounded_outward(during: str, start: int, end: int) -> None:
    asked = request(task("t", 2, needs("operator"), needs("chamber", during=during, part=hours(20 / 60))))
    uses = fixed(held(1, 3, operator="operator", chamber="chamber"), resource=chamber(), asked=asked)
    assert [(each.start, each.end, each.minutes) for each in uses if each.resource == 0] == [(start, end, 20)]


def test_a_person_who_travels_is_in_the_opening_in_which_a_frozen_session_begins() -> None:
    # The opening from 1:05 on seems to begin at 1:15; the session at its first moment belongs to it.
    shut = ({"window": {"start": booked("t", -1, 1 + 5 / 60).window.start, "end": booked("t", 0, 1 + 5 / 60).window.end}},)
    walker = chamber(kind="person", travel=Travel(ways="w"), closures=shut)
    (use,) = fixed(held(1 + 5 / 60, 3 + 5 / 60), resource=walker)
    assert (use.start, use.end, use.at) == (5, 13, 4)


def quotas(*given: Quota, bookings: tuple[InForce, ...] = (), requests: tuple[Request, ...] = ()) -> Instance:
    return compile_problem(replace(problem(*requests, in_force=bookings, length=14 * 24), quotas=given))


LIMIT = Quota(id="q", select=Select(kind="chamber"), most=hours(10), period="week", time_zone="Asia/Seoul")


def test_quotas_have_their_resources_and_periods() -> None:
    (found,) = quotas(LIMIT).quotas
    # Monday begins in Seoul at 15:00 UTC of Sunday.
    assert (found.company, found.resources, found.most_minutes, found.price) == (-1, {0}, 600, None)
    assert found.periods == tuple(4 * (week * 168 - 9) for week in range(4))


def test_quotas_round_what_may_be_taken_down() -> None:
    assert quotas(replace(LIMIT, most=hours(1 + 59 / 3600))).quotas[0].most_minutes == 60


def test_quotas_are_of_a_company_or_of_each() -> None:
    asked = (request(id="r", company="c"), request(id="s", company="d"))
    named = [replace(LIMIT, id=f"q{n}", company=who) for n, who in enumerate(("d", None, "nobody"))]
    assert [each.company for each in quotas(*named, requests=asked).quotas] == [1, -1, -2]


@pytest.mark.parametrize(("start", "period"), [(5, 0), (-8, 0), (168 - 9.25, 0), (168 - 9, 1), (168, 1)])
def test_quotas_count_frozen_bookings_in_the_week_in_which_they_start(start: float, period: int) -> None:
    # Also one that was done before the horizon begins.
    (found,) = quotas(LIMIT, bookings=(held(start, start + 1.5),), requests=(request(task("t", 1.5)),)).quotas
    assert found.fixed == (((0, period), 90),)


def test_quotas_count_frozen_bookings_of_an_earlier_week_there() -> None:
    # It is Sunday in Seoul.
    (found,) = quotas(LIMIT, bookings=(held(-10, -8),)).quotas
    assert found.periods == tuple(4 * (week * 168 - 9) for week in range(-1, 4))
    assert found.fixed == (((0, 0), 120),)


def test_the_horizon_is_one_period_for_frozen_bookings_outside_it_too() -> None:
    limit = replace(LIMIT, period="horizon")
    for start in (-30, 5, 14 * 24, 15 * 24 + 0.1):
        (found,) = quotas(limit, bookings=(held(start, start + 2),)).quotas
        assert (found.fixed, len(found.periods)) == ((((0, 0), 120),), 2)


def test_quotas_count_the_part_taken_and_each_resource() -> None:
    crowd = (chamber("a"), chamber("b"), operator())
    asked = request(task("t", 2, needs("rooms", "a", "b", count=2, during="head", part=hours(0.5)), needs("operator")))
    given = problem(asked, resources=crowd, in_force=(held(1, 3, rooms=("a", "b"), operator="operator"),))
    (found,) = compile_problem(replace(given, quotas=(LIMIT,))).quotas
    assert found.fixed == (((0, 0), 60),)


def test_quotas_of_one_company_do_not_count_another() -> None:
    asked = (request(id="r", company="c"), request(id="s", company="d"))
    found = quotas(replace(LIMIT, company="d"), LIMIT, bookings=(held(1, 3),), requests=asked).quotas
    assert [each.fixed for each in found] == [(), (((0, 0), 120),)]


def test_beside_bookings_count_in_quotas_and_take_what_they_take() -> None:
    mine, other = request(id="r"), request(id="s")
    given = replace(problem(mine), quotas=(LIMIT,))
    instance = compile_problem(given, around=(other,))
    counted, uses = beside_bookings(instance, given, [(other, booked("t", 1, 3, "s")), (other, booked("t", -4, -2, "s"))])
    assert [(each.resource, each.start, each.end) for each in uses] == [(0, 4, 12)]
    assert counted.quotas[0].fixed == (((0, 0), 240),)
    assert len({each.owner for each in uses}) == 1


def test_what_a_placement_takes_is_what_its_frozen_booking_would() -> None:
    asked = request(
        task(
            "t",
            2,
            needs("chamber", recipe="nss", undisturbed=True),
            needs("operator", during="before", part=hours(0.5)),
            needs("late", "operator", during="after", part=hours(0.5)),
        )
    )
    kit = (chamber(capacity=4), operator())
    free = compile_problem(problem(asked, resources=kit))
    placed = tuple(uses_of(free, free.requests[0], (TickBooking(0, 0, 4, ((0,), (1,), (1,))),), 0))
    frozen = compile_problem(problem(asked, resources=kit, in_force=(held(1, 3, chamber="chamber", operator="operator", late="operator"),))).fixed_uses
    assert [replace(each, owner=(0, 0)) for each in frozen] == list(placed)
