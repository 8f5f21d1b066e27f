from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.model.base import LONGEST
from scheduler.model.calendar import Calendar, Hours, WeeklyHours
from scheduler.model.lab import Lab, Site
from scheduler.model.logistics import LONGEST_WAIT, ready_at
from scheduler.model.request import Shipment
from scheduler.model.travel import Courier, Way, Ways, courier_time, distance_km, drive, way_time

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SEOUL, BUSAN = (37.5665, 126.9780), (35.1796, 129.0756)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def test_distance_is_that_of_the_map() -> None:
    assert distance_km(SEOUL, BUSAN) == pytest.approx(325, abs=1)
    assert distance_km(SEOUL, SEOUL) == 0


def test_drive_is_rounded_up_to_the_minute() -> None:
    one_degree = distance_km((0, 0), (0, 1))
    assert drive((0, 0), (0, 1), one_degree, 1) == HOUR
    assert drive((0, 0), (0, 1), one_degree / 1.001, 1) == 61 * MINUTE
    assert drive((0, 0), (0, 1), one_degree, 2) == 2 * HOUR


def test_way_is_listed_or_reversed_or_driven_or_unknown() -> None:
    listed = Way(start="a", end="b", time=HOUR)
    positions = {"a": (0.0, 0.0), "c": (0.0, 1.0)}
    ways = Ways(id="w", ways=(listed,))
    assert way_time(ways, "a", "b", {}) == way_time(ways, "b", "a", {}) == HOUR
    assert way_time(ways, "c", "c", {}) == timedelta(0)
    assert way_time(ways, "a", "c", positions) is None
    fast = Ways(id="w", ways=(listed, Way(start="b", end="a", time=2 * HOUR)), speed_kmh=distance_km((0, 0), (0, 1)), detour=1)
    assert way_time(fast, "b", "a", {}) == 2 * HOUR
    assert way_time(fast, "a", "c", positions) == HOUR
    assert way_time(fast, "b", "c", positions) is None


def test_courier_takes_handling_and_the_way() -> None:
    courier = Courier(speed_kmh=distance_km((0, 0), (0, 1)), handling=2 * HOUR, detour=1)
    assert courier_time(courier, (0, 0), (0, 1)) == 3 * HOUR
    assert courier_time(courier, (0, 0), None) == 2 * HOUR


def lab(receiving: str | None, **hours: str) -> Lab:
    weekly = (WeeklyHours(days=("mon", "tue"), hours=Hours(**(hours or {"open": "09:00", "close": "16:00"}))),)  # type: ignore[arg-type]
    return Lab(
        sites=(Site(id="s", name="s", institute="i", time_zone="UTC", receiving=receiving),),
        calendars=(Calendar(id="door", time_zone="UTC", weekly=weekly), Calendar(id="never", time_zone="UTC")),
        courier=Courier(speed_kmh=50, handling=HOUR),
    )


@pytest.mark.parametrize(
    ("sent", "ready"),
    [
        (MONDAY, MONDAY + 9 * HOUR),
        (MONDAY + 10 * HOUR, MONDAY + 11 * HOUR),
        (MONDAY + 15 * HOUR - MINUTE, MONDAY + 16 * HOUR - MINUTE),
        (MONDAY + 15 * HOUR, MONDAY + 33 * HOUR),
        (MONDAY + 40 * HOUR, MONDAY + 7 * 24 * HOUR + 9 * HOUR),
    ],
)
def test_specimens_are_ready_when_taken_in_and_conditioned(sent: datetime, ready: datetime) -> None:
    known = lab("door")
    for rest in (timedelta(0), 12 * HOUR):
        assert ready_at(known, Shipment(sent=sent, latitude=0, longitude=0, conditioning=rest), known.sites[0]) == ready + rest


def test_site_without_hours_takes_in_always_and_a_shut_one_never() -> None:
    shipment = Shipment(sent=MONDAY + 20 * HOUR, latitude=0, longitude=0, conditioning=HOUR)
    assert ready_at(lab(None), shipment, lab(None).sites[0]) == MONDAY + 22 * HOUR
    assert ready_at(lab("never"), shipment, lab("never").sites[0]) is None
    assert timedelta(days=30) < LONGEST_WAIT


@pytest.mark.parametrize("speed", [1e-4, 1e-9, 5e-324])
def test_a_way_without_end_takes_a_hundred_years(speed: float) -> None:
    assert drive((0, 0), (0, 180), speed, 1) == LONGEST


def test_what_would_arrive_after_all_time_never_does() -> None:
    slow = replace(lab("door"), courier=Courier(speed_kmh=1e-9, handling=LONGEST))
    last = replace(slow.sites[0], receiving=None, latitude=1.0, longitude=1.0)
    late = Shipment(sent=datetime(9800, 1, 1, tzinfo=UTC), latitude=0, longitude=0)
    assert ready_at(slow, late, last) is None
    assert ready_at(lab(None), replace(late, conditioning=LONGEST), lab(None).sites[0]) is None
    assert ready_at(lab("never"), replace(late, sent=datetime(9899, 12, 30, tzinfo=UTC)), lab("never").sites[0]) is None
    assert ready_at(lab("door"), replace(late, sent=datetime(9899, 12, 31, 3, tzinfo=UTC)), lab("door").sites[0]) is None
