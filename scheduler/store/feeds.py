"""Feeds: secret links, of which only the SHA-256 is kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from scheduler.errors import NotFound
from scheduler.store.database import Transaction
from scheduler.store.records import FeedRecord, FeedVersion
from scheduler.store.schema import feed, lab_version


def add(tx: Transaction, new: FeedRecord, token_sha256: str) -> None:
    """The feed is stored."""
    tx.execute(insert(feed).values(id=new.id, scope=new.scope, scope_id=new.scope_id, token_sha256=token_sha256, created_at=new.created_at))


def by_token(tx: Transaction, token_sha256: str) -> FeedRecord | None:
    """The feed with that token hash, revoked or not."""
    row = tx.execute(select(feed).where(feed.c.token_sha256 == token_sha256)).one_or_none()
    return None if row is None else _record(row)


def find(tx: Transaction, feed_id: str) -> FeedRecord:
    """The feed with that id. Raises: NotFound."""
    row = tx.execute(select(feed).where(feed.c.id == feed_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no feed {feed_id!r}")
    return _record(row)


def newest(tx: Transaction) -> tuple[FeedRecord, ...]:
    """All feeds, newest first."""
    return tuple(map(_record, tx.execute(select(feed).order_by(feed.c.number.desc()))))


def revoke(tx: Transaction, feed_id: str, now: datetime) -> None:
    """The feed is revoked, if it was not already."""
    tx.execute(update(feed).where(feed.c.id == feed_id, feed.c.revoked_at.is_(None)).values(revoked_at=now))


def version(tx: Transaction, counted: Select[*tuple[Any, ...]]) -> FeedVersion:
    """The version of what `counted` (latest revision, number of rows) looks at, with that of the lab, by one query."""
    lab = select(func.max(lab_version.c.number)).scalar_subquery()
    latest, count, number = tx.execute(counted.add_columns(lab)).one()
    return FeedVersion(latest or 0, count, number or 0)


def _record(row: "Row[Any]") -> FeedRecord:
    return FeedRecord(row.id, row.scope, row.scope_id, row.created_at, row.revoked_at)
