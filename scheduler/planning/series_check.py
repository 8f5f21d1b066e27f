"""Whether a series has room between its dates."""

from datetime import datetime, timedelta

from scheduler.errors import InputError
from scheduler.model.request import Request, Series, Task
from scheduler.model.text import duration_text
from scheduler.model.window import Window

WEEK = timedelta(days=7)
SLACK = timedelta(hours=25)
"""Starts on one local weekday are whole weeks apart, give or take less than a day, or a day of 25 hours."""


def check_series(request: Request, path: str, within: Window | None = None) -> None:
    """Each series, whose tasks exist, fits between release date and deadline, and into `within`.

    Only a bound that holds for certain: calendars, lags and other work may need more time.
    Raises: InputError with the path below `path`.
    """
    tasks = {each.id: each for each in request.tasks}
    for number, series in enumerate(request.series):
        where = f"{below(path, 'series')}[{number}]"
        step = least_step(series)
        if step is None:
            raise InputError(
                f"no two starts on one weekday are between {duration_text(series.least_apart)} and {duration_text(series.most_apart or WEEK)} apart; "
                "leave room for a week, 6 to 8 days",
                where,
            )
        start: datetime | None = None
        for index, name in enumerate(series.tasks):
            since, until = _dates(request, tasks[name], within)
            follows = None if start is None else start + step
            start = max((each for each in (since, follows) if each is not None), default=None)
            end = None if start is None else start + min(mode.duration for mode in tasks[name].modes)
            if end is not None and until is not None and end > until:
                raise InputError(
                    f"the series cannot fit: starting {duration_text(step)} apart, its task {index + 1} of {len(series.tasks)} ends at "
                    f"{end.isoformat(timespec='minutes')} at the earliest, after {until.isoformat(timespec='minutes')}; "
                    "give a later date, or ask for fewer or closer tasks",
                    where,
                )


def least_step(series: Series) -> timedelta | None:
    """The least time between two starts of a series, its weekday counted; None if no distance is allowed."""
    least = series.least_apart
    if series.weekday is None or least < SLACK:
        return least
    # The first whole number of weeks that is not out of reach.
    weeks = -(-(least - SLACK) // WEEK)
    step = max(least, weeks * WEEK - SLACK)
    return step if series.most_apart is None or step <= series.most_apart else None


def _dates(request: Request, task: Task, within: Window | None) -> tuple[datetime | None, datetime | None]:
    since = [each for each in (request.release, task.release, None if within is None else within.start) if each is not None]
    until = [each for each in (request.deadline, task.deadline, None if within is None else within.end) if each is not None]
    return max(since, default=None), min(until, default=None)


def below(path: str, field: str) -> str:
    """The path of a field of what stands at `path` (empty: at the top)."""
    return f"{path}.{field}" if path else field
