from datetime import UTC, date, datetime, timedelta

import pytest

from api.web.formats import Formats
from scheduler.model.window import window

NOW = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
"""In Seoul it is 2027 already."""


@pytest.mark.parametrize(
    ("language", "same", "other"),
    [("ko", "1월 4일 (월)", "2026년 12월 31일 (목)"), ("en", "Mon 4 Jan", "Thu 31 Dec 2026")],
)
def test_day_says_its_year_if_it_is_not_this_one(language: str, same: str, other: str) -> None:
    f = Formats(language, "Asia/Seoul", NOW)
    assert f.day(date(2027, 1, 4)) == same
    assert f.day(date(2026, 12, 31)) == other == f.long_day(date(2026, 12, 31))
    assert f.moment(datetime(2026, 12, 31, 14, 30, tzinfo=UTC)) == f"{other} 23:30"
    assert f.span(window(datetime(2027, 1, 3, 15, tzinfo=UTC), datetime(2027, 1, 3, 17, tzinfo=UTC))) == f"{same} 00:00 – 02:00"


def test_length_counts_hours() -> None:
    assert Formats("ko", "Asia/Seoul", NOW).length(timedelta(hours=72)) == "72시간"
    assert Formats("en", "Asia/Seoul", NOW).length(timedelta(minutes=90)) == "1 h 30 min"


@pytest.mark.parametrize(("share", "text"), [(0.0, "0.0 %"), (0.0004, "<0.1 %"), (0.0005, "0.1 %"), (0.0244, "2.4 %")])
def test_what_is_open_is_never_written_as_nothing(share: float, text: str) -> None:
    assert Formats("ko", "Asia/Seoul", NOW).percent(share) == text
