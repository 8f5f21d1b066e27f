"""The schedule in force over the API: columns for the timeline, rows for programs, CSV for spreadsheets."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from api.booking_table import bookings_csv
from api.caching import is_known, not_modified, weak_etag
from api.columns import schedule_view, window_of
from api.deps import Db
from api.remembered import CurrentLab
from api.schemas import BookingView, ScheduleView
from api.views import booking_view
from scheduler import __version__
from scheduler.errors import InputError
from scheduler.model.faults import input_error
from scheduler.model.window import Window, window
from scheduler.service import publishing
from scheduler.service.served import list_served

router = APIRouter(prefix="/api", tags=["schedule"])
Minute = Annotated[int, Query(ge=-30_000_000, le=300_000_000, description="Minutes since 1970-01-01T00:00Z.")]
Moment = Annotated[datetime | None, Query(description="With a UTC offset.")]


@router.get("/schedule", response_model=ScheduleView)
def show_schedule(database: Db, here: CurrentLab, request: Request, response: Response, start_minute: Minute, end_minute: Minute) -> ScheduleView | Response:
    """The bookings of a window in columns; the ETag is known before anything is read."""
    if end_minute <= start_minute:
        raise InputError("is not after start_minute; give a later end", "end_minute")
    revision = publishing.current_revision(database)
    etag = weak_etag("schedule", revision, here.version, start_minute, end_minute, __version__)
    if is_known(request, etag):
        return not_modified(etag)
    response.headers["ETag"] = etag
    within = window_of(start_minute, end_minute)
    return schedule_view(here.lab, here.version, revision, within, publishing.list_bookings(database, within), list_served(database, within))


def optional_window(start: Moment = None, end: Moment = None) -> Window | None:
    """The window that a query asks for, None for all time. Raises: InputError if only one end is given, or without offset."""
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise InputError("give both start and end, or neither", "end" if end is None else "start")
    for name, moment in (("start", start), ("end", end)):
        if moment.tzinfo is None:
            raise InputError("has no UTC offset; write for example 2026-03-02T09:00:00+09:00 (the + as %2B)", name)
    if end <= start:
        raise InputError("is not after start; give a later end", "end")
    try:
        return window(start, end)
    except ValidationError as error:
        raise input_error(error, Window) from None


@router.get("/bookings")
def list_bookings(
    database: Db,
    start: Moment = None,
    end: Moment = None,
    resource: str | None = None,
    site: str | None = None,
    company: str | None = None,
    request: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    after: str | None = None,
) -> list[BookingView]:
    """Bookings by start; `after` takes the id of the last one of the page before."""
    found = publishing.list_bookings(database, optional_window(start, end), resource, site, company, request, limit=limit, after=after)
    return [booking_view(each) for each in found]


@router.get("/bookings.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def export_csv(database: Db, here: CurrentLab, start: Moment = None, end: Moment = None, site: str | None = None) -> Response:
    """The same as a table that opens in a spreadsheet."""
    found = publishing.list_bookings(database, optional_window(start, end), site=site)
    headers = {"Content-Disposition": 'attachment; filename="bookings.csv"'}
    return Response(bookings_csv(here.lab, found), media_type="text/csv; charset=utf-8", headers=headers)
