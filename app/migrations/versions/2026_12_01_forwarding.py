"""Nothing yet: a place in the chain kept for "forwarding"."""

from __future__ import annotations

revision = "2026_12_01_forwarding"
down_revision = "2026_12_01_hand_over"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables and columns."""
