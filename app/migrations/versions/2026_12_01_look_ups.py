"""Nothing yet: a place in the chain kept for "look_ups"."""

from __future__ import annotations

revision = "2026_12_01_look_ups"
down_revision = "2026_12_01_oidc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables and columns."""
