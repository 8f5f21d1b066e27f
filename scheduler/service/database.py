"""The database handle that every use case takes."""

from scheduler.store.database import Database
from scheduler.store.migrating import migrate, require_current

__all__ = ["Database", "migrate", "require_current"]
