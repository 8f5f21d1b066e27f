"""Changeovers, ways and sessions in ticks: every rounding to the safe side."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from scheduler.model.calendar import Calendar, Hours, WeeklyHours
from scheduler.model.changeover import Changeover, Cleaning, Otherwise, Transition, WarmUp
from scheduler.model.lab import Closure, Lab, Site
from scheduler.model.problem import InForce
from scheduler.model.request import Request
from scheduler.model.travel import Travel, Way, Ways, drive, way_time
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.instance import Instance, TickChangeover, TickTravel
from scheduler.ticks.resources import UNKNOWN_WAY
from tests.ticks.labs import ALWAYS, between, booked, chamber, frozen, needs, operator, problem, request, task, with_lab

MINUTE = timedelta(minutes=1)
COLD, HOT = "cold", "hot"


def minutes(number: float) -> timedelta:
    return number * MINUTE


def changed(changeover: Changeover, *requests: Request, in_force: tuple[InForce, ...] = (), **more: Any) -> tuple[Instance, TickChangeover]:
    kit = chamber(changeover=changeover.id, **more)
    given = problem(*(requests or (request(task("t", 2, needs("chamber", recipe=HOT))),)), resources=(kit, operator()), in_force=in_force)
    found = compile_problem(with_lab(given, changeovers=(changeover,)))
    made = found.resources[0].changeover
    assert made is not None
    return found, made


def test_changeover_times_are_rounded_up_and_minutes_kept() -> None:
    given = Changeover(
        id="c", transitions=(Transition(before=COLD, after=HOT, time=minutes(31), cost=7), Transition(before=HOT, after=COLD, time=minutes(30) + MINUTE / 2))
    )
    instance, made = changed(given)
    cold, hot = instance.recipes.index(COLD), instance.recipes.index(HOT)
    assert (made.times[cold][hot], made.minutes[cold][hot], made.costs[cold][hot]) == (3, 31, 7)
    assert (made.times[hot][cold], made.minutes[hot][cold]) == (3, 31)
    assert (made.times[hot][hot], made.minutes[hot][hot], made.idle) == (0, 0, None)


def test_changeover_adds_cleaning_before_it_rounds() -> None:
    given = Changeover(id="c", otherwise=Otherwise(time=minutes(20), cost=1), cleaning=(Cleaning(recipe=COLD, time=minutes(10), cost=2),))
    instance, made = changed(given)
    cold, hot = instance.recipes.index(COLD), instance.recipes.index(HOT)
    assert (made.times[cold][hot], made.costs[cold][hot]) == (2, 3)
    assert (made.times[cold][cold], made.costs[cold][cold]) == (1, 2)
    assert (made.times[hot][cold], made.costs[hot][cold]) == (2, 1)


def test_an_initial_recipe_that_nobody_asks_is_a_recipe_too() -> None:
    instance, made = changed(Changeover(id="c", otherwise=Otherwise(time=minutes(15))), initial_recipe="idle")
    kit = instance.resources[0]
    assert instance.recipes[kit.initial_recipe] == "idle"
    assert made.times[kit.initial_recipe][instance.recipes.index(HOT)] == 1


WARM = Changeover(id="c", warm_up=WarmUp(time=minutes(20), after_idle=minutes(70), cost=5))


def hot(length: float, **more: Any) -> Request:
    return request(task("t", length, needs("chamber", recipe=HOT), **more))


def with_part(length: float, during: str, part: timedelta) -> Request:
    return request(task("t", length, needs("operator"), needs("chamber", recipe=HOT, during=during, part=part)))


@pytest.mark.parametrize(
    ("asked", "idle"),
    [
        # On the grid a gap of 60 minutes is no longer than 70, one of 75 is.
        (hot(2), 4),
        # The use before may end up to a tick earlier than it seems.
        (hot(50 / 60), 3),
        (with_part(2, "head", minutes(20)), 3),
        (with_part(2, "head", minutes(30)), 4),
        # The next may begin up to a tick later than it seems.
        (with_part(2, "tail", minutes(20)), 3),
        (with_part(2, "before", minutes(20)), 3),
        (with_part(2, "before", minutes(30)), 4),
        (with_part(50 / 60, "tail", minutes(20)), 2),
        (with_part(50 / 60, "after", minutes(15)), 2),
        (hot(2, pauses_in="always"), 3),
    ],
)
def test_a_resource_is_warmed_up_where_it_may_have_been_idle_too_long(asked: Request, idle: int) -> None:
    _, made = changed(WARM, asked)
    assert (made.idle, made.warm_up, made.warm_minutes, made.warm_cost) == (idle, 2, 20, 5)


@pytest.mark.parametrize(("start", "end", "idle"), [(1, 3, 4), (1.1, 3.1, 2), (1, 3.1, 3)])
def test_a_resource_is_warmed_up_where_a_frozen_use_ended_earlier_than_it_seems(start: float, end: float, idle: int) -> None:
    _, made = changed(WARM, hot(2), in_force=(frozen("t", start, end),))
    assert made.idle == idle


# --- ways ---

GURO = Site(id="guro", name="구로", institute="ktl", time_zone="Asia/Seoul", latitude=37.48, longitude=126.89)
BUSAN = Site(id="busan", name="부산", institute="katri", time_zone="Asia/Seoul", latitude=35.1, longitude=129.0)
JEJU = Site(id="jeju", name="제주", institute="jeju", time_zone="Asia/Seoul")


def travelling(ways: Ways, *, home: str | None = "guro", in_force: tuple[InForce, ...] = (), resolution: int = 15, **more: Any) -> TickTravel:
    who = operator("advisor", site=home, travel=Travel(ways=ways.id, most_a_day=more.pop("most_a_day", None)), **more)
    given = problem(request(task("t", 2, needs("advisor"), site="busan")), resources=(who,), in_force=in_force)
    day = Calendar(id="day", time_zone="Europe/Berlin", weekly=(WeeklyHours(days=("mon", "tue", "wed"), hours=Hours(open="08:00", close="17:10")),))
    lab = Lab(sites=(GURO, BUSAN, JEJU), calendars=(ALWAYS, day), resources=(who,), ways=(ways,))
    made = compile_problem(replace(given, lab=lab, policy=replace(given.policy, resolution=minutes(resolution))))
    assert (made.resources[0].site, made.resources[0].institute) == (-1, -1 if home is None else 0)
    found = made.resources[0].travel
    assert found is not None
    return found


def test_ways_come_from_the_list_and_else_from_the_distance() -> None:
    ways = Ways(id="w", ways=(Way(start="guro", end="busan", time=minutes(151)), Way(start="busan", end="guro", time=minutes(160))), speed_kmh=80)
    found = travelling(ways)
    assert (found.ways[0][1], found.minutes[0][1]) == (11, 151)
    assert (found.ways[1][0], found.minutes[1][0]) == (11, 160)
    assert (found.ways[0][0], found.ways[1][1], found.home) == (0, 0, 0)


def test_ways_listed_one_way_hold_back_too() -> None:
    found = travelling(Ways(id="w", ways=(Way(start="guro", end="busan", time=minutes(151)),)))
    assert (found.ways[1][0], found.minutes[1][0]) == (11, 151)


def test_ways_by_distance_are_whole_minutes_rounded_up() -> None:
    found = travelling(Ways(id="w", speed_kmh=80, detour=1.5), home=None)
    taken = drive((37.48, 126.89), (35.1, 129.0), 80, 1.5)
    # Some 325 km as the crow flies, 487 by road.
    assert 360 < taken / MINUTE < 370
    assert (found.minutes[0][1], found.ways[0][1], found.home) == (taken // MINUTE, -(-taken // minutes(15)), -1)


def test_ways_that_nothing_tells_are_gone_by_nobody() -> None:
    found = travelling(Ways(id="w", speed_kmh=80))
    assert way_time(Ways(id="w", speed_kmh=80), "guro", "jeju", {}) is None
    assert found.ways[0][2] == UNKNOWN_WAY // minutes(15)


def test_travel_has_the_openings_rounded_inward_and_local_days() -> None:
    found = travelling(Ways(id="w", speed_kmh=80), calendar="day", closures=(Closure(window=between(10.1, 12)),), most_a_day=minutes(90) + MINUTE / 2)
    # The horizon: Monday 0:00 UTC and two days; Berlin is an hour ahead.
    assert found.openings == ((28, 40), (48, 64), (124, 160))
    assert (found.days, found.most_a_day) == ((-4, 92, 188, 284), 90)


def test_travel_knows_the_opening_of_a_frozen_session_before_the_horizon() -> None:
    start = -1.5  # still Sunday: nobody works then, but what is always open is
    held = InForce(booking=booked("t", start, start + 2, advisor="advisor"), frozen=True)
    found = travelling(Ways(id="w", speed_kmh=80), in_force=(held,))
    assert found.openings[0][0] < start * 4
    assert found.openings[0][1] == 48 * 4


def test_sessions_count_by_local_days_and_weeks_from_the_first_booking_in_force_on() -> None:
    busy = operator("advisor", most_a_day=2, most_a_week=5, calendar="seoul")
    seoul = Calendar(id="seoul", time_zone="Asia/Seoul", weekly=ALWAYS.weekly)
    held = InForce(booking=booked("t", -30, -28, advisor="advisor"), frozen=True)
    given = problem(request(task("t", 2, needs("advisor"))), resources=(busy,), calendars=(seoul,), in_force=(held,))
    found = compile_problem(given).resources[0].sessions
    assert found is not None
    # Monday begins in Seoul 9 hours before it does in UTC.
    assert (found.most_a_day, found.days) == (2, tuple(4 * (day * 24 - 9) for day in range(-1, 4)))
    assert (found.most_a_week, found.weeks) == (5, (4 * (-168 - 9), -4 * 9, 4 * (168 - 9)))


def test_plain_resources_are_not_special() -> None:
    assert [each.is_special for each in compile_problem(problem()).resources] == [False, False]
