"""Indexes for wards with years behind them: board and door look at tonight, not at every contact ever."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_look_ups"
down_revision = "2026_12_01_oidc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("taken_at", "recorded_at"):
        op.create_index(op.f(f"ix_encounter_unit_id_{column}"), "encounter", ["unit_id", column])
    merged = sa.text("replaced_by IS NOT NULL")
    op.create_index(
        op.f("ix_patient_replaced_by"),
        "patient",
        ["replaced_by"],
        sqlite_where=merged,
        postgresql_where=merged,
    )
