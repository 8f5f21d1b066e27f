"""Specimens that are sent: no place serves them before they are ready there."""

from dataclasses import replace
from typing import Any

import pytest

from scheduler.model.calendar import Calendar
from scheduler.model.lab import Qualification, Site
from scheduler.model.request import Select, Shipment
from scheduler.model.travel import Courier, Travel, Ways, drive
from scheduler.ticks.compile import compile_problem
from scheduler.ticks.instance import TickTask
from tests.ticks.labs import ALWAYS, at, between, chamber, hours, needs, operator, problem, request, task, with_lab
from tests.ticks.test_compile import ticks

NEAR = {"latitude": 37.5, "longitude": 127.0}
"""Where the company is."""

SEOUL = Site(id="seoul", name="서울", institute="kitech", time_zone="Asia/Seoul", **NEAR)
BUSAN = Site(id="busan", name="부산", institute="katri", time_zone="Asia/Seoul", latitude=35.1, longitude=129.0)
COURIER = Courier(speed_kmh=80, handling=hours(2))
DRIVE = drive((37.5, 127.0), (35.1, 129.0), 80, 1.3)


def sent(
    start: float = 0, *, conditioning: float = 0, courier: Courier | None = COURIER, receiving: tuple[tuple[float, float], ...] = (), **more: Any
) -> TickTask:
    """The task of a request whose specimens are sent at that hour; any of the two chambers, a mobile person and one who travels may serve it."""
    gate = Calendar(id="gate", time_zone="UTC", openings=tuple(between(*each) for each in receiving))
    sites = tuple(replace(each, receiving="gate" if receiving else None) for each in (SEOUL, BUSAN))
    who = operator("advisor", site="busan", travel=Travel(ways="w"))
    resources = (chamber("a"), chamber("b", site="busan"), operator("mobile", site=None), who, *more.pop("resources", ()))
    wanted = more.pop("wanted", needs("any", *(each.id for each in resources)))
    asked = request(task("t", 2, wanted), shipment=Shipment(sent=at(start), conditioning=hours(conditioning), **NEAR), **more)
    given = with_lab(problem(asked, resources=resources, calendars=(ALWAYS, gate)), sites=sites, courier=courier, ways=(Ways(id="w", speed_kmh=80),))
    return compile_problem(given).requests[0].tasks[0]


def limits(found: TickTask) -> dict[int, int]:
    return dict(found.modes[0].requirements[0].limited)


def test_specimens_take_their_time_to_each_site() -> None:
    far = (hours(2) + DRIVE) / hours(1)
    assert 6 < far < 8
    assert limits(sent()) == {0: ticks(2, 48), 1: ticks(-(-far // 0.25) * 0.25, 48)}


def test_specimens_that_are_nowhere_wait_for_nobody_without_a_place_of_work() -> None:
    # The mobile person and the one who travels are where the specimens are.
    found = sent().modes[0].requirements[0]
    assert (found.candidates, set(dict(found.limited))) == ((0, 1, 2, 3), {0, 1})


@pytest.mark.parametrize(
    ("start", "conditioning", "ready"),
    # They come at the gate's last moment, just after it, and before it opens.
    [(0.99, 0, 3), (1, 0, 6), (1.5, 4, 10), (-3, 0.26, 2.5), (7, 0, 9)],
)
def test_specimens_are_taken_in_when_the_site_receives(start: float, conditioning: float, ready: float) -> None:
    assert limits(sent(start, conditioning=conditioning, receiving=((2.1, 3), (6, 9.5))))[0] == ticks(ready, 48)


def test_specimens_that_are_never_taken_in_are_served_nowhere() -> None:
    found = sent(8, receiving=((2, 3),))
    assert found.modes[0].requirements[0].candidates == (2, 3)
    nowhere = sent(8, receiving=((2, 3),), wanted=needs("any", "a", "b"))
    assert (nowhere.modes, nowhere.refused) == ((), "qualification")


def test_specimens_without_a_courier_are_there_when_they_are_sent() -> None:
    assert limits(sent(5.1, courier=None)) == {0: ticks(5.25, 48), 1: ticks(5.25, 48)}


def test_specimens_that_come_before_the_horizon_limit_nothing() -> None:
    assert limits(sent(-10, courier=None)) == {0: ticks(0, 48), 1: ticks(0, 48)}


def test_specimens_and_a_right_that_ends_limit_together() -> None:
    skilled = chamber("c", qualifications=(Qualification(name="nss", valid_until=at(10)),))
    wanted = needs("any", select=Select(qualification="nss"))
    assert limits(sent(2, wanted=wanted, resources=(skilled,))) == {4: ticks(4, 10)}
    assert sent(8, wanted=wanted, resources=(skilled,)).refused == "qualification"
