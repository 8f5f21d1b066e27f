from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import icalendar
import pytest
from dateutil.rrule import rrulestr

from scheduler.exchange.vtimezone import zone_block

SAMPLE = sorted(available_timezones() - {"localtime", "Factory"})[::9]
CHANGING = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Europe/Dublin", "Pacific/Chatham", "America/Havana", "Asia/Beirut")


def test_zone_block_of_seoul_is_one_standard_block() -> None:
    block = zone_block("Asia/Seoul")
    assert block is not None
    assert block.text.count(b"BEGIN:STANDARD") == 1
    assert b"DAYLIGHT" not in block.text
    assert len(block.text) < 170


def offsets_by_rules(text: bytes, moments: list[datetime]) -> list[timedelta]:
    """Offsets as a reader works them out: the observance with the latest onset before the moment. Onsets by `dateutil`, not by our code."""
    onsets: list[tuple[datetime, timedelta]] = []
    for part in (
        icalendar.Calendar.from_ical(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + text + b"END:VCALENDAR\r\n").walk("VTIMEZONE")[0].subcomponents
    ):
        start, before, after = part["DTSTART"].dt, part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td
        rule = part.get("RRULE")
        local = [start] if rule is None else rrulestr(rule.to_ical().decode(), dtstart=start).xafter(start, count=72, inc=True)
        onsets += [((each - before).replace(tzinfo=UTC), after) for each in local]
    onsets.sort()
    return [max(((onset, after) for onset, after in onsets if onset <= moment))[1] for moment in moments]


@pytest.mark.parametrize("name", CHANGING)
def test_zone_block_equals_zoneinfo_for_a_reader(name: str) -> None:
    block = zone_block(name)
    assert block is not None
    zone = ZoneInfo(name)
    moments = [datetime(2026, 1, 3, 0, 30, tzinfo=UTC) + timedelta(days=3, hours=7) * step for step in range(450)]
    assert offsets_by_rules(block.text, moments) == [each.astimezone(zone).utcoffset() for each in moments]


def test_zone_block_equals_zoneinfo_in_sampled_zones_or_is_left_out() -> None:
    moments = [datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=11) * step for step in range(300)]
    left_out = 0
    for name in SAMPLE:
        block = zone_block(name)
        if block is None:
            left_out += 1
            continue
        zone = ZoneInfo(name)
        valid = [each for each in moments if block.valid_from <= each < block.valid_until]
        assert offsets_by_rules(block.text, valid) == [each.astimezone(zone).utcoffset() for each in valid], name
    assert left_out <= 4


@pytest.mark.parametrize("name", ["Africa/Casablanca", "Africa/Cairo", "America/Nuuk", "Asia/Jerusalem"])
def test_zone_block_is_none_where_no_yearly_rule_holds(name: str) -> None:
    assert zone_block(name) is None


def test_zone_block_begins_to_hold_after_the_last_change_of_law() -> None:
    block = zone_block("America/Mexico_City")  # no summer time since October 2022
    assert block is not None
    assert block.valid_from.year == 2023
