"""Nothing yet."""

from __future__ import annotations

revision = "2026_12_01_z_record"
down_revision = "2026_12_01_z_triage"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
