"""The handle: addresses, transactions, threads, and what becomes of errors."""

import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import StatementError

from scheduler.errors import InputError, StorageError
from scheduler.store import audit
from scheduler.store import database as module
from scheduler.store.database import Database, FifoLock, sqlite_warning
from scheduler.store.migrating import migrate
from scheduler.store.schema import problem
from tests.service.world import NOW


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/name", ""])
def test_unknown_address_is_refused_with_a_hint(url: str) -> None:
    with pytest.raises(InputError, match="sqlite:///"):
        Database.open(url)


def test_unreachable_database_is_a_storage_error(tmp_path: object) -> None:
    with pytest.raises(StorageError):
        Database.open(f"sqlite:///{tmp_path}/no/such/folder/file.db")


@pytest.mark.postgres
def test_unreachable_server_is_a_storage_error() -> None:
    with Database.open("postgresql://nobody@/nothing?host=/nonexistent") as database, pytest.raises(StorageError), database.read():
        pass


def test_exception_undoes_the_transaction(database: Database) -> None:
    def half_done() -> None:
        with database.write() as tx:
            audit.note(tx, NOW, "ops", "test", "thing/1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    with database.read() as tx:
        assert audit.entries_of(tx) == ()


def test_read_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only"), database.read() as tx:
        audit.note(tx, NOW, "ops", "test", "thing/1")


def test_read_sees_one_moment(database: Database) -> None:
    with database.read() as reader:
        assert audit.entries_of(reader) == ()
        with database.write() as writer:
            audit.note(writer, NOW, "ops", "test", "thing/1")
        assert audit.entries_of(reader) == ()
    with database.read() as reader:
        assert len(audit.entries_of(reader)) == 1


def test_times_keep_their_microseconds_and_come_back_in_utc(database: Database) -> None:
    seoul = datetime(2026, 3, 2, 9, 0, 0, 123_457, tzinfo=timezone(timedelta(hours=9)))
    with database.write() as tx:
        audit.note(tx, seoul, "ops", "test", "thing/1")
        assert audit.entries_of(tx)[0].at == seoul
        assert audit.entries_of(tx)[0].at.tzinfo is UTC


def test_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="no UTC offset"), database.write() as tx:
        audit.note(tx, NOW.replace(tzinfo=None), "ops", "test", "thing/1")


def test_writers_in_threads_lose_nothing(database: Database) -> None:
    def work(number: int) -> None:
        for _ in range(10):
            with database.write() as tx:
                last = tx.execute(text("SELECT revision FROM plan" + ("" if database.is_sqlite else " FOR UPDATE"))).scalar_one()
                tx.execute(text("UPDATE plan SET revision = :next"), {"next": last + 1})

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with database.read() as tx:
        assert tx.execute(text("SELECT revision FROM plan")).scalar() == 80


def test_sqlite_in_memory_is_shared_by_threads() -> None:
    with Database.open("sqlite://") as database:
        migrate(database)
        threads = [threading.Thread(target=_note, args=(database,)) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        with database.read() as tx:
            assert len(audit.entries_of(tx)) == 4


def _note(database: Database) -> None:
    with database.write() as tx:
        audit.note(tx, NOW, "ops", "test", "thing/1")


def test_sqlite_is_durable_and_patient(sqlite_url: str) -> None:
    with Database.open(sqlite_url) as database:
        for opened in (database.read(), database.write()):
            with opened as tx:
                found = {name: tx.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")}
            assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_sqlite_without_the_fix_is_warned_about(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sqlite_warning() is None
    monkeypatch.setattr(module, "SAFE_SQLITE", (99, 0, 0))
    assert "pysqlite3" in str(sqlite_warning())
    with pytest.warns(RuntimeWarning, match="corrupt"):
        Database.open("sqlite://").close()


def test_fifo_lock_serves_in_the_order_of_asking() -> None:
    lock, order = FifoLock(), []

    def work(number: int) -> None:
        with lock:
            order.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    with lock:
        for number, each in enumerate(threads):
            each.start()
            while len(lock._waiting) <= number:
                time.sleep(0.001)
    for each in threads:
        each.join()
    assert order == list(range(6))


def test_packed_bytes_come_back(database: Database) -> None:
    body = b"slotwright " * 1000
    with database.write() as tx:
        tx.execute(insert(problem).values(digest="d", body=body))
        assert tx.execute(select(problem.c.body)).scalar() == body
        assert tx.execute(text("SELECT length(body) FROM problem")).scalar() < 200


def test_a_file_that_was_removed_takes_nothing_more(tmp_path: Path) -> None:
    file = tmp_path / "lab.db"
    with Database.open(f"sqlite:///{file}") as database:
        migrate(database)
        file.rename(tmp_path / "elsewhere.db")
        for transaction in (database.write, database.read):
            with pytest.raises(StorageError, match="removed or replaced"), transaction():
                pass
        file.write_bytes(b"")  # another file under the same name is not ours either
        with pytest.raises(StorageError, match="removed or replaced"), database.write():
            pass
        file.unlink()
        (tmp_path / "elsewhere.db").rename(file)
        with database.write() as tx:
            audit.note(tx, NOW, "ops", "test", "thing/1")


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_damaged_file_is_a_storage_error(tmp_path: Path) -> None:
    file = tmp_path / "lab.db"
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError, match="not a database"):
        Database.open(f"sqlite:///{file}")
