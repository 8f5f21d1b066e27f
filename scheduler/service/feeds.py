"""Calendar feeds: secret links to the bookings that one resource, site, company or request sees."""

import hashlib
import secrets
from datetime import datetime
from uuid import uuid4

from scheduler.errors import NotFound, UnknownReference
from scheduler.model.window import Window
from scheduler.service.database import Database
from scheduler.service.records import BookingRecord, FeedRecord, FeedScope, FeedVersion
from scheduler.store import audit, bookings, labs, requests
from scheduler.store import feeds as rows
from scheduler.store.bookings import Filters

TOKEN_BYTES = 32


def create_feed(database: Database, scope: FeedScope, scope_id: str, now: datetime, actor: str = "system") -> tuple[FeedRecord, str]:
    """A new feed and its token (URL-safe text of 32 random bytes), which is shown this once: only its SHA-256 is stored.

    Raises: UnknownReference if no such resource, site, company or request exists.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    record = FeedRecord(str(uuid4()), scope, scope_id, now, None)
    with database.write() as tx:
        known = {
            "resource": lambda: labs.is_known(tx, resource_id=scope_id),
            "site": lambda: any(each.id == scope_id for each in labs.newest(tx).lab.sites) or labs.is_known(tx, site=scope_id),
            "company": lambda: requests.has_company(tx, scope_id),
            "request": lambda: bool(requests.states_of(tx, [scope_id])),
        }
        if not known[scope]():
            raise UnknownReference(f"there is no {scope} {scope_id!r}; check the id", "scope_id")
        rows.add(tx, record, _hash(token))
        audit.note(tx, now, actor, "feed.created", f"feed/{record.id}", None, f"{scope}/{scope_id}")
    return record, token


def open_feed(database: Database, token: str) -> FeedRecord:
    """The feed that `token` opens. Raises: NotFound for unknown and revoked tokens alike."""
    # Found by the hash of 256 random bits: how long the look-up takes tells nothing about the token.
    with database.read() as tx:
        found = rows.by_token(tx, _hash(token))
    if found is None or found.revoked_at is not None:
        raise NotFound("there is no such feed; ask for a new link")
    return found


def list_feeds(database: Database) -> tuple[FeedRecord, ...]:
    """All feeds, newest first, revoked ones included."""
    with database.read() as tx:
        return rows.newest(tx)


def revoke(database: Database, feed_id: str, now: datetime, actor: str = "system") -> FeedRecord:
    """The feed's token opens nothing any more. Revoking twice changes nothing. Raises: NotFound."""
    with database.write() as tx:
        before = rows.find(tx, feed_id)
        if before.revoked_at is not None:
            return before
        rows.revoke(tx, feed_id, now)
        audit.note(tx, now, actor, "feed.revoked", f"feed/{feed_id}")
        return rows.find(tx, feed_id)


def feed_version(database: Database, feed: FeedRecord, window: Window | None = None) -> FeedVersion:
    """What a cached copy is compared with, by one query: equal versions for the same window mean equal bookings and an equal lab.

    An ETag made of it must also name the window (as it moves, one booking may leave and another enter) and the writer's version.
    """
    counted = bookings.seen_version(*_place(feed), window) if _is_place(feed) else bookings.filtered_version(_filters(feed, window))
    with database.read() as tx:
        return rows.version(tx, counted)


def feed_bookings(database: Database, feed: FeedRecord, window: Window | None = None) -> tuple[BookingRecord, ...]:
    """The bookings of the feed that overlap `window`, cancelled ones included, sorted by start and id, each uid once.

    A booking that left the feed's resource or site is in it as cancelled, so that calendars drop it.
    """
    with database.read() as tx:
        return bookings.seen_from(tx, *_place(feed), window) if _is_place(feed) else bookings.page(tx, _filters(feed, window))


def _is_place(feed: FeedRecord) -> bool:
    return feed.scope in ("resource", "site")


def _place(feed: FeedRecord) -> tuple[str | None, str | None]:
    return (feed.scope_id, None) if feed.scope == "resource" else (None, feed.scope_id)


def _filters(feed: FeedRecord, window: Window | None) -> Filters:
    if feed.scope == "company":
        return Filters(window=window, company=feed.scope_id, include_cancelled=True)
    return Filters(window=window, request=feed.scope_id, include_cancelled=True)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
