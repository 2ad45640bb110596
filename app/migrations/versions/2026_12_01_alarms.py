"""Alarms: which of their reasons were seen to while others went on ringing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_alarms"
down_revision = "2026_12_01_look_ups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Alarms that ended before say nothing of it, and count as they did."""
    op.add_column("alarm", sa.Column("mended", sa.JSON(), nullable=False, server_default="[]"))
