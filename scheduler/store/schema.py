"""The tables. Bodies that only the program reads are JSON of the model; what is searched has a column.

A change here needs a migration in `scheduler/store/migrations`; a test compares the two.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from scheduler.store.types import Packed, UtcDateTime

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)

Number = BigInteger().with_variant(Integer, "sqlite")
"""Key that counts up by itself; SQLite only does so for INTEGER."""

TAKING = "status IN ('held','confirmed','blocked')"
"""Which rows of `booking_lane` take their lane; the triggers of SQLite say the same."""

lab_version = Table(
    "lab_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("actor", String(200), nullable=False),
    # Sites, calendars and resources only: a new method makes no draft stale.
    Column("serving_digest", String(64), nullable=False),
    Column("body", Packed, nullable=False),
)

resource = Table(
    "resource",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("site", String(120), index=True),
    Column("capacity", Integer, nullable=False),
    Column("is_active", Boolean, nullable=False),
)

lane = Table(
    "lane",
    metadata,
    Column("id", Number, primary_key=True),
    Column("resource", String(120), ForeignKey("resource.id"), nullable=False),
    Column("position", Integer, nullable=False),
    UniqueConstraint("resource", "position"),
)

request = Table(
    "request",
    metadata,
    Column("number", Number, primary_key=True),
    Column("id", String(120), nullable=False, unique=True),
    Column("company", String(120), nullable=False, index=True),
    Column("state", String(20), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("reasons", Text, nullable=False),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("actor", String(200), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("request", String(120), nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)

plan = Table(
    "plan",
    metadata,
    # One row: every change of the schedule in force first takes this row, so changes come one after another.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    CheckConstraint("id = 1", name="is_one_row"),
)

booking = Table(
    "booking",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("request", String(120), nullable=False),
    Column("task", String(120), nullable=False),
    Column("method", String(120)),
    Column("mode", String(120), nullable=False),
    Column("request_name", Text, nullable=False),
    Column("task_name", Text, nullable=False),
    Column("task_name_en", Text, nullable=False),
    Column("company", String(120), nullable=False, index=True),
    Column("company_name", Text, nullable=False),
    Column("start_at", UtcDateTime, nullable=False, index=True),
    Column("end_at", UtcDateTime, nullable=False, index=True),
    Column("allocations", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("request", "task"),
    CheckConstraint("start_at < end_at", name="is_not_empty"),
)

booking_resource = Table(
    "booking_resource",
    metadata,
    # How a booking looks from one resource: after it has left, the row stays, cancelled, so that
    # the feed of that resource can tell its calendars.
    Column("booking", String(36), ForeignKey("booking.id"), primary_key=True),
    Column("resource", String(120), ForeignKey("resource.id"), primary_key=True),
    Column("is_current", Boolean, nullable=False),
    # Who served it when it left; NULL while it is here. Later moves elsewhere must not show.
    Column("left_allocations", Text),
    Column("start_at", UtcDateTime, nullable=False),
    Column("end_at", UtcDateTime, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("ix_booking_resource_resource_start_at", "resource", "start_at"),
)

booking_lane = Table(
    "booking_lane",
    metadata,
    # One row takes one lane for one window: by a booking (a head or tail is a window of its own)
    # or, without a booking, by a closure of the resource.
    Column("id", Number, primary_key=True),
    Column("lane", Number, ForeignKey("lane.id"), nullable=False),
    Column("booking", String(36), ForeignKey("booking.id"), index=True),
    Column("start_at", UtcDateTime, nullable=False),
    Column("end_at", UtcDateTime, nullable=False),
    Column("status", String(20), nullable=False),
    CheckConstraint("start_at < end_at", name="is_not_empty"),
    CheckConstraint(TAKING, name="is_taking"),
    Index("ix_booking_lane_lane_start_at", "lane", "start_at"),
    # The int8range makes equality of lanes an overlap, so that plain GiST serves and no extension is needed.
    ExcludeConstraint(
        (text("int8range(lane, lane, '[]')"), "&&"),
        (text("tstzrange(start_at, end_at, '[)')"), "&&"),
        where=text(TAKING),
        name="ex_booking_lane_no_overlap",
        using="gist",
    ).ddl_if(dialect="postgresql"),
)

problem = Table(
    "problem",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("body", Packed, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("number", Number, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("state", String(20), nullable=False, index=True),
    Column("actor", String(200), nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("limits", Text, nullable=False),
    Column("horizon_start", UtcDateTime, nullable=False),
    Column("horizon_end", UtcDateTime, nullable=False),
    Column("base_revision", Integer, nullable=False),
    Column("serving_digest", String(64), nullable=False),
    Column("problem", String(64), ForeignKey("problem.digest"), nullable=False),
    Column("requests", Integer, nullable=False),
    # Requests that the lab can no longer serve at all, and the bookings in force they would lose.
    Column("left_out", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("lease_owner", String(200)),
    Column("lease_until", UtcDateTime),
    Column("cancel_requested", Boolean, nullable=False),
    Column("incumbent", Packed),
    Column("result", Packed),
    Column("outcome", String(20)),
    # The scale of an objective is the policy's: beyond 64 bits for large weights, so kept as text.
    Column("objective", String(60)),
    Column("bound", String(60)),
    Column("gap", Float),
    Column("regret_gap", Float),
    Column("served", Integer),
    Column("seconds", Float),
    Column("draft", String(36)),
    Column("detail", Text, nullable=False),
    Column("last_seq", Integer, nullable=False),
)

run_event = Table(
    "run_event",
    metadata,
    Column("run", String(36), ForeignKey("run.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(20)),
    Column("progress", Text),
    Column("detail", Text, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    Column("number", Number, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("run", String(36), ForeignKey("run.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("base_revision", Integer, nullable=False),
    Column("serving_digest", String(64), nullable=False),
    Column("problem", String(64), ForeignKey("problem.digest"), nullable=False),
    Column("schedule", Packed, nullable=False),
    Column("score", Text, nullable=False),
    Column("served", Integer, nullable=False),
    Column("unserved", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("moved", Integer, nullable=False),
    Column("cancelled", Integer, nullable=False),
    Column("published_revision", Integer),
)

publication = Table(
    "publication",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("draft", String(36), ForeignKey("draft.id")),
    Column("actor", String(200), nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("added", Integer, nullable=False),
    Column("moved", Integer, nullable=False),
    Column("cancelled", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("number", Number, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("scope", String(20), nullable=False),
    Column("scope_id", String(120), nullable=False),
    Column("token_sha256", String(64), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

audit = Table(
    "audit",
    metadata,
    # Rows are only ever added; triggers on both databases refuse anything else.
    Column("id", Number, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(200), nullable=False, index=True),
    Column("before", Text),
    Column("after", Text),
)
