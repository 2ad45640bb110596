"""Alarms, second looks and tasks: what a ward must not forget."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_waiting"
down_revision = "2026_11_25_identity"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "watch",
        sa.Column("encounter_id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("look_at", _TIME, nullable=True),
        sa.Column("second_look_at", _TIME, nullable=True),
        sa.Column("second_look_after", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_watch_encounter_id_encounter")
        ),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_watch")),
    )
    op.create_index(op.f("ix_watch_look_at"), "watch", ["look_at"])
    _alarm()
    _task()
    # Those who wait while the new version starts are looked at in its first second.
    op.execute(
        "INSERT INTO watch (encounter_id, unit_id, look_at) SELECT id, unit_id, recorded_at FROM encounter"
        " WHERE doctor_id IS NULL AND status IN ('arrived', 'triaged')"
    )


def _alarm() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("encounter_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("level_rank", sa.Integer(), nullable=True),
        sa.Column("rang_at", _TIME, nullable=False),
        sa.Column("taken_by_id", sa.String(), nullable=True),
        sa.Column("taken_by_name", sa.String(), nullable=True),
        sa.Column("taken_at", _TIME, nullable=True),
        sa.Column("again_at", _TIME, nullable=True),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("ended_by_id", sa.String(), nullable=True),
        sa.Column("ended_by_name", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_alarm_encounter_id_encounter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    op.create_index(op.f("ix_alarm_unit_id_rang_at"), "alarm", ["unit_id", "rang_at"])
    active = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_alarm_one_active",
        "alarm",
        ["encounter_id"],
        unique=True,
        sqlite_where=active,
        postgresql_where=active,
    )


def _task() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("encounter_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("attempts", sa.JSON(), nullable=False),
        sa.Column("done_at", _TIME, nullable=True),
        sa.Column("done_by_id", sa.String(), nullable=True),
        sa.Column("done_by_name", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_task_encounter_id_encounter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_encounter_id"), "task", ["encounter_id"])
    op.create_index(op.f("ix_task_unit_id_done_at"), "task", ["unit_id", "done_at"])
