"""Plans as CSV for Excel: UTF-8 with a byte order mark, CRLF, no cell that a spreadsheet would run.

Columns of `schedule_csv` and `bookings_csv`, one row per booking:

| column | holds |
|---|---|
| request, task, mode | ids |
| request_name, company, company_name, task_name, method | what people call them; company and method are ids |
| start, end | local time of the site, `2026-03-02 09:00` |
| time_zone | IANA name of that zone |
| duration_hours | length, hours with at most two digits |
| sites, resources, resource_names | several are joined by `; ` |
| state | new, moved, kept or frozen |
| due, late_hours | due date in local time; hours after it, empty if in time |
| runs | ids of the closed runs that it is in |

Columns of `unserved_csv`, one row per request left out: request, request_name, company,
company_name, weight, release, due, deadline (local time of the first site), reasons (codes), details.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.exchange.ical_text import clean
from scheduler.exchange.parts import Plan, resource_name, site_name
from scheduler.model.problem import Problem
from scheduler.model.schedule import Booking, Schedule

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is run as a formula by some spreadsheet; full-width signs by those with East Asian settings."""

Cell = str | int | float | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRow:
    """One booking as a plain row; times are local times of `time_zone` when written."""

    request: str
    request_name: str = ""
    company: str = ""
    company_name: str = ""
    task: str
    task_name: str = ""
    method: str = ""
    mode: str = ""
    start: datetime
    end: datetime
    time_zone: str
    sites: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    resource_names: tuple[str, ...] = ()
    state: str = ""
    due: datetime | None = None
    runs: tuple[str, ...] = ()


BOOKING_COLUMNS = (
    *("request", "request_name", "company", "company_name", "task", "task_name", "method", "mode", "start", "end", "time_zone", "duration_hours"),
    *("sites", "resources", "resource_names", "state", "due", "late_hours", "runs"),
)
UNSERVED_COLUMNS = ("request", "request_name", "company", "company_name", "weight", "release", "due", "deadline", "reasons", "details")
assert {each.name for each in fields(BookingRow)} <= set(BOOKING_COLUMNS)


def schedule_csv(problem: Problem, schedule: Schedule) -> bytes:
    """The bookings of a schedule in its order, as the module's table says.

    Raises: UnknownReference if the schedule is not of this problem.
    """
    plan = Plan(problem, schedule)
    return bookings_csv(_row(plan, booking) for booking in schedule.bookings)


def bookings_csv(rows: Iterable[BookingRow]) -> bytes:
    """Rows of bookings, wherever they come from, with the columns of the module's table."""
    return table_csv(BOOKING_COLUMNS, (_cells(row) for row in rows))


def unserved_csv(problem: Problem, schedule: Schedule) -> bytes:
    """The requests left out, with the reasons, as the module's table says.

    Raises: UnknownReference if the schedule is not of this problem.
    """
    plan = Plan(problem, schedule)
    return table_csv(UNSERVED_COLUMNS, (_unserved_cells(plan, index) for index in range(len(schedule.unserved))))


def table_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> bytes:
    """Any table: a heading and its rows; missing cells are empty. Text is guarded, numbers are written as they are."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_text(row.get(column)) for column in columns])
    return out.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """`cell` without control characters, with an apostrophe before what a spreadsheet would run."""
    cleaned = clean(cell)
    return "'" + cleaned if cleaned.startswith(FORMULA_STARTS) or cleaned.lstrip().startswith(FORMULA_STARTS) else cleaned


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, str):
        return guarded(cell)
    return f"{cell:.2f}".rstrip("0").rstrip(".") if isinstance(cell, float) else str(cell)


def _row(plan: Plan, booking: Booking) -> BookingRow:
    request = plan.requests[booking.request]
    return BookingRow(
        request=request.id,
        request_name=request.name,
        company=request.company,
        company_name=request.company_name,
        task=booking.task,
        task_name=plan.task_name(booking),
        method=plan.tasks[booking.key].method or "",
        mode=booking.mode,
        start=booking.window.start,
        end=booking.window.end,
        time_zone=plan.time_zone(booking),
        sites=tuple(map(site_name, plan.booking_sites(booking))),
        resources=booking.resources,
        resource_names=tuple(resource_name(plan.resources[each]) for each in booking.resources),
        state=plan.state(booking),
        due=request.due,
        runs=tuple(dict.fromkeys(each.run_id for each in booking.allocations if each.run_id is not None)),
    )


def _cells(row: BookingRow) -> dict[str, Cell]:
    zone = ZoneInfo(row.time_zone)
    plain: dict[str, Cell] = {column: getattr(row, column) for column in ("request", "request_name", "company", "company_name", "task", "task_name")}
    late = row.end - row.due if row.due is not None else timedelta(0)
    return plain | {
        "method": row.method,
        "mode": row.mode,
        "start": row.start.astimezone(zone),
        "end": row.end.astimezone(zone),
        "time_zone": row.time_zone,
        "duration_hours": (row.end - row.start) / timedelta(hours=1),
        "sites": "; ".join(row.sites),
        "resources": "; ".join(row.resources),
        "resource_names": "; ".join(row.resource_names),
        "state": row.state,
        "due": row.due.astimezone(zone) if row.due is not None else None,
        "late_hours": late / timedelta(hours=1) if late > timedelta(0) else None,
        "runs": "; ".join(row.runs),
    }


def _unserved_cells(plan: Plan, index: int) -> dict[str, Cell]:
    unserved = plan.schedule.unserved[index]
    request = plan.requests[unserved.request]
    zone = ZoneInfo(plan.home_zone)
    dates: dict[str, Cell] = {
        name: moment.astimezone(zone) if moment is not None else None
        for name, moment in (("release", request.release), ("due", request.due), ("deadline", request.deadline))
    }
    return dates | {
        "request": request.id,
        "request_name": request.name,
        "company": request.company,
        "company_name": request.company_name,
        "weight": request.weight,
        "reasons": "; ".join(dict.fromkeys(each.code for each in unserved.reasons)),
        "details": "; ".join(dict.fromkeys(filter(None, (each.detail for each in unserved.reasons)))),
    }
