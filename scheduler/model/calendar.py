"""Calendars: weekly hours in a time zone, with public holidays and exceptions.

An opening is given in local wall-clock time and becomes instants here, so a day on which the
clocks change is an hour shorter or longer, as in life.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

import holidays as public_holidays
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic.dataclasses import dataclass

from scheduler.model.base import STRICT, Id, Name, no_number
from scheduler.model.window import Window, Windows, difference, intersection, union, window

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"{name!r} is not an IANA time zone; write for example 'Asia/Seoul'")
    return name


TimeOfDay = Annotated[time, BeforeValidator(no_number), WithJsonSchema({"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$"})]
"""A local time of day; JSON Schema's own format "time" would ask for an offset."""

TimeZone = Annotated[str, AfterValidator(_known_zone)]
"""An IANA time zone name."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Hours:
    """Open from `open` to `close`, local time of one day.

    A close at or before the open belongs to the next day: 22:00-06:00 is a night shift,
    00:00-00:00 the whole day.
    """

    open: TimeOfDay
    close: TimeOfDay

    @model_validator(mode="after")
    def _is_local(self) -> "Hours":
        if self.open.tzinfo is not None or self.close.tzinfo is not None:
            raise ValueError("opening hours are local times of the calendar's zone; write them without an offset")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class WeeklyHours:
    """The same hours on each of `days`, every week."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    hours: Hours


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class DayException:
    """One local day whose hours replace the weekly ones; no hours means closed."""

    date: date
    hours: tuple[Hours, ...] = ()
    name: Name = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Calendar:
    """When something is open.

    The weekly hours, except on public holidays of the country `holidays` (closed) and on
    `exceptions` (which win over both); then `openings` are added and `closures` taken away.
    """

    id: Id
    time_zone: TimeZone
    weekly: tuple[WeeklyHours, ...] = ()
    holidays: str | None = None
    exceptions: tuple[DayException, ...] = ()
    openings: tuple[Window, ...] = ()
    closures: tuple[Window, ...] = ()

    @model_validator(mode="after")
    def _country_is_known(self) -> "Calendar":
        if self.holidays is not None and self.holidays not in public_holidays.list_supported_countries():
            raise ValueError(
                f"holidays: no public holidays are known for {self.holidays!r}; give a two-letter country code such as 'KR', or list the days in exceptions"
            )
        return self


ALWAYS_OPEN = (WeeklyHours(days=WEEKDAYS, hours=Hours(open=time(0), close=time(0))),)
"""Weekly hours of a chamber that runs day and night."""


@lru_cache(maxsize=256)
def holiday_names(country: str, year: int) -> dict[date, str]:
    """Public holidays of one country and year by date, named in the country's language. Source: library `holidays`."""
    # Without a language the library asks the environment, and stored problems would differ from machine to machine.
    language = public_holidays.country_holidays(country).default_language
    return dict(public_holidays.country_holidays(country, years=year, language=language))


def open_windows(calendar: Calendar, within: Window) -> Windows:
    """The stretches in which `calendar` is open, clipped to `within`."""
    # A nation has many calendars by name and few by their hours.
    return _open_windows(calendar.time_zone, calendar.weekly, calendar.holidays, calendar.exceptions, calendar.openings, calendar.closures, within)


@lru_cache(maxsize=4096)
def _open_windows(
    time_zone: str,
    weekly_hours: tuple[WeeklyHours, ...],
    holidays: str | None,
    days: tuple[DayException, ...],
    openings: Windows,
    closures: Windows,
    within: Window,
) -> Windows:
    zone = ZoneInfo(time_zone)
    exceptions = {each.date: each.hours for each in days}
    weekly: dict[int, list[Hours]] = {number: [] for number in range(7)}
    for rule in weekly_hours:
        for name in rule.days:
            weekly[WEEKDAYS.index(name)].append(rule.hours)
    opened = list(openings)
    # A night shift of the day before may reach into the window: start one day early.
    day = within.start.astimezone(zone).date() - timedelta(days=1)
    last = within.end.astimezone(zone).date()
    while day <= last:
        if day in exceptions:
            hours = exceptions[day]
        elif holidays is not None and day in holiday_names(holidays, day.year):
            hours = ()
        else:
            hours = tuple(weekly[day.weekday()])
        for each in hours:
            start = max(within.start, _instant(day, each.open, zone))
            end = min(within.end, _instant(day if each.close > each.open else day + timedelta(days=1), each.close, zone))
            if start < end:  # hours that fall into a clock change may vanish, and those of the day before be over
                opened.append(window(start, end))
        day += timedelta(days=1)
    return difference(intersection(union(opened), (within,)), union(closures))


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
