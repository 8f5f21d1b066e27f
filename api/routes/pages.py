"""The page: everything that people look at. Forms are in `api.routes.forms`."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.columns import days_between, home_country, home_zone, minute_of
from api.deps import Db, Now
from api.remembered import CurrentLab
from api.web.naming import Naming, request_name
from api.web.render import language_of, render
from api.web.texts import LOCALES, script_texts
from scheduler.model.request import Task
from scheduler.model.window import window
from scheduler.service import publishing, requests, runs
from scheduler.service.records import RUN_ENDED, Change, RequestState

router = APIRouter(include_in_schema=False)
COUNT_LIMIT = 1000
PAGE_SIZE = 50
TABLE_ROWS = 500
DRAFT_ROWS = 200
YEAR = timedelta(days=365)


@router.get("/")
def show_today(database: Db, now: Now, current: CurrentLab, request: Request) -> Response:
    """Today's and the next bookings, what waits, and the button that plans."""
    here = current.lab
    zone, naming = home_zone(here), Naming(here)
    midnight = _midnight(now, zone)
    tomorrow = midnight + timedelta(days=1)
    today = publishing.list_bookings(database, window(midnight, tomorrow))
    week = [each for each in publishing.list_bookings(database, window(tomorrow, tomorrow + timedelta(days=7))) if each.window.start >= tomorrow]
    opened = requests.list_requests(database, state="open", limit=COUNT_LIMIT)
    refused = sum(1 for each in opened if each.reasons)
    last_runs, drafts = runs.list_runs(database, limit=1), publishing.list_drafts(database, limit=1)
    revision = publishing.current_revision(database)
    return render(
        request,
        "today.html",
        zone=zone,
        now=now,
        lab_is_empty=not here.resources,
        draft=next((each for each in drafts if each.published_revision is None and each.base_revision == revision), None),
        today=[naming.row(each, now) for each in today],
        upcoming=[naming.row(each, now) for each in week[:12]],
        next_count=len(week),
        open_count=_at_most(len(opened) - refused, len(opened)),
        left_out_count=_at_most(refused, len(opened)),
        revision=revision,
        last_run=next(iter(last_runs), None),
    )


@router.get("/schedule")
def show_timeline(now: Now, current: CurrentLab, request: Request) -> Response:
    """The timeline; its data come over the API."""
    here = current.lab
    zone, language = home_zone(here), language_of(request)
    today = now.astimezone(_zone(zone)).date()
    days = days_between(zone, home_country(here), today - YEAR, today + 2 * YEAR)
    settings = {
        "lab_url": "/api/lab",
        "schedule_url": "/api/schedule",
        "request_url": "/requests/",
        "zone": zone,
        "locale": LOCALES[language],
        "now_minute": minute_of(now),
        "days": days.model_dump(mode="json"),
        "words": script_texts(language),
    }
    return render(request, "schedule.html", zone=zone, settings=settings)


@router.get("/schedule/table")
def show_table(
    database: Db,
    now: Now,
    current: CurrentLab,
    request: Request,
    start: str = "",
    days: Annotated[int, Query(ge=1, le=366)] = 14,
    site: Annotated[str, Query(max_length=120)] = "",
) -> Response:
    """The same as a table: what screen readers and spreadsheets want."""
    here = current.lab
    zone, naming = home_zone(here), Naming(here)
    first = _date_or(start, now.astimezone(_zone(zone)).date())
    begin = datetime.combine(first, time(), _zone(zone))
    end = datetime.combine(first + timedelta(days=days), time(), _zone(zone))
    found = publishing.list_bookings(database, window(begin, end), site=site or None)
    query = {"start": begin.isoformat(), "end": end.isoformat()} | ({"site": site} if site else {})
    return render(
        request,
        "table.html",
        zone=zone,
        start=first.isoformat(),
        days=days,
        site=site,
        sites=here.sites,
        count=len(found),
        rows=[naming.row(each, now) for each in found[:TABLE_ROWS]],
        csv_url=f"/api/bookings.csv?{urlencode(query)}",
    )


@router.get("/requests")
def list_requests(database: Db, current: CurrentLab, request: Request, state: RequestState | None = None, after: str | None = None) -> Response:
    """Requests with their state, and the reasons of those left out."""
    here = current.lab
    found = requests.list_requests(database, state=state, limit=PAGE_SIZE, after=after)
    return render(
        request,
        "requests.html",
        zone=home_zone(here),
        records=found,
        wanted=state or "",
        next=found[-1].id if len(found) == PAGE_SIZE else None,
        page_size=PAGE_SIZE,
        names=Naming(here).resource_names,
        name_of=request_name,
    )


@router.get("/runs")
def list_runs(database: Db, current: CurrentLab, request: Request) -> Response:
    """The latest runs."""
    return render(request, "runs.html", zone=home_zone(current.lab), runs=runs.list_runs(database))


@router.get("/runs/{run_id}")
def show_run(database: Db, current: CurrentLab, request: Request, run_id: str) -> Response:
    """One run: live while it works, its draft afterwards."""
    here = current.lab
    record = runs.find_run(database, run_id)
    draft = publishing.find_draft(database, record.draft) if record.draft is not None else None
    language = language_of(request)
    settings = {"events_url": f"/api/runs/{record.id}/events", "locale": LOCALES[language], "requests": record.requests, "words": script_texts(language)}
    counts = {} if draft is None else {name: getattr(draft.record, name) for name in ("served", "unserved", "added", "moved", "cancelled")}
    return render(
        request,
        "run.html",
        zone=home_zone(here),
        run=record,
        is_live=record.state not in RUN_ENDED,
        settings=settings,
        draft=draft,
        counts=counts,
        is_stale=draft is not None and draft.record.base_revision != publishing.current_revision(database),
        limit=DRAFT_ROWS,
        names=Naming(here).resource_names,
        task_name=partial(_task_name, {} if draft is None else {(wanted.id, task.id): task for wanted in draft.requests for task in wanted.tasks}),
    )


def _task_name(tasks: Mapping[tuple[str, str], Task], change: Change, language: str) -> str:
    # A booking whose request the run could not take in has only its id here.
    task = tasks.get((change.request, change.task))
    return change.task if task is None else (task.name_en if language == "en" else "") or task.name or task.id


def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _midnight(now: datetime, zone: str) -> datetime:
    return datetime.combine(now.astimezone(_zone(zone)).date(), time(), _zone(zone)).astimezone(UTC)


def _at_most(count: int, looked_at: int) -> str:
    # What was cut off at the limit may hold more of either kind.
    return f"{count:,}" if looked_at < COUNT_LIMIT else f"{count:,}+"


def _date_or(text: str, default: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return default
    return day if 1970 <= day.year <= 2200 else default
