"""Bringing the tables up to date."""

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from scheduler.errors import StorageError
from scheduler.store.database import Database
from scheduler.store.guards import create_guards, missing_guards

_LOCK = 5_107_716_148
"""Any number that no other program uses for a PostgreSQL advisory lock."""


def scripts() -> ScriptDirectory:
    """The migrations that come with this program."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def migrate(database: Database) -> None:
    """The tables are those of this program, and their guards stand; safe to call at every start, also by several processes at once.

    All steps are one transaction. Raises: StorageError if a newer program has migrated it already.
    """
    with database.write() as connection:
        if not database.is_sqlite:  # SQLite is locked by BEGIN IMMEDIATE
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _upgrade(connection)
        if missing_guards(connection):
            create_guards(connection)


def _upgrade(connection: Connection) -> None:
    directory = scripts()
    found = _revision(connection)
    if found == directory.get_current_head():
        return
    _refuse_unknown(found, directory)

    def steps(revision: object, _context: MigrationContext) -> object:
        return directory._upgrade_revs("head", revision)  # type: ignore[arg-type]  # as alembic.command.upgrade does

    # No env.py: the connection is ours, and so is the transaction.
    with EnvironmentContext(Config(), directory, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection, transactional_ddl=False)
        environment.run_migrations()


def require_current(database: Database) -> None:
    """Raises: StorageError unless `migrate` has nothing to do."""
    problem = migration_problem(database)
    if problem is not None:
        raise StorageError(problem)


def migration_problem(database: Database) -> str | None:
    """One sentence if the tables are not those of this program, else None."""
    with database.read() as connection:
        found = _revision(connection)
    head = scripts().get_current_head()
    if found == head:
        return None
    return f"the database is at migration {found or 'none'}, this program needs {head}; run 'slotwright migrate'"


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_unknown(found: str | None, directory: ScriptDirectory) -> None:
    if found is not None and found not in {script.revision for script in directory.walk_revisions()}:
        raise StorageError(f"the database is at migration {found}, which this program does not know; a newer program has used it: upgrade this one")
