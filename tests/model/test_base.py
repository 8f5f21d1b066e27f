import json
from datetime import timedelta

import pytest

from scheduler.errors import InputError
from scheduler.model import codec
from scheduler.model.base import LONGEST
from scheduler.model.request import Mode, Precedence
from scheduler.model.travel import Way

MODE = {"requirements": [{"id": "chamber", "select": {"kind": "chamber"}}]}


@pytest.mark.parametrize("text", ["P1M", "P1Y", "p1m", "P1Y2M3D", "P1MT1H", "-P1M"])
def test_duration_in_months_or_years_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        codec.from_plain(Mode, {**MODE, "duration": text})
    assert str(caught.value) == "duration: a month has no fixed length; write days (P30D) or, for a minute, PT1M"
    with pytest.raises(InputError, match="min_lag: a month has no fixed length"):
        codec.from_plain(Precedence, {"before": "a", "after": "b", "min_lag": text})


@pytest.mark.parametrize(
    ("text", "length"),
    [("PT1M", timedelta(minutes=1)), ("P30D", timedelta(days=30)), ("P1DT1M", timedelta(days=1, minutes=1)), ("P2W", timedelta(weeks=2))],
)
def test_duration_in_weeks_days_and_minutes_is_what_it_says(text: str, length: timedelta) -> None:
    assert codec.parse(Mode, json.dumps({**MODE, "duration": text}).encode()).duration == length


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(days=364, hours=1), "P364DT1H"),
        (timedelta(days=365), "P365D"),
        (timedelta(days=800, hours=2, minutes=3, seconds=4, microseconds=50_000), "P800DT2H3M4.05S"),
        (timedelta(days=400, microseconds=1), "P400DT0.000001S"),
        (LONGEST, "P36525D"),
    ],
)
def test_long_lengths_are_written_so_that_they_can_be_read(length: timedelta, text: str) -> None:
    way = Way(start="a", end="b", time=length)
    assert codec.dump(way) == f'{{"start":"a","end":"b","time":"{text}"}}'.encode()
    assert codec.parse(Way, codec.dump(way)) == way
    assert codec.to_plain(way)["time"] == text
