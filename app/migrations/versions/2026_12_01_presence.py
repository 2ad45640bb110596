"""Who has an encounter open in which of several processes; and who was finished lately is found by time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_presence"
down_revision = "2026_12_01_erasing"
branch_labels = None
depends_on = None

_TEXT = sa.String()


def upgrade() -> None:
    # Unlogged: renewed every few seconds, worth nothing after a crash, and no weight in the write-ahead log.
    unlogged = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    name = "open_page"
    key = ("process", "encounter_id", "staff_id")
    op.create_table(
        name,
        *(sa.Column(each, _TEXT, nullable=False) for each in (*key, "unit_id", "name")),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_open_page")),
        prefixes=unlogged,
    )
    op.create_index(op.f("ix_open_page_encounter_id"), name, ["encounter_id"])
    op.create_index(op.f("ix_conclusion_signed_at"), "conclusion", ["signed_at"])
