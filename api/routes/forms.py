"""Forms of the page: they work without scripts and answer with a page or a way to one."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.choices import request_of
from api.columns import home_zone
from api.culprit import culprit_of
from api.deps import ACTOR, Config, Db, Now, new_id, whole_number
from api.remembered import CurrentLab, Memory
from api.routes.feeds import feed_url
from api.web.formats import Formats
from api.web.naming import Naming, recipes_of, request_name
from api.web.render import language_of, render
from api.web.request_form import empty_values, read_form
from api.web.texts import text
from scheduler.errors import InputError, TaskCannotFit, UnknownReference
from scheduler.model.lab import Lab, Resource, Site
from scheduler.model.limits import Limits
from scheduler.model.policy import Policy
from scheduler.service import feeds, publishing, requests, runs
from scheduler.service.database import Database
from scheduler.service.offers import Booked, Offers, find_offers
from scheduler.service.records import FeedRecord, FeedScope

router = APIRouter(include_in_schema=False)
MOST_SUGGESTIONS = 2000
OFFERS_SHOWN = 5
MADE_FEED = "made_feed"
"""The cookie that carries the secret of a new feed to the one page that shows it."""
SCOPES: tuple[FeedScope, ...] = ("resource", "site", "company", "request")
FORM_FIELDS = {
    "duration": "duration",
    "specimens": "specimens",
    "region": "region",
    "sites": "region",
    "deadline": "deadline",
    "due": "due",
    "method": "method",
}


async def read_fields(request: Request) -> Mapping[str, str]:
    """The fields of a form as text; files are not looked at."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


Fields = Annotated[Mapping[str, str], Depends(read_fields)]


@router.get("/requests/new")
def new_request(now: Now, current: CurrentLab, request: Request) -> Response:
    """The form for a test."""
    here = current.lab
    return _form_page(request, here, empty_values(now, home_zone(here)), {}, None)


@router.post("/requests/new")
def send_request(database: Db, now: Now, current: CurrentLab, memory: Memory, request: Request, fields: Fields) -> Response:
    """Stores the request and shows it; or shows free slots; or the form again, with its faults in place."""
    here = current.lab
    language = language_of(request)
    filled = read_form(fields, here, now, partial(text, language), Formats(language, home_zone(here), now))
    if filled.choice is None:
        return _form_page(request, here, filled.values, filled.faults, None, 422)
    try:
        wanted = request_of(here, filled.choice, new_id("R"))
        if fields.get("action") == "offers":
            return _form_page(request, here, filled.values, {}, find_offers(memory.booked(database), wanted, now, OFFERS_SHOWN))
        record = requests.submit(database, wanted, now, ACTOR)
    except InputError as error:
        culprit = culprit_of(here, filled.choice, now) if isinstance(error, TaskCannotFit) else ""
        if culprit:
            return _form_page(request, here, filled.values, {culprit: text(language, f"fault.{culprit}")}, None, 422)
        field = FORM_FIELDS.get(error.path.partition("[")[0], "other")
        return _form_page(request, here, filled.values, {field: text(language, "fault.other", detail=error.message)}, None, 422)
    return RedirectResponse(f"/requests/{record.id}?submitted=1", 303)


@router.get("/requests/{request_id}")
def show_request(database: Db, now: Now, current: CurrentLab, memory: Memory, request: Request, request_id: str, submitted: bool = False) -> Response:
    """One request: where it stands, its bookings, why it was left out, and what is free."""
    here = current.lab
    naming = Naming(here)
    record = requests.find(database, request_id)
    rows = [naming.row(each, now) for each in publishing.list_bookings(database, request=request_id, include_cancelled=True)]
    return render(
        request,
        "request.html",
        zone=home_zone(here),
        record=record,
        submitted=submitted,
        rows=rows,
        found=_offers_or_none(memory.booked(database), record.request, now) if record.state == "open" and not rows else None,
        name_of=request_name,
        recipes_of=recipes_of,
        **_names(naming),
    )


@router.post("/requests/{request_id}/withdraw")
def withdraw(database: Db, now: Now, request_id: str) -> Response:
    """Takes the request back."""
    requests.withdraw(database, request_id, now, ACTOR)
    return RedirectResponse(f"/requests/{request_id}", 303)


@router.post("/runs")
def plan(database: Db, now: Now, config: Config, fields: Fields) -> Response:
    """Queues a run and shows it; confirmed bookings move only where the form says that they may."""
    policy = Policy() if fields.get("may_move") else None
    record = runs.request_run(database, now, ACTOR, Limits(time_limit_seconds=config.run_seconds), policy)
    return RedirectResponse(f"/runs/{record.id}", 303)


@router.post("/runs/{run_id}/stop")
def stop(database: Db, now: Now, run_id: str) -> Response:
    """Asks the run to stop."""
    runs.cancel_run(database, run_id, now, ACTOR)
    return RedirectResponse(f"/runs/{run_id}", 303)


@router.post("/drafts/{draft_id}/publish")
def publish(database: Db, now: Now, draft_id: str, fields: Fields) -> Response:
    """Publishes a draft against the revision that its page showed."""
    seen = whole_number(fields.get("expected_revision", ""))
    if seen is None:
        raise InputError("is missing; open the draft's page and publish from there", "expected_revision")
    publishing.publish(database, draft_id, seen, now, ACTOR)
    return RedirectResponse(f"/runs/{publishing.find_draft(database, draft_id).record.run}", 303)


