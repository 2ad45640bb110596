"""Code packs, procedures and tariffs on an encounter, sick notes and referrals; what is signed stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.migrations.locks import lock_rows

revision = "2026_12_01_codes"
down_revision = "2026_12_01_vitals"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TEXT = sa.String()
_ENDED = "(SELECT status FROM encounter WHERE id = {row}.encounter_id) IN ('finished', 'cancelled')"
_ERASED = "EXISTS (SELECT 1 FROM erased WHERE what = 'composition' AND object_id = OLD.id)"
_SIGNED = "(SELECT signed_at FROM composition WHERE id = NEW.composition_id) IS NOT NULL"
# (table, what, when it is refused; None is always)
_LOCKS: tuple[tuple[str, str, str | None], ...] = (
    ("code_pack", "UPDATE", None),
    ("code_pack", "DELETE", None),
    ("packed_code", "UPDATE", None),
    ("packed_code", "DELETE", None),
    ("performed_code", "INSERT", _ENDED.format(row="NEW")),
    ("performed_code", "UPDATE", _ENDED.format(row="OLD")),
    ("performed_code", "DELETE", _ENDED.format(row="OLD")),
    ("composition", "INSERT", "NEW.signed_at IS NOT NULL"),
    ("composition", "UPDATE", "OLD.signed_at IS NOT NULL"),
    ("composition", "DELETE", f"OLD.signed_at IS NOT NULL AND NOT {_ERASED}"),
    ("handed_over", "INSERT", f"NOT {_SIGNED}"),
    ("handed_over", "UPDATE", None),
    ("handed_over", "DELETE", f"NOT {_ERASED.replace('OLD.id', 'OLD.composition_id')}"),
)


def upgrade() -> None:
    op.add_column("diagnosis", sa.Column("version", _TEXT, nullable=True))
    _packs()
    _performed()
    _compositions()
    for table, what, when in _LOCKS:
        lock_rows(table, what, when)


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, _TEXT, nullable=nullable) for name in names]


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _packs() -> None:
    op.create_table(
        "code_pack",
        *_text("id", "system", "kind", "uri", "version", "source", "digest", "imported_by"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("imported_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_pack")),
        sa.UniqueConstraint("system", "version", name=op.f("uq_code_pack_system_version")),
    )
    op.create_table(
        "packed_code",
        *_text("pack_id", "code", "display", "searched"),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["pack_id"], ["code_pack.id"], name=op.f("fk_packed_code_pack_id_code_pack")),
        sa.PrimaryKeyConstraint("pack_id", "code", name=op.f("pk_packed_code")),
    )


def _performed() -> None:
    name = "performed_code"
    op.create_table(
        name,
        *_text("id", "encounter_id", "kind", "system", "version", "code", "display", "set_by"),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("set_at", _TIME, nullable=False),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "set_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performed_code")),
        sa.UniqueConstraint(
            "encounter_id", "system", "code", name=op.f("uq_performed_code_encounter_id_system_code")
        ),
    )


def _compositions() -> None:
    name = "composition"
    op.create_table(
        name,
        *_text("id", "document_id", "encounter_id", "kind", "author_id"),
        *_text("reason", "content_hash", nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_at", _TIME, nullable=False),
        sa.Column("saved_at", _TIME, nullable=False),
        sa.Column("signed_at", _TIME, nullable=True),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "author_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_composition")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_composition_document_id_number")),
    )
    op.create_index(op.f("ix_composition_encounter_id"), name, ["encounter_id"])
    name = "handed_over"
    op.create_table(
        name,
        *_text("id", "composition_id", "encounter_id", "way", "receiver", "by_id"),
        sa.Column("at", _TIME, nullable=False),
        _points_to(name, "composition_id", "composition"),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "by_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handed_over")),
    )
    op.create_index(op.f("ix_handed_over_composition_id"), name, ["composition_id"])
    op.create_index(op.f("ix_handed_over_encounter_id"), name, ["encounter_id"])
