"""Migrations make exactly the tables of the schema, from nothing and at any time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from scheduler.errors import StorageError
from scheduler.model.limits import Limits
from scheduler.service import runs as service_runs
from scheduler.store import runs
from scheduler.store.database import Database
from scheduler.store.guards import missing_guards
from scheduler.store.migrating import migrate, migration_problem, require_current, scripts
from scheduler.store.schema import metadata
from tests.databases import create_postgres, drop_postgres
from tests.service.world import NOW, given, request


def test_migrate_makes_the_tables_of_the_schema(database: Database) -> None:
    with database.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []
        assert missing_guards(tx) == []
        assert set(inspect(tx).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_constraints_of_the_schema_are_those_of_the_migrations(database: Database) -> None:
    # Alembic compares neither check constraints nor, on SQLite, exclusion constraints.
    with database.read() as tx:
        for table in metadata.tables.values():
            found = {each["name"] for each in inspect(tx).get_check_constraints(table.name)}
            wanted = {each.name for each in table.constraints if type(each).__name__ == "CheckConstraint"}
            assert found == wanted, table.name


def test_migrate_twice_changes_nothing(database: Database) -> None:
    migrate(database)
    require_current(database)


def test_empty_database_is_refused_until_migrated() -> None:
    database = Database.open("sqlite://")
    with pytest.raises(StorageError, match="slotwright migrate"):
        require_current(database)
    migrate(database)
    require_current(database)
    database.close()


def test_database_of_a_newer_program_is_refused(own_database: Database) -> None:
    database = own_database
    with database.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))
    assert "r9999" in str(migration_problem(database))
    with pytest.raises(StorageError, match="newer"):
        migrate(database)


def test_runs_of_before_regret_gaps_are_kept(own_database: Database) -> None:
    given(own_database, request("r1"))
    run_id = service_runs.request_run(own_database, NOW, "ops", Limits()).id
    with own_database.write() as tx:
        tx.execute(text("ALTER TABLE run DROP COLUMN regret_gap"))
        tx.execute(text("UPDATE alembic_version SET version_num = 'r0001'"))
    assert "r0001" in str(migration_problem(own_database))
    migrate(own_database)
    with own_database.read() as tx:
        assert runs.find(tx, run_id).regret_gap is None


def test_migrations_form_one_line() -> None:
    assert len(scripts().get_heads()) == 1


def _migrate_at_once(url: str) -> None:
    def work(_number: int) -> bool:
        with Database.open(url) as database:
            migrate(database)
            require_current(database)
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [True] * 4


def test_migrate_by_several_at_once_on_sqlite(tmp_path: object) -> None:
    _migrate_at_once(f"sqlite:///{tmp_path}/new.db")


def test_new_sqlite_files_may_be_opened_by_several_at_once(tmp_path: object) -> None:
    together = threading.Barrier(8)

    def open_all(_: int) -> int:
        for number in range(100):
            together.wait(timeout=10)
            with Database.open(f"sqlite:///{tmp_path}/{number}.db"):
                pass
        return 100

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(open_all, range(8))) == [100] * 8


@pytest.mark.postgres
def test_migrate_by_several_at_once_on_postgres(postgres_server: str) -> None:
    url = create_postgres(postgres_server)
    try:
        _migrate_at_once(url)
    finally:
        drop_postgres(postgres_server, url)
