"""The database handle: one writer, many readers, one transaction per use case."""

import os
import sqlite3
import threading
import warnings
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import monotonic, sleep
from types import ModuleType
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import StaticPool

from scheduler.errors import Conflict, InputError, SlotTaken, StorageError
from scheduler.store.guards import OVERLAP
from scheduler.store.schema import booking_lane

try:
    from pysqlite3 import dbapi2 as _bundled_sqlite
except ImportError:  # no wheel for this system: the check of the version warns instead
    _bundled_sqlite = None

sqlite_module: ModuleType = _bundled_sqlite or sqlite3
"""The SQLite in use: the bundled one where there is one."""

SAFE_SQLITE = (3, 51, 3)
"""Older ones can corrupt a database in WAL mode when two connections write and checkpoint at the same moment. Source: sqlite.org/wal.html#walresetbug."""

BUSY_MILLISECONDS = 30_000

Transaction = Connection
"""What store functions take: an open transaction."""


def sqlite_warning() -> str | None:
    """One sentence if the SQLite in use can corrupt a database, else None."""
    if tuple(sqlite_module.sqlite_version_info) >= SAFE_SQLITE:
        return None
    wanted = ".".join(map(str, SAFE_SQLITE))
    found = sqlite_module.sqlite_version
    return f"SQLite {found} can corrupt a database that two processes write to; install 'pysqlite3' (it brings {wanted} or newer) or use PostgreSQL"


class FifoLock:
    """A lock whose waiters go in the order in which they came; `threading.Lock` lets one starve."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False

    def __enter__(self) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(self, *exception: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()  # handed over: it stays taken
            else:
                self._is_taken = False


class Database:
    """An open database. `Database.open(url)`, then `write()` and `read()` transactions, at last `close()`.

    Threads share it; each process opens its own. As a context manager it closes itself.
    """

    def __init__(
        self,
        writer: Engine,
        reader: Engine,
        writer_lock: AbstractContextManager[None],
        reader_lock: AbstractContextManager[None],
        file: str | None = None,
    ) -> None:
        self._writer, self._reader = writer, reader
        self._writer_lock, self._reader_lock = writer_lock, reader_lock
        self._file = file
        self._identity = _identity(file)

    @classmethod
    def open(cls, url: str) -> "Database":
        """The database at `url`: `sqlite:///path`, `sqlite://` (in memory) or `postgresql+psycopg://...`.

        A new SQLite file is created empty; call `migrate`. Warns if this SQLite is unsafe.

        Raises: InputError for any other URL; StorageError if it cannot be opened.
        """
        try:
            address = make_url(url)
        except ArgumentError:
            raise InputError(f"{url!r} is no database address; write sqlite:///file.db or postgresql+psycopg://user@host/name", "database_url") from None
        backend = address.get_backend_name()
        if backend == "sqlite":
            return cls._open_sqlite(address)
        if backend != "postgresql":
            raise InputError(f"{backend!r} databases are not supported; use sqlite:/// or postgresql+psycopg://", "database_url")
        try:
            writer = create_engine(address.set(drivername="postgresql+psycopg"), pool_size=8, max_overflow=8, pool_pre_ping=True)
        except (NoSuchModuleError, ModuleNotFoundError):
            raise InputError("PostgreSQL needs a driver; install slotwright[postgres]", "database_url") from None
        # One snapshot per read, so that a revision and its bookings belong together.
        reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return cls(writer, reader, nullcontext(), nullcontext())

    @classmethod
    def _open_sqlite(cls, url: URL) -> "Database":
        warning = sqlite_warning()
        if warning is not None:
            warnings.warn(warning, RuntimeWarning, stacklevel=3)
        lock = FifoLock()
        options: dict[str, Any] = {"module": sqlite_module}
        if url.database in (None, "", ":memory:"):
            # One connection is the whole database, so readers queue with the writers.
            engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False}, **options)
            _prepare_sqlite(engine, begin="BEGIN IMMEDIATE", query_only=False)
            return cls(engine, engine, lock, lock)
        writer = create_engine(url, pool_size=1, max_overflow=0, **options)
        _prepare_sqlite(writer, begin="BEGIN IMMEDIATE", query_only=False)
        reader = create_engine(url, pool_size=8, max_overflow=8, **options)
        _prepare_sqlite(reader, begin="BEGIN", query_only=True)
        with _translated():
            writer.connect().close()  # the file exists and is in WAL mode before anybody reads it
        return cls(writer, reader, lock, nullcontext(), url.database)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, and not PostgreSQL."""
        return self._writer.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that may write: committed at the end of the block, undone by any exception.

        Raises: SlotTaken if a lane would be taken twice; Conflict if another writer was faster with the
        same key; StorageError if the database cannot answer.
        """
        self._refuse_lost_file()
        with _translated(), self._writer_lock, self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads, all from one moment. Raises: StorageError if the database cannot answer."""
        self._refuse_lost_file()
        with _translated(), self._reader_lock, self._reader.begin() as connection:
            yield connection

    def _refuse_lost_file(self) -> None:
        # SQLite would go on with the file that it holds open: what is written then is gone at the next start.
        if self._identity is not None and _identity(self._file) != self._identity:
            raise StorageError(f"the database file {self._file} was removed or replaced while it was open; put it back, then start again")

    def __enter__(self) -> Self:
        """The database itself; the end of the block closes it."""
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """All connections are closed."""
        self._reader.dispose()
        self._writer.dispose()


def _identity(file: str | None) -> tuple[int, int] | None:
    """Which file a path leads to; None for none."""
    if file is None:
        return None
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare_sqlite(engine: Engine, *, begin: str, query_only: bool) -> None:
    def connect(raw: Any, _record: object) -> None:
        # The driver's own BEGIN comes too late and never IMMEDIATE; two writers that began by reading would dead-lock.
        raw.isolation_level = None
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        if not query_only:
            _write_ahead(cursor)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", f"query_only={int(query_only)}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", start)


def _write_ahead(cursor: Any) -> None:
    """The file is in WAL mode. SQLite does not wait for its turn here, as it does elsewhere, when several open a new file at once."""
    last = monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite_module.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite_module.SQLITE_BUSY or monotonic() > last:
                raise
            sleep(0.01)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if OVERLAP in str(error.orig) or getattr(error.orig, "sqlstate", None) == "23P01":
            raise SlotTaken(_TAKEN) from error
        if getattr(error.orig, "sqlstate", "23505") == "23505" and "UNIQUE" in str(error.orig).upper():
            raise Conflict("somebody else stored the same thing at the same moment; read again and decide again") from error
        raise
    except PoolExhausted as error:
        raise StorageError("all connections to the database are in use; try again") from error
    except DBAPIError as error:
        if type(error.orig).__name__ == "DeadlockDetected" and booking_lane.name in str(error.orig):
            # Two who insert at the same moment each wait for the other's row to be decided: both wanted one slot.
            raise SlotTaken(_TAKEN) from error
        if error.connection_invalidated or type(error.orig).__name__ in _UNAVAILABLE:
            reason = str(error.orig).strip().splitlines()[0]
            raise StorageError(f"the database cannot answer now ({reason}); try again, and check the address and the disk if it stays so") from error
        raise


_TAKEN = "the slot was booked by somebody else meanwhile; plan again"
_UNAVAILABLE = {"DatabaseError", "OperationalError", "LockNotAvailable", "SerializationFailure", "DeadlockDetected", "AdminShutdown", "TooManyConnections"}
