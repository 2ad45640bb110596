"""Nothing yet: a place in the chain kept for "clinical"."""

from __future__ import annotations

revision = "2026_12_01_clinical"
down_revision = "2026_12_01_live"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables and columns."""
