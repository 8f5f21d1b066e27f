"""Bringing the tables up to date."""

from scheduler.store.database import Database


def migrate(database: Database) -> None:
    """The tables are those of this program; safe to call at every start, also by several processes at once."""


def require_current(database: Database) -> None:
    """Raises: StorageError unless `migrate` has nothing to do."""
