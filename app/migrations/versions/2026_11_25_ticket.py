"""A patient's own link to the place in the queue, and a chime for the screen in the waiting room."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_ticket"
down_revision = "2026_11_25_intake"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("encounter_id", sa.String(), nullable=False),
        sa.Column("issued_at", _TIME, nullable=False),
        sa.Column("withdrawn_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_ticket_encounter_id_encounter")
        ),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_ticket")),
    )
    op.create_index(
        "uq_ticket_one_out",
        "ticket",
        ["encounter_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    # A default of the database too, so that the version before this one can still add a display.
    op.add_column("display", sa.Column("chime", sa.Boolean(), nullable=False, server_default=sa.false()))
