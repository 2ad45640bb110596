"""Measurements between triage assessments, patients under observation, medicines given by standing order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.migrations.locks import lock_rows

revision = "2026_12_01_vitals"
down_revision = "2026_12_01_clinical"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TEXT = sa.String()
_ENDED = "(SELECT status FROM encounter WHERE id = NEW.encounter_id) IN ('finished', 'cancelled')"
_OF_ANOTHER = (
    "NEW.replaces IS NOT NULL AND (SELECT encounter_id FROM {table} WHERE id = NEW.replaces)"
    " IS DISTINCT FROM NEW.encounter_id"
)


def _changed(*names: str) -> str:
    return " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in names)


_PLAN = _changed(
    *("id", "encounter_id", "unit_id", "question", "every_minutes", "until_at"),
    *("begun_at", "begun_by_id", "begun_by_name"),
)
_DUE = _changed("id", "plan_id", "encounter_id", "number", "due_at")
# (table, what, when it is refused; None is always)
_LOCKS: tuple[tuple[str, str, str | None], ...] = (
    ("measurement", "INSERT", f"{_ENDED} OR ({_OF_ANOTHER.format(table='measurement')})"),
    ("measurement", "UPDATE", None),
    ("measurement", "DELETE", None),
    (
        "measured_value",
        "INSERT",
        "(SELECT encounter_id FROM measurement WHERE id = NEW.measurement_id)"
        " IS DISTINCT FROM NEW.encounter_id",
    ),
    ("measured_value", "UPDATE", None),
    ("measured_value", "DELETE", None),
    ("observation_plan", "INSERT", _ENDED),
    ("observation_plan", "UPDATE", f"OLD.ended_at IS NOT NULL OR {_PLAN}"),
    ("observation_plan", "DELETE", None),
    ("observation_due", "UPDATE", f"OLD.done_at IS NOT NULL OR {_DUE}"),
    ("observation_due", "DELETE", None),
    ("standing_order", "UPDATE", None),
    ("standing_order", "DELETE", None),
    ("standing_order_decision", "UPDATE", None),
    ("standing_order_decision", "DELETE", None),
    (
        "medication_administration",
        "INSERT",
        f"{_ENDED} OR ({_OF_ANOTHER.format(table='medication_administration')})",
    ),
    ("medication_administration", "UPDATE", None),
    ("medication_administration", "DELETE", None),
    (
        "administration_check",
        "INSERT",
        "(SELECT given_by FROM medication_administration WHERE id = NEW.administration_id) = NEW.by_id",
    ),
    ("administration_check", "UPDATE", None),
    ("administration_check", "DELETE", None),
)


def upgrade() -> None:
    op.add_column("watch", sa.Column("worse_at", _TIME, nullable=True))
    op.add_column("watch", sa.Column("limit_at", _TIME, nullable=True))
    _measurements()
    _observation()
    _standing_orders()
    _administrations()
    for table, what, when in _LOCKS:
        lock_rows(table, what, when)


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, _TEXT, nullable=nullable) for name in names]


def _times(*names: str, nullable: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, _TIME, nullable=nullable) for name in names]


def _json(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.JSON(), nullable=False) for name in names]


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _one(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _measurements() -> None:
    name = "measurement"
    op.create_table(
        name,
        *_text("id", "encounter_id", "status", "source", "by_id", "by_name", "by_role"),
        *_text("device", "replaces", "reason", nullable=True),
        *_times("measured_at", "recorded_at"),
        *_json("scores", "inputs", "confirmed"),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "replaces", name),
        _key(name, "id"),
        _one(name, "replaces"),
    )
    _index(name, "encounter_id", "measured_at")
    name = "measured_value"
    op.create_table(
        name,
        *_text("measurement_id", "code", "encounter_id"),
        *_text("value", "text", "unit", nullable=True),
        _points_to(name, "measurement_id", "measurement"),
        _points_to(name, "encounter_id", "encounter"),
        _key(name, "measurement_id", "code"),
    )
    _index(name, "encounter_id")


def _observation() -> None:
    name = "observation_plan"
    op.create_table(
        name,
        *_text("id", "encounter_id", "unit_id", "question", "begun_by_id", "begun_by_name"),
        *_text("ended_by_id", "ended_by_name", "end_code", "end_reason", nullable=True),
        *_times("until_at", "begun_at"),
        *_times("ended_at", nullable=True),
        *_json("signs", "limits"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("every_minutes", sa.Integer(), nullable=False),
        _points_to(name, "encounter_id", "encounter"),
        _key(name, "id"),
    )
    _index(name, "encounter_id", "begun_at")
    _only_one("uq_observation_plan_one_active", name, "ended_at IS NULL")
    name = "observation_due"
    op.create_table(
        name,
        *_text("id", "plan_id", "encounter_id"),
        *_text("measurement_id", nullable=True),
        *_times("due_at"),
        *_times("done_at", nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        _points_to(name, "plan_id", "observation_plan"),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "measurement_id", "measurement"),
        _key(name, "id"),
        _one(name, "plan_id", "number"),
    )
    _only_one("uq_observation_due_one_ahead", name, "done_at IS NULL")


def _only_one(name: str, table: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, ["encounter_id"], unique=True, sqlite_where=condition, postgresql_where=condition
    )


def _standing_orders() -> None:
    name = "standing_order"
    op.create_table(
        name,
        *_text("unit_id", "code", "version", "digest", "brought_by"),
        *_json("body"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        *_times("brought_at"),
        _points_to(name, "unit_id", "unit"),
        _key(name, "unit_id", "code", "version"),
    )
    name = "standing_order_decision"
    op.create_table(
        name,
        *_text("id", "unit_id", "code", "version", "by_id"),
        *_text("reason", nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        *_times("at"),
        _points_to(name, "unit_id", "unit"),
        _points_to(name, "by_id", "staff"),
        _key(name, "id"),
        _one(name, "unit_id", "code", "version", "number"),
    )


def _administrations() -> None:
    name = "medication_administration"
    op.create_table(
        name,
        *_text("id", "encounter_id", "unit_id", "status", "outcome", "medication", "dose", "unit", "route"),
        *_text("substance", "given_by", "recorded_by", "content_hash"),
        *_text("ordered_by", "standing_code", "standing_version", "weight_kg", nullable=True),
        *_text("remark", "replaces", "reason", nullable=True),
        *_times("given_at", "recorded_at"),
        *_json("cleared"),
        sa.Column("needs_check", sa.Boolean(), nullable=False),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "unit_id", "unit"),
        _points_to(name, "given_by", "staff"),
        _points_to(name, "recorded_by", "staff"),
        _points_to(name, "ordered_by", "staff"),
        _points_to(name, "replaces", name),
        _key(name, "id"),
        _one(name, "replaces"),
    )
    _index(name, "encounter_id")
    _index(name, "unit_id", "given_at")
    name = "administration_check"
    op.create_table(
        name,
        *_text("administration_id", "encounter_id", "by_id"),
        *_times("at"),
        _points_to(name, "administration_id", "medication_administration"),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "by_id", "staff"),
        _key(name, "administration_id"),
    )
    _index(name, "encounter_id")
