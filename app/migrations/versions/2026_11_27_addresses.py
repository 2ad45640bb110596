"""Where letters go: the register's answer about a patient's GP, and with each message who it was sent to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_addresses"
down_revision = "2026_11_27_orders"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TEXT = sa.String()


def upgrade() -> None:
    """New tables and columns; what was sent before has no address written down."""
    op.create_table(
        "gp_lookup",
        sa.Column("patient_id", _TEXT, nullable=False),
        sa.Column("encounter_id", _TEXT, nullable=False),
        sa.Column("national_id", _TEXT, nullable=False),
        sa.Column("outcome", _TEXT, nullable=True),
        sa.Column("gp", sa.JSON(), nullable=True),
        sa.Column("answered_at", _TIME, nullable=True),
        sa.Column("trouble", _TEXT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_gp_lookup_patient_id")),
        sa.ForeignKeyConstraint(["encounter_id"], ["encounter.id"], name=op.f("fk_gp_lookup_encounter_id")),
        sa.PrimaryKeyConstraint("patient_id", name=op.f("pk_gp_lookup")),
    )
    op.create_index(op.f("ix_gp_lookup_due_at"), "gp_lookup", ["due_at"])
    op.create_table(
        "inbox_position",
        sa.Column("her_id", sa.Integer(), nullable=False),
        sa.Column("position", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("her_id", name=op.f("pk_inbox_position")),
    )
    for name, kind in (
        ("receiver_her_id", sa.Integer()),
        ("address_source", _TEXT),
        ("address_as_of", _TIME),
        ("address_checked_at", _TIME),
        ("by_hand", _TEXT),
        ("by_hand_at", _TIME),
        ("by_hand_by", _TEXT),
    ):
        op.add_column("outbox_message", sa.Column(name, kind, nullable=True))
