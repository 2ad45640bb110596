"""Settings and pairing of displays, where a patient was called to, and who runs the jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_screens"
down_revision = "2026_11_23_locks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        # Defaults of the database too, so that the version before this one can still add a display.
        sa.Column("kind", sa.String(), nullable=False, server_default="wall"),
        sa.Column("names", sa.String(), nullable=False, server_default="name"),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("theme", sa.String(), nullable=False, server_default="dark"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("display", column)
    op.add_column("triage_state", sa.Column("called_to", sa.String(), nullable=True))
    op.create_table(
        "display_pairing",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("display_id", sa.String(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim_key_hash", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["display_id"], ["display.id"], name=op.f("fk_display_pairing_display_id_display")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_display_pairing")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_display_pairing_code_hash")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_display_pairing_secret_hash")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
