"""Whether the service can work."""

from scheduler.errors import StorageError
from scheduler.service.database import Database
from scheduler.store.database import sqlite_warning
from scheduler.store.guards import missing_guards
from scheduler.store.migrating import migration_problem


def check(database: Database) -> list[str]:
    """One sentence per problem, none when all is well: reachable, migrated, guarded against double booking, a safe SQLite."""
    try:
        problem = migration_problem(database)
        if problem is not None:
            return [problem]
        with database.read() as tx:
            missing = missing_guards(tx)
    except StorageError as error:
        return [str(error)]
    found = [f"the guard {name!r} is missing or altered; stop the service and run 'slotwright migrate'" for name in missing]
    warning = sqlite_warning() if database.is_sqlite else None
    return found if warning is None else [*found, warning]
