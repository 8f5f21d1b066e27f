"""sessions, quota, most_moves: each just kept, each broken alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from scheduler.model.problem import InForce, Problem, Quota
from scheduler.model.request import Requirement, Select
from scheduler.model.schedule import Schedule, Unserved
from tests.verify.small import Placement, and_needs, faults, resource, stated, use
from tests.verify.world import HOUR, MINUTE, berlin, broken, need, seoul

NINE = seoul(3, 9)


def uses(*starts: datetime, length: timedelta = MINUTE, **fields: Any) -> list[Placement]:
    """Requests 1, 2, 3 ... that take `x` from these moments on."""
    return [use(str(number), start, length, "x", **fields) for number, start in enumerate(starts, 1)]


def test_sessions_are_counted_by_local_day() -> None:
    limited = resource("x", most_a_day=2)
    assert faults([limited], *uses(seoul(3, 0), seoul(3, 23, 59), seoul(4, 0), seoul(4, 5))) == []
    assert faults([limited], *uses(seoul(3, 0), seoul(3, 23, 58), seoul(3, 23, 59))) == [("sessions", "3")]
    # The day counts on which a booking begins.
    assert faults([limited], *uses(seoul(3, 0), seoul(3, 12), seoul(4, 0), length=12 * HOUR)) == []


def test_sessions_know_the_day_on_which_clocks_change() -> None:
    # In Berlin 29 March has 23 hours, from 00:00 winter time to 24:00 summer time.
    limited = resource("x", "berlin", most_a_day=1)
    assert faults([limited], *uses(berlin(28, 23, 59), berlin(29, 0), berlin(30, 0))) == []
    assert faults([limited], *uses(berlin(29, 0), berlin(30, 0) - MINUTE)) == [("sessions", "2")]


def test_sessions_are_counted_by_week_from_monday() -> None:
    limited = resource("x", most_a_week=2)
    # 8 March is a Sunday.
    assert faults([limited], *uses(seoul(2, 0), seoul(8, 23), seoul(9, 0), seoul(15, 1))) == []
    assert faults([limited], *uses(seoul(2, 0), seoul(8, 22), seoul(8, 23, 59))) == [("sessions", "3")]


def test_sessions_count_a_booking_once_and_only_of_that_resource() -> None:
    limited = resource("x", most_a_day=1, capacity=2)
    twice = and_needs(use("1", NINE, HOUR, "x"), need("again", "x"), "x")
    assert faults([limited, resource("y")], twice, use("2", NINE, HOUR, "y")) == []


def test_sessions_that_are_frozen_were_decided_earlier() -> None:
    limited = resource("x", most_a_day=1, most_a_week=1)
    both = uses(NINE, NINE + HOUR)
    assert faults([limited], *both) == [("sessions", "2")] * 2
    assert faults([limited], *both, frozen=("1", "2")) == []
    assert faults([limited], *both, frozen=("2",)) == [("sessions", "2")] * 2


CHAMBERS = Select(kind="chamber")


def quota(hours: float = 10, **fields: Any) -> Quota:
    return Quota(**{"id": "q", "select": CHAMBERS, "most": hours * HOUR, "time_zone": "Asia/Seoul"} | fields)


def ran(name: str, hours: float, start: datetime = NINE, **fields: Any) -> Placement:
    return use(name, start, hours * HOUR, "x", **fields)


BIG = resource("x", capacity=9)


def test_quota_is_kept_to_the_minute() -> None:
    assert faults([BIG], ran("a", 6), ran("b", 4), quotas=(quota(),)) == []
    assert faults([BIG], ran("a", 6), ran("b", 4), quotas=(quota(10 - 1 / 60),)) == [("quota", "b")]


def test_quota_counts_resources_but_no_demand() -> None:
    pair = [resource("x", capacity=9), resource("y"), resource("p", kind="person")]
    both = use("a", NINE, 5 * HOUR, ("x", "y"))
    assert faults(pair, and_needs(both, need("who", "p"), "p"), quotas=(quota(),)) == []
    assert faults(pair, both, quotas=(quota(9.9),)) == [("quota", "a")]
    assert faults(pair, ran("a", 10, demand=9), quotas=(quota(),)) == []


def test_quota_counts_parts() -> None:
    part = Requirement(id="dry", select=Select(ids=("y",)), during="after", part=2 * HOUR)
    placement = and_needs(ran("a", 8), part, "y")
    assert faults([BIG, resource("y")], placement, quotas=(quota(10),)) == []
    assert faults([BIG, resource("y")], placement, quotas=(quota(9),)) == [("quota", "a")]


def test_quota_is_of_each_company_for_itself_or_of_one() -> None:
    pair = (ran("a", 6), ran("b", 6, company="other"))
    assert faults([BIG], *pair, quotas=(quota(6),)) == []
    assert faults([BIG], *pair, quotas=(quota(5),)) == [("quota", "a"), ("quota", "b")]
    assert faults([BIG], *pair, quotas=(quota(5, company="other"),)) == [("quota", "b")]


@pytest.mark.parametrize(
    ("period", "second", "clean"),
    [
        ("week", seoul(9, 0), True),
        ("week", seoul(8, 23, 59), False),
        ("month", seoul(1, 0, month=4), True),
        ("month", seoul(31, 23, 59), False),
        ("horizon", seoul(20, 0, month=4), False),
    ],
)
def test_quota_is_kept_in_each_local_period(period: Any, second: datetime, clean: bool) -> None:
    found = faults([BIG], ran("a", 6), ran("b", 5, second), quotas=(quota(period=period),))
    assert found == ([] if clean else [("quota", "b")])


def test_quota_with_a_price_may_be_exceeded() -> None:
    assert faults([BIG], ran("a", 11), quotas=(quota(price=3),)) == []


def test_quota_admits_nothing_more_where_frozen_bookings_exceed_it() -> None:
    pair = (ran("a", 11), ran("b", 1))
    assert faults([BIG], pair[0], quotas=(quota(),), frozen=("a",)) == []
    assert faults([BIG], *pair, quotas=(quota(),), frozen=("a",)) == [("quota", "b")]
    # What takes nothing of it is free.
    assert faults([BIG, resource("p", kind="person")], pair[0], use("c", NINE, HOUR, "p"), quotas=(quota(),), frozen=("a",)) == []


def test_quota_reads_the_whole_select() -> None:
    able = resource("x", languages=("ko",), capacity=9)
    assert faults([able], ran("a", 11), quotas=(quota(select=Select(kind="chamber", languages=("en",))),)) == []
    assert faults([able], ran("a", 11), quotas=(quota(select=Select(kind="chamber", languages=("ko",))),)) == [("quota", "a")]
    assert faults([able], ran("a", 11), quotas=(quota(select=Select(kind="chamber", qualification="nss")),)) == []


def in_force(*costs: int | None, most: int | None) -> tuple[Problem, Schedule]:
    """Bookings in force that cost so much to move, and the schedule that keeps them all."""
    problem, schedule = stated([resource("x")], *uses(*(NINE + number * HOUR for number in range(len(costs)))))
    kept = tuple(InForce(booking=each, move_cost=cost) for each, cost in zip(schedule.bookings, costs, strict=True))
    return replace(problem, in_force=kept, policy=replace(problem.policy, most_moves=most)), schedule


def with_moved(schedule: Schedule, *numbers: int) -> Schedule:
    bookings = list(schedule.bookings)
    for number in numbers:
        window = bookings[number].window
        bookings[number] = replace(bookings[number], window=replace(window, start=window.start + MINUTE, end=window.end + MINUTE))
    return replace(schedule, bookings=tuple(bookings))


def test_most_moves_counts_those_that_cost_something() -> None:
    problem, schedule = in_force(5, None, 0, 7, most=1)
    assert broken(problem, with_moved(schedule, 1, 2)) == []
    assert broken(problem, with_moved(schedule, 0, 1)) == [("most_moves", "2", "t")]
    assert broken(replace(problem, policy=replace(problem.policy, most_moves=None)), with_moved(schedule, 0, 1, 3)) == []


def test_most_moves_counts_what_is_dropped() -> None:
    problem, schedule = in_force(5, 5, most=1)
    dropped = replace(schedule, bookings=schedule.bookings[1:], unserved=(Unserved(request="1"),))
    assert broken(problem, dropped) == []
    assert broken(problem, with_moved(dropped, 0)) == [("most_moves", "2", "t")]


def test_most_moves_does_not_count_frozen_bookings() -> None:
    problem, schedule = in_force(5, 5, most=0)
    frozen = replace(problem, in_force=tuple(replace(each, frozen=True) for each in problem.in_force))
    assert broken(problem, with_moved(schedule, 0)) == [("most_moves", "1", "t")]
    assert broken(frozen, with_moved(schedule, 0)) == [("frozen", "1", "t")]
