"""Both databases for tests, migrated and empty for each test.

PostgreSQL: the server at TEST_DATABASE_URL (a role that may create databases) or a private cluster
on a socket, if its programs are installed; else those tests are skipped, which on CI (CI=true or
SLOTWRIGHT_REQUIRE_ALL=1) is a failure.
"""

import glob
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scheduler.service.database import Database, migrate
from scheduler.store.schema import metadata


def _require_all() -> bool:
    return os.environ.get("CI", "").lower() == "true" or os.environ.get("SLOTWRIGHT_REQUIRE_ALL") == "1"


@contextmanager
def private_cluster(programs: Path) -> Iterator[str]:
    """The address of a new PostgreSQL that lives as long as the block; it listens on a socket only and does not sync."""
    home = Path(tempfile.mkdtemp(prefix="pgtest"))
    prefix: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        prefix = ["runuser", "-u", "postgres", "--"]
        shutil.chown(home, "postgres", "postgres")

    def run(program: str, *arguments: str) -> None:
        # The server inherits what it is given: a pipe would keep us waiting for its end.
        with (home.parent / f"{home.name}.log").open("ab") as log:
            subprocess.run([*prefix, str(programs / program), *arguments], check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=home)

    data = str(home / "data")
    try:
        run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        fast = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c shared_buffers=32MB -c deadlock_timeout=50ms"
        options = f"-k {home} -c listen_addresses='' -c max_connections=200 {fast}"
        run("pg_ctl", "-D", data, "-w", "-o", options, "-l", str(home / "server.log"), "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={home}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
        (home.parent / f"{home.name}.log").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server on which tests may create databases."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    if not found:
        message = "NO PostgreSQL: set TEST_DATABASE_URL or install the package 'postgresql'"
        if _require_all():
            pytest.fail(message)
        pytest.skip(message)
    with private_cluster(Path(found[-1]).parent) as url:
        yield url


def _execute(server: str, statement: str) -> None:
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(server.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        connection.execute(statement)


def named_database(server: str, name: str) -> str:
    """The address of the database `name` on the same server."""
    head, _, query = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def create_postgres(server: str, template: str = "template1") -> str:
    """The address of a new database on `server`, a copy of `template`."""
    name = f"t_{uuid.uuid4().hex}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
    return named_database(server, name)


def drop_postgres(server: str, url: str) -> None:
    """The database at `url` is gone, whoever still uses it."""
    _execute(server, f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database that nobody is connected to."""
    url = create_postgres(postgres_server)
    database = Database.open(url)
    migrate(database)
    database.close()
    yield url.partition("?")[0].rpartition("/")[2]
    drop_postgres(postgres_server, url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = Database.open(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh, migrated SQLite file."""
    shutil.copy(sqlite_template, tmp_path / "slotwright.db")
    return f"sqlite:///{tmp_path / 'slotwright.db'}"


@pytest.fixture(scope="session")
def shared_postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database that tests use one after the other."""
    url = create_postgres(postgres_server, postgres_template)
    yield url
    drop_postgres(postgres_server, url)


@pytest.fixture
def postgres_url(shared_postgres_url: str) -> str:
    """The address of a migrated, empty PostgreSQL database. Emptied, not made anew: that takes a tenth of the time."""
    statements = [
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "ALTER TABLE audit DISABLE TRIGGER USER",
        *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)),
        "ALTER TABLE audit ENABLE TRIGGER USER",
        "INSERT INTO plan (id, revision) VALUES (1, 0)",
    ]
    _execute(shared_postgres_url, "; ".join(statements))
    return shared_postgres_url


@pytest.fixture
def own_postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database for this test alone, which may break it."""
    url = create_postgres(postgres_server, postgres_template)
    yield url
    drop_postgres(postgres_server, url)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database: the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database: the test runs once on each kind."""
    with Database.open(database_url) as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def own_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """As `database`, but the test may break tables and triggers."""
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "own_postgres_url")
    with Database.open(url) as opened:
        yield opened
