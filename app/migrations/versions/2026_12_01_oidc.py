"""Nothing yet: a place in the chain kept for "oidc"."""

from __future__ import annotations

revision = "2026_12_01_oidc"
down_revision = "2026_12_01_forwarding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables and columns."""
