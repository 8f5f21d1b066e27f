"""What every record of the model shares: strictness, ids, moments, durations.

Records are pydantic dataclasses with slots: validated like models, a fifth of their memory
(a year has half a million of them), hashable, compared by value.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints

STRICT = ConfigDict(extra="forbid", ser_json_timedelta="iso8601", allow_inf_nan=False)
"""Unknown fields are refused: a typo must not silently drop a rule."""


def _in_utc(moment: datetime) -> datetime:
    # One zone inside, so that equal instants are equal text and equal digests.
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An instant; naive datetimes are refused, others are kept in UTC."""

Duration = Annotated[timedelta, Field(gt=timedelta(0))]
"""A length of time above zero; ISO 8601 in JSON (`PT72H`)."""

Lag = Annotated[timedelta, Field(ge=timedelta(0))]
"""A length of time, zero allowed."""

ID_PATTERN = r"^[\w.:@+~\-]{1,120}$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
"""A stable name of a thing: letters of any script, digits, `_ . : @ + - ~`; never a position."""

Name = Annotated[str, StringConstraints(max_length=300)]
"""A name that people read; may hold anything printable, so every writer must escape it."""
