"""The form for a test: what was typed, what is wrong with it, and the choice it makes. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.choices import MethodChoice
from api.web.formats import Formats
from scheduler.model.lab import Lab

FIELDS = ("company_name", "method", "duration", "specimens", "arrival", "due", "deadline", "region")
MOST_SPECIMENS = 100_000
OLDEST_ARRIVAL = timedelta(days=366)
"""Specimens that came longer ago are a slip in the year."""
Texts = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it came: `choice` if it could be read, else `faults` by field."""

    values: Mapping[str, str]
    faults: Mapping[str, str]
    choice: MethodChoice | None


def empty_values(now: datetime, zone: str) -> dict[str, str]:
    """What an untouched form shows: tomorrow as the arrival, one specimen."""
    tomorrow = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return dict.fromkeys(FIELDS, "") | {"specimens": "1", "arrival": tomorrow.isoformat()}


def read_form(form: Mapping[str, str], lab: Lab, now: datetime, t: Texts, f: Formats) -> Filled:
    """All faults of the form at once, so that nobody mends one to learn of the next."""
    values = {name: form.get(name, "").strip() for name in FIELDS}
    faults: dict[str, str] = {}
    company = company_id(values["company_name"])
    if not values["company_name"]:
        faults["company_name"] = t("fault.required")
    elif not company:
        faults["company_name"] = t("fault.company")
    method = next((each for each in lab.methods if each.id == values["method"]), None)
    if method is None:
        faults["method"] = t("fault.required")
    duration = timedelta(minutes=int(values["duration"])) if values["duration"].isascii() and values["duration"].isdigit() else None
    if method is not None and method.durations:
        if duration is None and len(method.durations) == 1:
            duration = method.durations[0]
        if duration not in method.durations:
            faults["duration"] = t("fault.duration", choices=", ".join(map(f.length, method.durations)))
    elif method is not None:
        duration = None
    specimens = int(values["specimens"]) if re.fullmatch(r"[0-9]{1,6}", values["specimens"]) else 0
    if not 1 <= specimens <= MOST_SPECIMENS:
        faults["specimens"] = t("fault.number")
    days = {name: _day(values[name]) for name in ("arrival", "due", "deadline")}
    for name, day in days.items():
        if values[name] and day is None:
            faults[name] = t("fault.date")
    arrival = days["arrival"]
    today = now.astimezone(f.zone).date()
    for name in ("due", "deadline"):
        day = days[name]
        if day is not None and arrival is not None and day < arrival:
            faults[name] = t(f"fault.{name}_before")
    if arrival is not None and arrival < today - OLDEST_ARRIVAL:
        faults["arrival"] = t("fault.arrival_past")
    if days["deadline"] is not None and days["deadline"] < today:
        faults["deadline"] = t("fault.deadline_past")
    if faults or method is None:
        return Filled(values, faults, None)
    choice = MethodChoice(
        company=company,
        company_name=values["company_name"],
        method=method.id,
        duration=duration,
        specimens=specimens,
        arrival=_midnight(arrival, f.zone),
        due=_midnight(days["due"], f.zone, 1),
        deadline=_midnight(days["deadline"], f.zone, 1),
        region=values["region"],
    )
    return Filled(values, {}, choice)


def company_id(name: str) -> str:
    """An id for a company from its name: letters and digits of any script, lower case, joined by hyphens."""
    return re.sub(r"[\W_]+", "-", name.lower()).strip("-")[:100]


def _day(text: str) -> date | None:
    # Only the form that browsers send; the library reads more (ordinal and week dates).
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2200 else None


def _midnight(day: date | None, zone: ZoneInfo, days_later: int = 0) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=days_later), time(), zone)
