from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scheduler.model.calendar import ALWAYS_OPEN, WEEKDAYS, Calendar, DayException, Hours, WeeklyHours, holiday_names, open_windows
from scheduler.model.window import Window, covers, intersection, window

HOUR = timedelta(hours=1)
DAILY = WEEKDAYS


def local(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def span(zone: str, start: str, end: str) -> Window:
    return window(local(zone, start), local(zone, end))


def calendar(zone: str = "Asia/Seoul", open_: time = time(9), close: time = time(18), days: tuple[str, ...] = DAILY[:5], **fields: object) -> Calendar:
    return Calendar(id="c", time_zone=zone, weekly=(WeeklyHours(days=days, hours=Hours(open=open_, close=close)),), **fields)  # type: ignore[arg-type]


def opened(of: Calendar, start: str, end: str) -> list[str]:
    """The openings as local texts, `03-03 09:00/03-03 18:00`."""
    zone = ZoneInfo(of.time_zone)
    within = span(of.time_zone, start, end)
    return [f"{each.start.astimezone(zone):%m-%d %H:%M}/{each.end.astimezone(zone):%m-%d %H:%M}" for each in open_windows(of, within)]


def test_weekly_hours_open_their_days_only() -> None:
    # 6 March 2026 is a Friday.
    assert opened(calendar(), "2026-03-06", "2026-03-10") == ["03-06 09:00/03-06 18:00", "03-09 09:00/03-09 18:00"]


def test_several_hours_of_a_day_leave_the_noon_shut() -> None:
    noon = Calendar(
        id="c",
        time_zone="Asia/Seoul",
        weekly=(WeeklyHours(days=("fri",), hours=Hours(open=time(9), close=time(12))), WeeklyHours(days=("fri",), hours=Hours(open=time(13), close=time(18)))),
    )
    assert opened(noon, "2026-03-06", "2026-03-07") == ["03-06 09:00/03-06 12:00", "03-06 13:00/03-06 18:00"]


def test_openings_are_clipped_to_what_is_asked() -> None:
    assert opened(calendar(), "2026-03-06T10:30", "2026-03-06T12:15") == ["03-06 10:30/03-06 12:15"]


def test_night_shift_reaches_into_the_next_day() -> None:
    night = calendar(open_=time(22), close=time(6), days=("fri",))
    assert opened(night, "2026-03-06", "2026-03-09") == ["03-06 22:00/03-07 06:00"]


def test_night_shift_of_the_day_before_is_seen_from_the_next_morning() -> None:
    night = calendar(open_=time(22), close=time(6), days=("fri",))
    assert opened(night, "2026-03-07", "2026-03-09") == ["03-07 00:00/03-07 06:00"]


def test_holidays_shut_and_substitute_holidays_too() -> None:
    # 1 March 2026 is a Sunday, so Monday the 2nd is off; 24 May a Sunday, the 25th off.
    korean = calendar(holidays="KR")
    assert opened(korean, "2026-03-01", "2026-03-04") == ["03-03 09:00/03-03 18:00"]
    assert opened(korean, "2026-05-24", "2026-05-27") == ["05-26 09:00/05-26 18:00"]
    assert opened(calendar(), "2026-03-01", "2026-03-03") == ["03-02 09:00/03-02 18:00"]


def test_holidays_of_chuseok_shut_three_days() -> None:
    # 24, 25 and 26 September 2026 are Thursday to Saturday.
    assert opened(calendar(holidays="KR"), "2026-09-23", "2026-09-29") == ["09-23 09:00/09-23 18:00", "09-28 09:00/09-28 18:00"]


def test_holiday_names_are_of_the_country_whatever_the_machine_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    for language in ("en_US.UTF-8", "de_DE.UTF-8"):
        monkeypatch.setenv("LANGUAGE", language)
        monkeypatch.setenv("LANG", language)
        holiday_names.cache_clear()
        assert holiday_names("KR", 2026)[date(2026, 3, 1)] == "삼일절"
    holiday_names.cache_clear()


def test_exceptions_win_over_weekly_hours_and_holidays() -> None:
    half_day = DayException(date=date(2026, 3, 2), hours=(Hours(open=time(10), close=time(14)),), name="duty")
    shut = DayException(date=date(2026, 3, 3))
    both = calendar(holidays="KR", exceptions=(half_day, shut))
    assert opened(both, "2026-03-01", "2026-03-05") == ["03-02 10:00/03-02 14:00", "03-04 09:00/03-04 18:00"]


def test_openings_add_and_closures_take_away_last() -> None:
    saturday = span("Asia/Seoul", "2026-03-07T10:00", "2026-03-07T14:00")
    noon = span("Asia/Seoul", "2026-03-07T12:00", "2026-03-07T13:00")
    both = calendar(openings=(saturday,), closures=(noon,))
    assert opened(both, "2026-03-07", "2026-03-08") == ["03-07 10:00/03-07 12:00", "03-07 13:00/03-07 14:00"]


def test_always_open_is_one_window_so_that_a_run_of_days_fits() -> None:
    chamber = Calendar(id="c", time_zone="Asia/Seoul", weekly=ALWAYS_OPEN)
    within = span("Asia/Seoul", "2026-03-02", "2026-03-30")
    assert open_windows(chamber, within) == (within,)
    friday = local("Asia/Seoul", "2026-03-06T17:00")
    assert covers(open_windows(chamber, within), window(friday, friday + 72 * HOUR))


def test_hours_that_meet_at_midnight_merge() -> None:
    shifts = Calendar(
        id="c",
        time_zone="Asia/Seoul",
        weekly=(WeeklyHours(days=("fri",), hours=Hours(open=time(18), close=time(0))), WeeklyHours(days=("sat",), hours=Hours(open=time(0), close=time(6)))),
    )
    assert opened(shifts, "2026-03-06", "2026-03-08") == ["03-06 18:00/03-07 06:00"]


CLOCK_CHANGES = [
    ("Europe/Berlin", "2026-03-29", 23),
    ("Europe/Berlin", "2026-10-25", 25),
    ("America/New_York", "2026-03-08", 23),
    ("America/New_York", "2026-11-01", 25),
]


@pytest.mark.parametrize(("zone", "day", "hours"), CLOCK_CHANGES)
def test_whole_day_is_as_long_as_the_clock_change_makes_it(zone: str, day: str, hours: int) -> None:
    start = date.fromisoformat(day)
    whole = calendar(zone, time(0), time(0), ("sun",))
    (found,) = open_windows(whole, span(zone, (start - timedelta(days=3)).isoformat(), (start + timedelta(days=3)).isoformat()))
    assert found.length == hours * HOUR
    assert found.start == local(zone, day)


@pytest.mark.parametrize(("zone", "day", "hours"), CLOCK_CHANGES)
def test_always_open_stays_one_window_through_a_clock_change(zone: str, day: str, hours: int) -> None:
    start = date.fromisoformat(day) - timedelta(days=6)
    within = span(zone, start.isoformat(), (start + timedelta(days=7)).isoformat())
    assert within.length == (6 * 24 + hours) * HOUR
    assert open_windows(Calendar(id="c", time_zone=zone, weekly=ALWAYS_OPEN), within) == (within,)


@pytest.mark.parametrize(("zone", "day", "hours"), CLOCK_CHANGES)
def test_night_shift_through_a_clock_change_is_an_hour_shorter_or_longer(zone: str, day: str, hours: int) -> None:
    night = calendar(zone, time(22), time(6), ("sat",))
    start = date.fromisoformat(day)
    (found,) = open_windows(night, span(zone, (start - timedelta(days=2)).isoformat(), (start + timedelta(days=2)).isoformat()))
    assert found.length == (8 + hours - 24) * HOUR


@pytest.mark.parametrize(("zone", "day", "hours"), CLOCK_CHANGES)
def test_office_hours_of_a_clock_change_day_are_as_on_any_day(zone: str, day: str, hours: int) -> None:
    start = date.fromisoformat(day)
    office = calendar(zone, days=DAILY)
    found = opened(office, (start - timedelta(days=1)).isoformat(), (start + timedelta(days=2)).isoformat())
    assert [each[6:11] + each[18:] for each in found] == ["09:0018:00"] * 3
    assert all(each.length == 9 * HOUR for each in open_windows(office, span(zone, day, (start + timedelta(days=1)).isoformat())))


def test_hours_inside_the_skipped_hour_vanish() -> None:
    # 02:00-03:00 does not exist in Berlin on 29 March 2026.
    skipped = calendar("Europe/Berlin", time(2), time(3), ("sun",))
    assert opened(skipped, "2026-03-28", "2026-03-30") == []


calendars = st.builds(
    lambda zone, open_, close, days, country: calendar(zone, time(open_), time(close), tuple(sorted(days)), holidays=country),
    st.sampled_from(["Asia/Seoul", "Europe/Berlin", "America/New_York"]),
    st.integers(0, 23),
    st.integers(0, 23),
    st.sets(st.sampled_from(DAILY), min_size=1),
    st.sampled_from([None, "KR", "US"]),
)


@settings(deadline=None, max_examples=60)
@given(calendars, st.integers(0, 300), st.integers(1, 30), st.integers(0, 40), st.integers(1, 500))
def test_open_windows_of_a_part_are_the_part_of_the_open_windows(of: Calendar, day: int, days: int, inner: int, quarters: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC) + day * 24 * HOUR
    whole = window(start, start + days * 24 * HOUR)
    part = window(start + inner * HOUR / 4, start + inner * HOUR / 4 + quarters * HOUR / 4)
    if whole.contains(part):
        assert open_windows(of, part) == intersection(open_windows(of, whole), (part,))


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"time_zone": "Asia/Soul"}, "'Asia/Soul' is not an IANA time zone; write for example 'Asia/Seoul'"),
        ({"holidays": "XX"}, "no public holidays are known for 'XX'"),
    ],
)
def test_calendar_of_unknown_places_is_refused(fields: dict[str, str], text: str) -> None:
    with pytest.raises(ValidationError, match=text):
        Calendar(**{"id": "c", "time_zone": "Asia/Seoul", **fields})  # type: ignore[arg-type]


def test_hours_with_an_offset_are_refused() -> None:
    with pytest.raises(ValidationError, match="write them without an offset"):
        Hours(open=time(9, tzinfo=UTC), close=time(18))


def test_openings_at_the_first_and_last_moment_are_clipped_to_what_is_asked() -> None:
    # A night shift of the day before would begin where no window may.
    for start in (datetime(1901, 1, 1, tzinfo=UTC), datetime(9899, 12, 31, tzinfo=UTC)):
        within = window(start, start + timedelta(hours=20))
        assert open_windows(Calendar(id="c", time_zone="UTC", weekly=ALWAYS_OPEN), within) == (within,)
