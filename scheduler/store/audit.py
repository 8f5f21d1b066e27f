"""Who did what: rows that are only ever added."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select

from scheduler.store.database import Transaction
from scheduler.store.records import AuditRecord
from scheduler.store.schema import audit


def note(tx: Transaction, now: datetime, actor: str, action: str, subject: str, before: str | None = None, after: str | None = None) -> None:
    """One row is added."""
    note_all(tx, now, actor, [(action, subject, before, after)])


def note_all(tx: Transaction, now: datetime, actor: str, entries: Sequence[tuple[str, str, str | None, str | None]]) -> None:
    """A row is added for each (action, subject, before, after)."""
    if entries:
        rows = [{"at": now, "actor": actor, "action": a, "subject": s, "before": b, "after": c} for a, s, b, c in entries]
        tx.execute(insert(audit), rows)


def entries_of(tx: Transaction, subject: str | None = None, limit: int = 1000) -> tuple[AuditRecord, ...]:
    """The latest rows, newest first, of one `subject` if given."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if subject is not None:
        query = query.where(audit.c.subject == subject)
    return tuple(AuditRecord(**row._mapping) for row in tx.execute(query))
