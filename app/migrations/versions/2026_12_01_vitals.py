"""Nothing yet: a place in the chain kept for "vitals"."""

from __future__ import annotations

revision = "2026_12_01_vitals"
down_revision = "2026_12_01_clinical"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables and columns."""
