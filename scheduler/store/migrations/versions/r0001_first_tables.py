"""The first tables.

Revision ID: r0001
"""

import sqlalchemy as sa
from alembic import op

from scheduler.store.guards import create_guards
from scheduler.store.types import Packed, UtcDateTime

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """From nothing to the first tables."""
    op.create_table(
        "audit",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"], unique=False)
    op.create_table(
        "booking",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("request", sa.String(length=120), nullable=False),
        sa.Column("task", sa.String(length=120), nullable=False),
        sa.Column("method", sa.String(length=120), nullable=True),
        sa.Column("mode", sa.String(length=120), nullable=False),
        sa.Column("request_name", sa.Text(), nullable=False),
        sa.Column("task_name", sa.Text(), nullable=False),
        sa.Column("task_name_en", sa.Text(), nullable=False),
        sa.Column("company", sa.String(length=120), nullable=False),
        sa.Column("company_name", sa.Text(), nullable=False),
        sa.Column("start_at", UtcDateTime(), nullable=False),
        sa.Column("end_at", UtcDateTime(), nullable=False),
        sa.Column("allocations", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("start_at < end_at", name="ck_booking_is_not_empty"),
        sa.PrimaryKeyConstraint("id", name="pk_booking"),
        sa.UniqueConstraint("request", "task", name="uq_booking_request"),
    )
    op.create_index("ix_booking_company", "booking", ["company"], unique=False)
    op.create_index("ix_booking_end_at", "booking", ["end_at"], unique=False)
    op.create_index("ix_booking_start_at", "booking", ["start_at"], unique=False)
    op.create_table(
        "feed",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("scope_id", sa.String(length=120), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_feed"),
        sa.UniqueConstraint("id", name="uq_feed_id"),
        sa.UniqueConstraint("token_sha256", name="uq_feed_token_sha256"),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("request", sa.String(length=120), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name="pk_idempotency_key"),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "lab_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("serving_digest", sa.String(length=64), nullable=False),
        sa.Column("body", Packed(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_lab_version"),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_plan_is_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
    )
    op.create_table(
        "problem",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", Packed(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_problem"),
    )
    op.create_table(
        "request",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("company", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_request"),
        sa.UniqueConstraint("id", name="uq_request_id"),
    )
    op.create_index("ix_request_company", "request", ["company"], unique=False)
    op.create_index("ix_request_state", "request", ["state"], unique=False)
    op.create_table(
        "resource",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("site", sa.String(length=120), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_resource"),
    )
    op.create_index("ix_resource_site", "resource", ["site"], unique=False)
    op.create_table(
        "booking_resource",
        sa.Column("booking", sa.String(length=36), nullable=False),
        sa.Column("resource", sa.String(length=120), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("left_allocations", sa.Text(), nullable=True),
        sa.Column("start_at", UtcDateTime(), nullable=False),
        sa.Column("end_at", UtcDateTime(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["booking"], ["booking.id"], name="fk_booking_resource_booking_booking"),
        sa.ForeignKeyConstraint(["resource"], ["resource.id"], name="fk_booking_resource_resource_resource"),
        sa.PrimaryKeyConstraint("booking", "resource", name="pk_booking_resource"),
    )
    op.create_index("ix_booking_resource_resource_start_at", "booking_resource", ["resource", "start_at"], unique=False)
    op.create_table(
        "lane",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("resource", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["resource"], ["resource.id"], name="fk_lane_resource_resource"),
        sa.PrimaryKeyConstraint("id", name="pk_lane"),
        sa.UniqueConstraint("resource", "position", name="uq_lane_resource"),
    )
    op.create_table(
        "run",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("horizon_start", UtcDateTime(), nullable=False),
        sa.Column("horizon_end", UtcDateTime(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("serving_digest", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.String(length=64), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=200), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("incumbent", Packed(), nullable=True),
        sa.Column("result", Packed(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("objective", sa.String(length=60), nullable=True),
        sa.Column("bound", sa.String(length=60), nullable=True),
        sa.Column("gap", sa.Float(), nullable=True),
        sa.Column("served", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("draft", sa.String(length=36), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["problem"], ["problem.digest"], name="fk_run_problem_problem"),
        sa.PrimaryKeyConstraint("number", name="pk_run"),
        sa.UniqueConstraint("id", name="uq_run_id"),
    )
    op.create_index("ix_run_state", "run", ["state"], unique=False)
    op.create_table(
        "booking_lane",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("lane", NUMBER, nullable=False),
        sa.Column("booking", sa.String(length=36), nullable=True),
        sa.Column("start_at", UtcDateTime(), nullable=False),
        sa.Column("end_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.CheckConstraint("status IN ('held','confirmed','blocked')", name="ck_booking_lane_is_taking"),
        sa.CheckConstraint("start_at < end_at", name="ck_booking_lane_is_not_empty"),
        sa.ForeignKeyConstraint(["booking"], ["booking.id"], name="fk_booking_lane_booking_booking"),
        sa.ForeignKeyConstraint(["lane"], ["lane.id"], name="fk_booking_lane_lane_lane"),
        sa.PrimaryKeyConstraint("id", name="pk_booking_lane"),
    )
    op.create_index("ix_booking_lane_booking", "booking_lane", ["booking"], unique=False)
    op.create_index("ix_booking_lane_lane_start_at", "booking_lane", ["lane", "start_at"], unique=False)
    op.create_table(
        "draft",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("run", sa.String(length=36), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("base_revision", sa.Integer(), nullable=False),
        sa.Column("serving_digest", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.String(length=64), nullable=False),
        sa.Column("schedule", Packed(), nullable=False),
        sa.Column("score", sa.Text(), nullable=False),
        sa.Column("served", sa.Integer(), nullable=False),
        sa.Column("unserved", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("published_revision", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["problem"], ["problem.digest"], name="fk_draft_problem_problem"),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_draft_run_run"),
        sa.PrimaryKeyConstraint("number", name="pk_draft"),
        sa.UniqueConstraint("id", name="uq_draft_id"),
    )
    op.create_index("ix_draft_run", "draft", ["run"], unique=False)
    op.create_table(
        "run_event",
        sa.Column("run", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=True),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_run_event_run_run"),
        sa.PrimaryKeyConstraint("run", "seq", name="pk_run_event"),
    )
    op.create_table(
        "publication",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("draft", sa.String(length=36), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["draft"], ["draft.id"], name="fk_publication_draft_draft"),
        sa.PrimaryKeyConstraint("revision", name="pk_publication"),
    )
    plan = sa.table("plan", sa.column("id"), sa.column("revision"))
    op.bulk_insert(plan, [{"id": 1, "revision": 0}])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE booking_lane ADD CONSTRAINT ex_booking_lane_no_overlap EXCLUDE USING gist"
            " (int8range(lane, lane, '[]') WITH &&, tstzrange(start_at, end_at, '[)') WITH &&)"
            " WHERE (status IN ('held','confirmed','blocked'))"
        )
    create_guards(op.get_bind())
