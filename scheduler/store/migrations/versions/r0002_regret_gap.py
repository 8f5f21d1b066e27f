"""Runs say their regret gap.

Revision ID: r0002
"""

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Runs get a column that is empty for those of before."""
    op.add_column("run", sa.Column("regret_gap", sa.Float(), nullable=True))
