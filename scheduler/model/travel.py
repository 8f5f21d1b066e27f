"""Ways between sites, for people who travel and for specimens that are sent."""

from datetime import timedelta
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from scheduler.model.base import LONGEST, STRICT, Duration, Id, Lag

MINUTE = timedelta(minutes=1)

EARTH_RADIUS_KM = 6_371.0
"""Mean radius of the earth."""

Speed = Annotated[float, Field(gt=0, le=1_000)]
"""Kilometres an hour."""

Position = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Way:
    """The time from site `start` to site `end`; back it is the same unless that is given too."""

    start: Id
    end: Id
    time: Lag


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Ways:
    """Times between sites: those listed, else by distance at `speed_kmh`, `detour` times as far as the crow flies."""

    id: Id
    ways: tuple[Way, ...] = ()
    speed_kmh: Speed | None = None
    detour: Annotated[float, Field(ge=1, le=10)] = 1.3


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Travel:
    """How a person moves between sites.

    The way to a session is travelled just before it, from the place of the session before in the
    same opening of the person's calendar, or from home if there was none; after the last session of an
    opening the person goes home. All ways lie inside the opening and beside all other work. Sessions without a place need no
    way. A person without a home (no site) begins and ends wherever the first and last session are.
    At most `most_a_day` is travelled for the sessions of one local day.
    """

    ways: Id
    most_a_day: Duration | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Courier:
    """How specimens are sent: `handling` plus the distance at `speed_kmh`."""

    speed_kmh: Speed
    handling: Lag = timedelta(0)
    detour: Annotated[float, Field(ge=1, le=10)] = 1.3


def way_time(ways: Ways, start: str, end: str, positions: dict[str, Position]) -> timedelta | None:
    """Time from site `start` to site `end`, in whole minutes rounded up where it comes from the distance; None if nothing tells it."""
    if start == end:
        return timedelta(0)
    listed = {(each.start, each.end): each.time for each in ways.ways}
    found = listed.get((start, end), listed.get((end, start)))
    if found is not None:
        return found
    if ways.speed_kmh is None or start not in positions or end not in positions:
        return None
    return drive(positions[start], positions[end], ways.speed_kmh, ways.detour)


def courier_time(courier: Courier, start: Position, end: Position | None) -> timedelta:
    """Time from sending to arrival; only the handling where the place of arrival is not known."""
    return courier.handling if end is None else courier.handling + drive(start, end, courier.speed_kmh, courier.detour)


def drive(start: Position, end: Position, speed_kmh: float, detour: float) -> timedelta:
    """Time for the distance at that speed, in whole minutes rounded up; a hundred years where it is more."""
    minutes = round(distance_km(start, end) * detour / speed_kmh * 60, 6)
    return LONGEST if minutes > LONGEST / MINUTE else timedelta(minutes=ceil(minutes))


def distance_km(start: Position, end: Position) -> float:
    """Great-circle distance (haversine)."""
    lat1, lon1, lat2, lon2 = map(radians, (*start, *end))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))
