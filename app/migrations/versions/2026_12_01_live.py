"""Nothing yet: a place in the chain kept for "live"."""

from __future__ import annotations

revision = "2026_12_01_live"
down_revision = "2026_11_27_addresses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables and columns."""
