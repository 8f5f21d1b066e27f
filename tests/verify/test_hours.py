"""Clocks that stop, hours within which a task lies, what is taken before and after it, specimens that arrive: just kept, and broken alone."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from scheduler.model.calendar import WEEKDAYS, Calendar, Hours, WeeklyHours
from scheduler.model.lab import Closure, Site
from scheduler.model.request import Requirement, Select, Shipment
from scheduler.model.travel import Courier, Travel
from scheduler.model.window import Window
from tests.verify.small import CALENDARS, SITES, Placement, and_needs, faults, resource, use
from tests.verify.world import HOUR, MINUTE, berlin, seoul

FRIDAY, AFTERNOON, MONDAY = seoul(6, 9), seoul(6, 15), seoul(9, 9)
DESK = resource("desk", "office")


def paused(start: datetime, end: datetime, worked: timedelta, by: str = "desk", pauses_in: str = "office") -> Placement:
    return use("a", start, end - start, by, mode={"duration": worked}, task={"pauses_in": pauses_in})


@pytest.mark.parametrize(
    ("start", "end", "hours", "clean"),
    [
        (FRIDAY, MONDAY + 7 * HOUR, 16, True),
        (FRIDAY, seoul(6, 18), 9, True),
        (FRIDAY, MONDAY + 9 * HOUR, 18, True),
        (FRIDAY + HOUR, MONDAY + HOUR, 9, True),
        # Done on Friday at 18:00, not when the next week begins.
        (FRIDAY, MONDAY, 9, False),
        (FRIDAY, seoul(7, 12), 9, False),
        (FRIDAY, MONDAY + 7 * HOUR + MINUTE, 16, False),
        (FRIDAY, MONDAY + 7 * HOUR - MINUTE, 16, False),
        # Must start while somebody works.
        (FRIDAY - MINUTE, MONDAY + 7 * HOUR, 16, False),
        (seoul(6, 18), MONDAY + HOUR, 1, False),
        (seoul(7, 9), seoul(7, 10), 1, False),
    ],
)
def test_duration_of_a_pausing_task_is_the_time_worked(start: datetime, end: datetime, hours: float, clean: bool) -> None:
    assert faults([resource("x")], paused(start, end, hours * HOUR, "x")) == ([] if clean else [("duration", "a")])


def test_duration_of_a_pausing_task_knows_the_night_that_lost_an_hour() -> None:
    nights = Calendar(id="night", time_zone="Europe/Berlin", weekly=(WeeklyHours(days=WEEKDAYS, hours=Hours(open=time(0), close=time(6))),))
    lab = {"calendars": (*CALENDARS, nights)}
    assert faults([resource("x")], paused(berlin(28, 0), berlin(29, 6), 11 * HOUR, "x", "night"), lab=lab) == []
    assert faults([resource("x")], paused(berlin(28, 0), berlin(29, 6), 12 * HOUR, "x", "night"), lab=lab) == [("duration", "a")]
    assert faults([resource("x")], paused(berlin(28, 0), berlin(30, 1), 12 * HOUR, "x", "night"), lab=lab) == []


def test_calendar_of_a_pausing_task_counts_while_it_is_worked_on() -> None:
    placement = paused(FRIDAY, MONDAY + 7 * HOUR, 16 * HOUR)
    assert faults([DESK], placement) == []

    def shut(start: datetime, end: datetime) -> list[tuple[str, str]]:
        return faults([replace(DESK, closures=(Closure(window=Window(start=start, end=end)),))], placement)

    assert shut(seoul(6, 18), MONDAY) == []
    assert shut(seoul(6, 18) - MINUTE, MONDAY) == [("calendar", "a")]
    assert shut(MONDAY, MONDAY + MINUTE) == [("calendar", "a")]


def test_capacity_of_a_pausing_task_is_taken_meanwhile() -> None:
    other = use("b", seoul(7, 12), HOUR, "x")
    assert faults([resource("x")], paused(FRIDAY, MONDAY + 7 * HOUR, 16 * HOUR, "x"), other) == [("capacity", "b")]


def test_duration_of_a_task_that_does_not_pause_is_all_the_time() -> None:
    assert faults([resource("x")], use("a", FRIDAY, MONDAY - FRIDAY, "x", mode={"duration": 9 * HOUR})) == [("duration", "a")]


@pytest.mark.parametrize(
    ("start", "clean"),
    [(seoul(6, 16), True), (seoul(6, 9), True), (seoul(6, 16, 1), False), (seoul(6, 8, 59), False), (seoul(6, 17), False), (seoul(7, 12), False)],
)
def test_calendar_keeps_a_task_within_one_opening(start: datetime, clean: bool) -> None:
    assert faults([resource("x")], use("a", start, 2 * HOUR, "x", task={"within": "office"})) == ([] if clean else [("calendar", "a")])


def around(during: Any, part: timedelta, start: datetime, length: timedelta = HOUR) -> Placement:
    return and_needs(use("a", start, length, "x"), Requirement(id="beside", select=Select(ids=("store",)), during=during, part=part), "store")


STORE = resource("store", "office")


@pytest.mark.parametrize(
    ("during", "start", "clean"),
    [
        ("before", seoul(6, 11), True),
        ("before", seoul(6, 11) - MINUTE, False),
        ("before", seoul(6, 18), True),
        ("before", seoul(6, 18) + MINUTE, False),
        ("after", seoul(6, 8), True),
        ("after", seoul(6, 8) - MINUTE, False),
        ("after", seoul(6, 15), True),
        ("after", seoul(6, 15) + MINUTE, False),
    ],
)
def test_calendar_of_what_is_taken_before_and_after(during: str, start: datetime, clean: bool) -> None:
    assert faults([resource("x"), STORE], around(during, 2 * HOUR, start)) == ([] if clean else [("calendar", "a")])


def test_capacity_of_what_is_taken_before_and_after() -> None:
    begin = seoul(6, 12)
    for during, start in (("before", begin - 2 * HOUR - HOUR), ("after", begin + HOUR + 2 * HOUR)):
        kept = around(during, 2 * HOUR, begin)
        assert faults([resource("x"), STORE], kept, use("b", start, HOUR, "store")) == []
        nearer = start + (MINUTE if during == "before" else -MINUTE)
        assert [rule for rule, _ in faults([resource("x"), STORE], kept, use("b", nearer, HOUR, "store"))] == ["capacity"]
        # Not while the task itself runs.
        assert faults([resource("x"), STORE], kept, use("b", begin, HOUR, "store")) == []


def test_time_limits_bind_what_is_taken_before_and_after() -> None:
    pair, begin = [resource("x"), resource("store")], seoul(6, 12)
    horizon = Window(start=begin - 2 * HOUR, end=begin + 3 * HOUR)
    for during in ("before", "after"):
        assert faults(pair, around(during, 2 * HOUR, begin), now=horizon.start, horizon=horizon) == []
        longer = around(during, 2 * HOUR + MINUTE, begin)
        assert faults(pair, longer, now=horizon.start, horizon=horizon) == [("time_limits", "a")]
        assert faults(pair, longer, now=horizon.start, horizon=horizon, frozen=("a",)) == []
    early = around("before", 2 * HOUR, begin)
    assert faults(pair, early, now=begin - 2 * HOUR + MINUTE, horizon=horizon) == [("time_limits", "a")]


def test_time_limits_of_the_task_itself() -> None:
    x = [resource("x")]
    start, end = seoul(6, 9), seoul(6, 10)
    assert faults(x, use("a", start, HOUR, "x", task={"release": start, "deadline": end})) == []
    assert faults(x, use("a", start, HOUR, "x", task={"release": start + MINUTE})) == [("time_limits", "a")]
    assert faults(x, use("a", start, HOUR, "x", task={"deadline": end - MINUTE})) == [("time_limits", "a")]
    assert faults(x, use("a", start, HOUR, "x", task={"release": start + MINUTE, "deadline": end + HOUR}), frozen=("a",)) == []
    # A due date binds nobody.
    assert faults(x, use("a", start, HOUR, "x", task={"due": start})) == []


RECEIVING = (Site(id="guro", name="", institute="ktl", time_zone="Asia/Seoul", receiving="office", latitude=37.0, longitude=127.0), *SITES[1:])


def sent(start: datetime, at: datetime = AFTERNOON, by: str = "x", **conditioning: timedelta) -> Placement:
    return use("a", start, HOUR, by, request={"shipment": Shipment(sent=at, latitude=37.0, longitude=127.0, **conditioning)})


def test_time_limits_wait_for_specimens() -> None:
    lab = {"sites": RECEIVING, "courier": Courier(speed_kmh=60, handling=2 * HOUR)}
    x = [resource("x", site="guro")]
    assert faults(x, sent(seoul(6, 17)), lab=lab) == []
    assert faults(x, sent(seoul(6, 17) - MINUTE), lab=lab) == [("time_limits", "a")]
    assert faults(x, sent(seoul(6, 17) - MINUTE), lab=lab, frozen=("a",)) == []
    assert faults(x, sent(seoul(6, 18), conditioning=HOUR), lab=lab) == []
    assert faults(x, sent(seoul(6, 18) - MINUTE, conditioning=HOUR), lab=lab) == [("time_limits", "a")]
    # At 18:00 the site has just stopped taking in: Monday morning.
    assert faults(x, sent(MONDAY, seoul(6, 16)), lab=lab) == []
    assert faults(x, sent(MONDAY - MINUTE, seoul(6, 16)), lab=lab) == [("time_limits", "a")]


def test_time_limits_wait_for_specimens_only_where_there_is_a_place() -> None:
    lab = {"sites": RECEIVING}
    early = sent(seoul(6, 14))
    assert faults([resource("x", site="guro")], early, lab=lab) == [("time_limits", "a")]
    assert faults([resource("x")], early, lab=lab) == []
    person = resource("x", site="guro", kind="person", travel=Travel(ways="road"))
    assert faults([person], early, lab=lab) == []


def test_time_limits_refuse_where_specimens_are_never_taken_in() -> None:
    lab = {"sites": RECEIVING, "calendars": (*CALENDARS[:1], Calendar(id="office", time_zone="Asia/Seoul"))}
    assert faults([resource("x", site="guro")], sent(seoul(20, 9)), lab=lab) == [("time_limits", "a")]


def test_hours_are_not_slow_on_absurd_dates() -> None:
    far = seoul(6, 9) + timedelta(days=365 * 7000)
    placement = paused(far, far + 16 * HOUR, 16 * HOUR)
    assert faults([DESK], placement) == [("time_limits", "a")]
