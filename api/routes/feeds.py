"""Calendar feeds: make and revoke them over the API, serve them under their secret address."""

import gzip
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from api.caching import BodyCache, is_known
from api.calendars import feed_body, feed_window
from api.choices import FeedOrder
from api.deps import ACTOR, Db, Now, body, takes
from api.remembered import Memory
from api.schemas import FeedList, FeedView, NewFeedView
from api.views import feed_view
from scheduler import __version__
from scheduler.model.lab import Lab
from scheduler.model.window import Window
from scheduler.service import feeds, publishing
from scheduler.service.database import Database
from scheduler.service.records import FeedRecord
from scheduler.service.served import list_served

router = APIRouter(tags=["feeds"])
GZIP_SUFFIX = "-gz"
HEADERS = {
    "Cache-Control": "private, max-age=0, must-revalidate",
    "Content-Disposition": 'inline; filename="slotwright.ics"',
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Encoding",
    "X-Robots-Tag": "noindex, nofollow",
}


@router.post("/api/feeds", status_code=201, openapi_extra=takes(FeedOrder))
def create_feed(database: Db, now: Now, request: Request, order: Annotated[FeedOrder, Depends(body(FeedOrder))]) -> NewFeedView:
    """A new feed; its `url` holds the secret and is shown this once."""
    feed, token = feeds.create_feed(database, order.scope, order.scope_id, now, ACTOR)
    return NewFeedView(**feed_view(feed).model_dump(), url=feed_url(request, token))


def feed_url(request: Request, token: str) -> str:
    """The address that a calendar program subscribes to."""
    return str(request.url.replace(path=f"/feeds/{token}.ics", query=""))


@router.get("/api/feeds")
def list_feeds(database: Db) -> FeedList:
    """All feeds, without their secrets."""
    return FeedList(feeds=[feed_view(each) for each in feeds.list_feeds(database)])


@router.delete("/api/feeds/{feed_id}")
def revoke(database: Db, now: Now, feed_id: str) -> FeedView:
    """The feed's address opens nothing any more."""
    return feed_view(feeds.revoke(database, feed_id, now, ACTOR))


@router.api_route("/feeds/{token}.ics", methods=["GET", "HEAD"], include_in_schema=False)
def serve_feed(database: Db, now: Now, memory: Memory, request: Request, token: str) -> Response:
    """The feed as iCal. The entity tag is known before anything is built; unknown and revoked tokens look alike.

    The window and the lab change the bytes as well as the plan does, so all are in the tag; for
    clients that only know If-Modified-Since the plan and the day count.
    """
    feed = feeds.open_feed(database, token)
    within = feed_window(now)
    version = feeds.feed_version(database, feed, within)
    # Fields by name: a representation of the whole record would change with its definition.
    key = f"{feed.id}-{version.revision}-{version.count}-{version.lab_version}-{within.start:%Y%m%d}-{__version__}"
    plain, packed = f'"{key}"', f'W/"{key}{GZIP_SUFFIX}"'
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    changed_at = _changed_at(database, version.revision, feed, now)
    headers = {**HEADERS, "ETag": packed if zipped else plain, "Last-Modified": format_datetime(changed_at, usegmt=True)}
    if is_known(request, plain) or is_known(request, packed) or _not_since(request, changed_at):
        return Response(status_code=304, headers=headers)
    bodies: BodyCache = request.app.state.bodies
    content = bodies.get(plain, lambda: _build(database, memory.lab_now(database).lab, feed, within))
    if zipped:
        content = bodies.get(packed, lambda: gzip.compress(content, 6, mtime=0))
        headers["Content-Encoding"] = "gzip"
    return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")


def _build(database: Database, lab: Lab, feed: FeedRecord, within: Window) -> bytes:
    served = list_served(database, within) if feed.scope == "resource" else ()
    return feed_body(lab, feed, feeds.feed_bookings(database, feed, within), served)


def _changed_at(database: Database, revision: int, feed: FeedRecord, now: datetime) -> datetime:
    published = publishing.find_publication(database, revision).published_at if revision > 0 else feed.created_at
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0)
    return max(published, midnight, feed.created_at).astimezone(UTC).replace(microsecond=0)


def _not_since(request: Request, changed_at: datetime) -> bool:
    header = request.headers.get("if-modified-since")
    if header is None or "if-none-match" in request.headers:
        return False
    try:
        since = parsedate_to_datetime(header)
    except ValueError:
        return False
    return since.tzinfo is not None and changed_at <= since
