"""Sessions that began in HelseID, and what HelseID wants to hear when they end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_oidc"
down_revision = "2026_12_01_forwarding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table; sessions there are go on."""
    op.create_table(
        "helseid_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("id_token", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_hash"], ["credential.token_hash"], name=op.f("fk_helseid_session_token_hash")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_helseid_session")),
    )
    op.create_index(op.f("ix_helseid_session_expires_at"), "helseid_session", ["expires_at"])
