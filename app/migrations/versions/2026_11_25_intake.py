"""Triage as far as it is written; what was told and why; a doctor who is called for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_intake"
down_revision = "2026_11_25_calls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "triage_draft",
        sa.Column("encounter_id", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_from", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_triage_draft_encounter_id_encounter")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_triage_draft_author_id_staff")),
        sa.PrimaryKeyConstraint("encounter_id", "author_id", name=op.f("pk_triage_draft")),
    )
    op.add_column("assessment", sa.Column("reason_code", sa.String(), nullable=True))
    op.add_column("assessment", sa.Column("complaint", sa.String(), nullable=True))
    op.add_column("assessment", sa.Column("history", sa.String(), nullable=True))
    op.add_column("assessment", sa.Column("pain", sa.Integer(), nullable=True))
    # A default of the database too, so that the version before this one can still assess.
    op.add_column(
        "assessment", sa.Column("no_signs", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("watch", sa.Column("doctor_called_at", sa.DateTime(timezone=True), nullable=True))
