"""What every record of the model shares: strictness, ids, moments, durations.

Records are pydantic dataclasses with slots: validated like models, a fifth of their memory
(a year has half a million of them), hashable, compared by value.
"""

import re
from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field, StringConstraints, WrapSerializer

STRICT = ConfigDict(extra="forbid", ser_json_timedelta="iso8601", allow_inf_nan=False)
"""Unknown fields are refused: a typo must not silently drop a rule."""


LONGEST = timedelta(days=36_525)
"""No moment plus a length runs over the end of what datetimes can say: nothing below has to look out for it."""


EARLIEST, LATEST = datetime(1901, 1, 1, tzinfo=UTC), datetime(9899, 12, 31, tzinfo=UTC)
"""Moments that are worked out, not given, stay between these."""


def _in_utc(moment: datetime) -> datetime:
    # One zone inside, so that equal instants are equal text and equal digests.
    if not 1900 < moment.year < 9900:  # the bounds themselves could not be moved to UTC safely
        raise ValueError(f"{moment.isoformat()} is no date of this world; check the year, or leave out an end that is open")
    return moment.astimezone(UTC)


def no_number(given: Any) -> Any:
    """`given`, unless it is a bare number: that would be read as seconds, which nobody means."""
    if isinstance(given, (int, float)):
        raise ValueError("a bare number has no unit; write a moment like 2026-03-02T09:00:00+09:00, a duration like PT72H, a time like 09:00")
    return given


_CALENDAR_PART = re.compile(r"\s*[+-]?P[^T]*[YM]", re.IGNORECASE)


def fixed_length(given: Any) -> Any:
    """`given`, unless it counts in months or years: they would be read as 30 and 365 days, and `P1M` is often meant as a minute."""
    if isinstance(given, str) and _CALENDAR_PART.match(given):
        raise ValueError("a month has no fixed length; write days (P30D) or, for a minute, PT1M")
    return no_number(given)


Moment = Annotated[AwareDatetime, BeforeValidator(no_number), AfterValidator(_in_utc)]
"""An instant; naive datetimes are refused, others are kept in UTC."""


def _in_days(length: timedelta) -> str:
    """ISO 8601 without years, which nobody may write and so nobody could read."""
    hours, rest = divmod(length - length.days * _DAY, timedelta(hours=1))
    minutes, rest = divmod(rest, timedelta(minutes=1))
    seconds = f"{rest.seconds}.{rest.microseconds:06}".rstrip("0").rstrip(".") if rest.microseconds else str(rest.seconds)
    clock = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if str(number) != "0")
    return f"P{length.days}D" + (f"T{clock}" if clock else "")


_DAY = timedelta(days=1)
_YEAR = 365 * _DAY

# From a year on pydantic would write P1Y. A lambda, as what it is said to return would replace the schema.
_WRITTEN = WrapSerializer(lambda length, write: write(length) if length < _YEAR else _in_days(length), when_used="json")

Duration = Annotated[timedelta, Field(gt=timedelta(0), le=LONGEST), BeforeValidator(fixed_length), _WRITTEN]
"""A length of time above zero; ISO 8601 in JSON (`PT72H`)."""

Lag = Annotated[timedelta, Field(ge=timedelta(0), le=LONGEST), BeforeValidator(fixed_length), _WRITTEN]
"""A length of time, zero allowed."""


def first_twice(names: Sequence[Hashable]) -> int | None:
    """The position of the first of `names` that has come before; None if each is there once."""
    seen: set[Hashable] = set()
    for position, each in enumerate(names):
        if each in seen:
            return position
        seen.add(each)
    return None


ID_LENGTH = 120
"""Most letters of an id."""

ID_PATTERN = rf"^[\w.:@+~\-]{{1,{ID_LENGTH}}}$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
"""A stable name of a thing: letters of any script, digits, `_ . : @ + - ~`; never a position."""

Name = Annotated[str, StringConstraints(max_length=300)]
"""A name that people read; may hold anything printable, so every writer must escape it."""