@router.get("/feeds")
def show_feeds(database: Db, current: CurrentLab, request: Request, scope: str = "resource", scope_id: str = "") -> Response:
    """The feeds there are, and the form for one more; after making one its address, this once."""
    token = request.cookies.get(MADE_FEED, "")
    url = feed_url(request, token) if re.fullmatch(r"[\w-]{43}", token, re.ASCII) else ""
    page = _feeds_page(database, current.lab, request, {"scope": scope, "scope_id": scope_id}, url=url)
    if token:
        page.delete_cookie(MADE_FEED, path="/feeds", httponly=True, samesite="strict")
        page.headers["Cache-Control"] = "no-store"
    return page


@router.post("/feeds")
def make_feed(database: Db, now: Now, current: CurrentLab, request: Request, fields: Fields) -> Response:
    """A new feed; the page that follows shows its address, and reloading that makes no second one."""
    values = {"scope": fields.get("scope", ""), "scope_id": fields.get("scope_id", "").strip()}
    scope = next((each for each in SCOPES if each == values["scope"]), None)
    found = _ids_of(current.lab, values["scope_id"])
    if scope is None or len(found) != 1:
        key = "feeds.ambiguous" if len(found) > 1 else "feeds.unknown"
        return _feeds_page(database, current.lab, request, values, fault=text(language_of(request), key), status=422)
    try:
        _, token = feeds.create_feed(database, scope, found[0], now, ACTOR)
    except UnknownReference:
        return _feeds_page(database, current.lab, request, values, fault=text(language_of(request), "feeds.unknown"), status=422)
    answer = RedirectResponse("/feeds", 303)
    answer.set_cookie(MADE_FEED, token, max_age=60, path="/feeds", secure=request.url.scheme == "https", httponly=True, samesite="strict")
    return answer


@router.post("/feeds/{feed_id}/revoke")
def revoke(database: Db, now: Now, feed_id: str) -> Response:
    """The feed's address opens nothing any more."""
    feeds.revoke(database, feed_id, now, ACTOR)
    return RedirectResponse("/feeds", 303)


def _offers_or_none(booked: Booked, wanted: Any, now: Any) -> Offers | None:
    try:
        return find_offers(booked, wanted, now, OFFERS_SHOWN)
    except InputError:
        # What was accepted may not fit the lab of today; its reasons come from the next run.
        return None


def _names(naming: Naming) -> dict[str, Any]:
    return {"names": naming.resource_names, "sites_of": naming.booking_sites, "minutes": _minutes}


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _form_page(request: Request, here: Lab, values: Mapping[str, str], faults: Mapping[str, str], found: Offers | None, status: int = 200) -> Response:
    methods_of: dict[int, list[str]] = {}
    groups: dict[str, list[Any]] = {}
    for each in here.methods:
        groups.setdefault(each.field, []).append(each)
        for length in each.durations:
            methods_of.setdefault(length // timedelta(minutes=1), []).append(each.id)
    return render(
        request,
        "new.html",
        zone=home_zone(here),
        status=status,
        values=values,
        faults=faults,
        found=found,
        methods=list(groups.items()),
        durations=sorted(methods_of),
        methods_of=methods_of,
        regions=_distinct(each.region for each in here.sites),
        **_names(Naming(here)),
    )


def _feeds_page(database: Database, here: Lab, request: Request, values: Mapping[str, str], *, url: str = "", fault: str = "", status: int = 200) -> Response:
    names = {each.id: each.name or each.id for each in _things(here)}
    made = feeds.list_feeds(database)
    companies = {each: _company_name(database, each) for each in {feed.scope_id for feed in made if feed.scope == "company"}}

    def title_of(feed: FeedRecord) -> str:
        return (companies if feed.scope == "company" else names).get(feed.scope_id, feed.scope_id)

    return render(
        request,
        "feeds.html",
        zone=home_zone(here),
        status=status,
        values=values,
        fault=fault,
        url=url,
        webcal=url.replace("https://", "webcal://").replace("http://", "webcal://"),
        known=_suggestions(here),
        feeds=made,
        title_of=title_of,
    )


def _company_name(database: Database, company: str) -> str:
    found = requests.list_requests(database, company=company, limit=1)
    return next((each.request.company_name for each in found), "") or company


def _things(here: Lab) -> list[Site | Resource]:
    return [*here.sites, *here.resources]


def _suggestions(here: Lab) -> list[tuple[str, str]]:
    sites = {each.id: each.name or each.id for each in here.sites}
    named = [(each.id, f"{each.name or each.id} · {sites[each.site]}" if each.site in sites else each.name or each.id) for each in here.resources]
    return [*sites.items(), *named][:MOST_SUGGESTIONS]


def _ids_of(here: Lab, name: str) -> list[str]:
    """The ids that a name may mean: people know names, but chambers of several sites share theirs."""
    things = _things(here)
    if not name or any(each.id == name for each in things):
        return [name] if name else []
    return [each.id for each in things if name in (each.name, each.name_en)] or [name]


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, names)))
