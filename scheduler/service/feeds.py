"""Calendar feeds: secret links to the bookings that one resource, site, company or request sees."""

from datetime import datetime

from scheduler.model.window import Window
from scheduler.service.database import Database
from scheduler.service.records import BookingRecord, FeedRecord, FeedScope, FeedVersion


def create_feed(database: Database, scope: FeedScope, scope_id: str, now: datetime, actor: str = "system") -> tuple[FeedRecord, str]:
    """A new feed and its token (URL-safe text of 32 random bytes), which is shown this once: only its SHA-256 is stored.

    Raises: UnknownReference if no such resource, site, company or request exists.
    """


def open_feed(database: Database, token: str) -> FeedRecord:
    """The feed that `token` opens. Raises: NotFound for unknown and revoked tokens alike."""


def list_feeds(database: Database) -> tuple[FeedRecord, ...]:
    """All feeds, newest first, revoked ones included."""


def revoke(database: Database, feed_id: str, now: datetime, actor: str = "system") -> FeedRecord:
    """The feed's token opens nothing any more. Revoking twice changes nothing. Raises: NotFound."""


def feed_version(database: Database, feed: FeedRecord, window: Window | None = None) -> FeedVersion:
    """What a cached copy is compared with, by one query: equal versions for the same window mean equal bookings and an equal lab.

    An ETag made of it must also name the window (as it moves, one booking may leave and another enter) and the writer's version.
    """


def feed_bookings(database: Database, feed: FeedRecord, window: Window | None = None) -> tuple[BookingRecord, ...]:
    """The bookings of the feed that overlap `window`, cancelled ones included, sorted by start and id, each uid once.

    A booking that left the feed's resource or site is in it as cancelled, so that calendars drop it.
    """
