"""Guards: the audit only grows, and a guard that is gone is noticed and put back."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from scheduler.service import health
from scheduler.store import audit
from scheduler.store.database import Database
from scheduler.store.guards import SQLITE_TRIGGERS, missing_guards
from scheduler.store.migrating import migrate
from tests.service.world import NOW


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_audit_is_append_only(database: Database, statement: str) -> None:
    with database.write() as tx:
        audit.note(tx, NOW, "ops", "test", "thing/1")
    with pytest.raises(DBAPIError, match="audit_append_only"), database.write() as tx:
        tx.execute(text(statement))
    with database.read() as tx:
        assert [each.actor for each in audit.entries_of(tx)] == ["ops"]


def test_health_has_nothing_to_say_of_a_good_database(database: Database) -> None:
    assert health.check(database) == []


@pytest.mark.parametrize("name", sorted(SQLITE_TRIGGERS))
def test_lost_trigger_is_noticed_and_put_back(sqlite_url: str, name: str) -> None:
    with Database.open(sqlite_url) as database:
        with database.write() as tx:
            tx.execute(text(f"DROP TRIGGER {name}"))
        assert name in health.check(database)[0]
        migrate(database)
        assert health.check(database) == []


def test_altered_trigger_is_noticed(sqlite_url: str) -> None:
    with Database.open(sqlite_url) as database:
        with database.write() as tx:
            tx.execute(text("DROP TRIGGER audit_no_delete"))
            tx.exec_driver_sql("CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT 1; END")
        assert len(health.check(database)) == 1


@pytest.mark.postgres
def test_lost_constraint_is_noticed(own_postgres_url: str) -> None:
    with Database.open(own_postgres_url) as database:
        with database.write() as tx:
            tx.execute(text("ALTER TABLE booking_lane DROP CONSTRAINT ex_booking_lane_no_overlap"))
            tx.execute(text("DROP TRIGGER audit_no_change ON audit"))
        with database.read() as tx:
            assert set(missing_guards(tx)) == {"ex_booking_lane_no_overlap", "audit_no_change"}
        assert len(health.check(database)) == 2


def test_health_says_that_a_database_is_not_migrated() -> None:
    with Database.open("sqlite://") as database:
        assert "slotwright migrate" in health.check(database)[0]
