"""Critical information and medicines: each version stays, and what was signed about medicines is frozen."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.migrations.locks import lock_rows

revision = "2026_12_01_clinical"
down_revision = "2026_12_01_live"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TEXT = sa.String()
_ENDED = "(SELECT status FROM encounter WHERE id = NEW.encounter_id) IN ('finished', 'cancelled')"
# (table, what, when it is refused; None is always)
_LOCKS: tuple[tuple[str, str, str | None], ...] = (
    ("critical_information", "UPDATE", None),
    ("critical_information", "DELETE", None),
    # What was signed about medicines is changed by a correction of the closing, not by another row.
    ("medication_statement", "INSERT", _ENDED),
    ("medication_statement", "UPDATE", None),
    ("medication_statement", "DELETE", None),
)


def upgrade() -> None:
    """New tables and columns."""
    _critical()
    _medicines()
    _lookups()
    for name, kind in (("medication_stated", _TEXT), ("medicines", sa.JSON()), ("content_hash", _TEXT)):
        op.add_column("conclusion", sa.Column(name, kind, nullable=True))
    for table, what, when in _LOCKS:
        lock_rows(table, what, when)


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, _TEXT, nullable=nullable) for name in names]


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _versions(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        *_text("id", "item_id", "encounter_id", "source", "recorded_by", "content_hash"),
        *_text("reason", nullable=True),
        *columns,
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", _TIME, nullable=False),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "recorded_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("item_id", "number", name=op.f(f"uq_{name}_item_id_number")),
    )
    op.create_index(op.f(f"ix_{name}_encounter_id"), name, ["encounter_id"])


def _critical() -> None:
    _versions(
        "critical_information",
        *_text("kind", "text", "severity", "certainty"),
        *_text("reaction", nullable=True),
    )


def _medicines() -> None:
    _versions(
        "medication_statement",
        *_text("name"),
        *_text("atc", "dosage", "external_id", "use", "change", "new_dosage", nullable=True),
        sa.Column("source_as_of", _TIME, nullable=True),
        sa.Column("void", sa.Boolean(), nullable=False),
    )


def _lookups() -> None:
    name = "clinical_lookup"
    op.create_table(
        name,
        *_text("patient_id", "service", "encounter_id", "national_id"),
        *_text("outcome", "trouble", nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("as_of", _TIME, nullable=True),
        sa.Column("answered_at", _TIME, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _TIME, nullable=True),
        _points_to(name, "patient_id", "patient"),
        _points_to(name, "encounter_id", "encounter"),
        sa.PrimaryKeyConstraint("patient_id", "service", name=op.f("pk_clinical_lookup")),
    )
    op.create_index(op.f("ix_clinical_lookup_due_at"), name, ["due_at"])
