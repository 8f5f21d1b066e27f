"""What the database itself refuses, whatever the program does: overlaps on a lane, and changes of the audit.

PostgreSQL guards lanes by the exclusion constraint in `schema`; SQLite has none, so two triggers
say the same. A batch migration of SQLite silently drops triggers: every migration therefore ends with
`create_guards`, and the health check compares.
"""

import re

from sqlalchemy import Connection, text

from scheduler.store.schema import TAKING

OVERLAP = "booking_overlap"
"""What the triggers of SQLite say; the exclusion constraint has SQLSTATE 23P01."""

# Rows that take a lane are disjoint, so of those that start before the new one ends, the one that
# starts last also ends last: one look into the index decides, however many rows the lane has.
_OVERLAPS = f"""SELECT RAISE(ABORT, '{OVERLAP}') WHERE EXISTS (
    SELECT 1 FROM (
      SELECT b.end_at FROM booking_lane b
      WHERE b.lane = NEW.lane {{others}}AND b.{TAKING} AND b.start_at < NEW.end_at
      ORDER BY b.start_at DESC LIMIT 1
    ) WHERE end_at > NEW.start_at
  );"""  # noqa: S608 - made of constants of this file

SQLITE_TRIGGERS = {
    "booking_lane_no_overlap_insert": f"""CREATE TRIGGER booking_lane_no_overlap_insert BEFORE INSERT ON booking_lane
WHEN NEW.{TAKING}
BEGIN
  {_OVERLAPS.format(others="")}
END""",
    "booking_lane_no_overlap_update": f"""CREATE TRIGGER booking_lane_no_overlap_update BEFORE UPDATE OF lane, start_at, end_at, status ON booking_lane
WHEN NEW.{TAKING}
BEGIN
  {_OVERLAPS.format(others="AND b.id <> OLD.id ")}
END""",
    "audit_no_update": "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END",
    "audit_no_delete": "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END",
}

POSTGRES_FUNCTION = "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit_append_only'; END $$"
POSTGRES_TRIGGERS = {
    "audit_no_change": "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    "audit_no_truncate": "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
}
POSTGRES_CONSTRAINT = "ex_booking_lane_no_overlap"


def create_guards(connection: Connection) -> None:
    """The triggers are there and as written here; safe to repeat."""
    if connection.dialect.name == "sqlite":
        for name, statement in SQLITE_TRIGGERS.items():
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.exec_driver_sql(statement)
        return
    connection.exec_driver_sql(POSTGRES_FUNCTION)
    for name, statement in POSTGRES_TRIGGERS.items():
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON audit"))
        connection.exec_driver_sql(statement)


def missing_guards(connection: Connection) -> list[str]:
    """Names of guards that are gone or differ from what is written here."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        found = {row.name: _squeezed(row.sql) for row in rows}
        return [name for name, statement in SQLITE_TRIGGERS.items() if found.get(name) != _squeezed(statement)]
    enabled = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit'::regclass AND NOT tgisinternal AND tgenabled = 'O'"
    triggers = set(connection.execute(text(enabled)).scalars())
    exclusions = "SELECT conname FROM pg_constraint WHERE conrelid = 'booking_lane'::regclass AND contype = 'x' AND convalidated"
    constraints = set(connection.execute(text(exclusions)).scalars())
    return [name for name in POSTGRES_TRIGGERS if name not in triggers] + [POSTGRES_CONSTRAINT] * (POSTGRES_CONSTRAINT not in constraints)


def _squeezed(statement: str) -> str:
    return re.sub(r"\s+", " ", statement).strip()
