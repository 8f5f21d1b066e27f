"""VTIMEZONE blocks with yearly rules, made from the time zone database.

Lists of dates (RDATE) crash some readers and shift times in others, so a zone is written as one
or two yearly rules, read off the rule that ends each TZif file. Where such a rule cannot be written or does
not agree with `zoneinfo`, there is no block, and times of that zone go out in UTC.
"""

import re
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources
from pathlib import Path

FIRST_YEAR, LAST_YEAR = 2000, 2040
"""Years for which blocks are compared with `zoneinfo`; times outside go out in UTC. Fixed, so that bytes do not depend on the day."""

_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_HOUR = timedelta(hours=1)
_NAME = r"(?:<[A-Za-z0-9+\-]+>|[A-Za-z]+)"
_OFFSET = r"[+\-]?\d{1,3}(?::\d{2}(?::\d{2})?)?"
_RULE = rf"M\d{{1,2}}\.\d\.\d(?:/{_OFFSET})?"
_FOOTER = re.compile(rf"(?P<name>{_NAME})(?P<offset>{_OFFSET})(?:(?P<summer>{_NAME})(?P<summer_offset>{_OFFSET})?,(?P<begin>{_RULE}),(?P<end>{_RULE}))?")


@dataclass(frozen=True, slots=True)
class ZoneBlock:
    """A VTIMEZONE that agrees with `zoneinfo` in `[valid_from, valid_until)`. `has_changes`: its clocks change in that time."""

    text: bytes
    valid_from: datetime
    valid_until: datetime
    has_changes: bool


@dataclass(frozen=True, slots=True)
class _Change:
    """The clocks change in `month` on the `week`-th (5: the last) `weekday` (0: Sunday) at `at` of the clock before."""

    month: int
    week: int
    weekday: int
    at: timedelta

    def moment(self, year: int, before: timedelta) -> datetime:
        """The instant of the change in `year`, where the clock before is `before` ahead of UTC."""
        first = datetime(year, self.month, 1, tzinfo=UTC)
        day = first + timedelta(days=(self.weekday - first.isoweekday()) % 7 + 7 * (self.week - 1))
        if day.month != self.month:
            day -= timedelta(days=7)
        return day + self.at - before


@dataclass(frozen=True, slots=True)
class _Rule:
    """Standard time, and the summer time between two changes a year if there is one."""

    name: str
    offset: timedelta
    summer: str = ""
    summer_offset: timedelta = timedelta(0)
    begin: _Change | None = None
    end: _Change | None = None

    def agrees(self, zone: zoneinfo.ZoneInfo, year: int) -> bool:
        """Whether `zone` has these offsets in the whole of `year`, as far as every fifth day and both sides of each change show it."""
        probes = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=5 * step) for step in range(73)]
        begin = end = None
        if self.begin is not None and self.end is not None:
            begin, end = self.begin.moment(year, self.offset), self.end.moment(year, self.summer_offset)
            second = timedelta(seconds=1)
            probes += [begin - second, begin, end - second, end]
        for probe in probes:
            is_summer = begin is not None and end is not None and (begin <= probe < end if begin < end else not end <= probe < begin)
            if probe.astimezone(zone).utcoffset() != (self.summer_offset if is_summer else self.offset):
                return False
        return True


@lru_cache(maxsize=1024)
def zone_block(name: str) -> ZoneBlock | None:
    """The VTIMEZONE of an IANA zone, or None where yearly rules cannot say it.

    Raises: ValueError or ZoneInfoNotFoundError if there is no such zone.
    """
    zone = zoneinfo.ZoneInfo(name)  # first: it refuses names that lead out of the database
    rule = _rule_of(_footer(name))
    if rule is None:
        return None
    year = LAST_YEAR + 1
    while year > FIRST_YEAR and rule.agrees(zone, year - 1):
        year -= 1
    if year > LAST_YEAR:
        return None
    # A day inside the range at both ends: local years begin up to 14 hours apart.
    day = timedelta(days=1)
    return ZoneBlock(
        text=_block(name, rule),
        valid_from=datetime(year, 1, 1, tzinfo=UTC) + day,
        valid_until=datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) - day,
        has_changes=rule.begin is not None,
    )


def _footer(name: str) -> str:
    """The last line of the zone's TZif file, found where `zoneinfo` finds it. Source: RFC 8536, 3.3."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder, name)
        if path.is_file():
            data = path.read_bytes()
            break
    else:
        data = resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
    return data.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii", "replace")


def _rule_of(footer: str) -> _Rule | None:
    found = _FOOTER.fullmatch(footer)
    if found is None:
        return None
    # POSIX counts west of Greenwich as positive.
    offset = -_length(found["offset"])
    if found["summer"] is None:
        return _Rule(found["name"].strip("<>"), offset)
    begin, end = _change(found["begin"]), _change(found["end"])
    if begin is None or end is None:
        return None
    summer_offset = -_length(found["summer_offset"]) if found["summer_offset"] else offset + _HOUR
    return _Rule(found["name"].strip("<>"), offset, found["summer"].strip("<>"), summer_offset, begin, end)


def _change(text: str) -> _Change | None:
    """The change that `M3.5.0/2` says; None if its hour lies on another day, which no BYDAY can say."""
    day, _, at = text.partition("/")
    month, week, weekday = (int(each) for each in day[1:].split("."))
    hour = _length(at) if at else 2 * _HOUR
    return _Change(month, week, weekday, hour) if timedelta(0) <= hour < 24 * _HOUR else None


def _length(text: str) -> timedelta:
    hours, minutes, seconds = ([int(each) for each in text.lstrip("+-").split(":")] + [0, 0])[:3]
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -length if text.startswith("-") else length


def _block(name: str, rule: _Rule) -> bytes:
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    if rule.begin is None or rule.end is None:
        lines += _observance("STANDARD", rule.name, rule.offset, rule.offset, None)
    else:
        lines += _observance("STANDARD", rule.name, rule.summer_offset, rule.offset, rule.end)
        lines += _observance("DAYLIGHT", rule.summer, rule.offset, rule.summer_offset, rule.begin)
    return "\r\n".join([*lines, "END:VTIMEZONE", ""]).encode()


def _observance(kind: str, name: str, before: timedelta, after: timedelta, change: _Change | None) -> list[str]:
    start, rule = "19700101T000000", []
    if change is not None:
        local = change.moment(1970, before) + before
        start = f"{local:%Y%m%dT%H%M%S}"
        week = "-1" if change.week == 5 else str(change.week)
        rule = [f"RRULE:FREQ=YEARLY;BYMONTH={change.month};BYDAY={week}{_DAYS[change.weekday]}"]
    return [f"BEGIN:{kind}", f"DTSTART:{start}", *rule, f"TZOFFSETFROM:{_offset(before)}", f"TZOFFSETTO:{_offset(after)}", f"TZNAME:{name}", f"END:{kind}"]


def _offset(offset: timedelta) -> str:
    seconds = abs(int(offset.total_seconds()))
    text = f"{'-' if offset < timedelta(0) else '+'}{seconds // 3600:02}{seconds // 60 % 60:02}"
    return text + f"{seconds % 60:02}" if seconds % 60 else text
