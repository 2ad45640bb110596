"""Nothing yet: a place in the chain kept for "hand_over"."""

from __future__ import annotations

revision = "2026_12_01_hand_over"
down_revision = "2026_12_01_codes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables and columns."""
