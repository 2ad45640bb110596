"""The record after signing: corrections, deletion by the procedure of the law, templates, legal bases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.migrations.locks import lock_rows

revision = "2026_11_27_record"
down_revision = "2026_11_27_sign_in"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TEXT = sa.String()

_ENDED = "(SELECT status FROM encounter WHERE id = {row}.encounter_id) IN ('finished', 'cancelled')"
_ERASED = "EXISTS (SELECT 1 FROM erased WHERE what = '{what}' AND object_id = OLD.id)"
_SAME_LETTER = " OR ".join(
    f"NEW.{name} IS DISTINCT FROM OLD.{name}"
    for name in ("message_id", "encounter_id", "created_at", "sha256", "edition", "basis")
)
_UNDECIDED = (
    "OLD.state <> 'asked' OR NEW.state NOT IN ('granted', 'refused') OR NEW.decided_by IS NULL"
    " OR NEW.decided_by = OLD.registered_by OR NEW.decided_at IS NULL OR NEW.reason IS NULL"
    " OR (NEW.wish <> OLD.wish AND NOT (NEW.state = 'granted' AND NEW.wish = ''))"
    " OR NEW.basis IS NULL OR NEW.what <> OLD.what OR NEW.object_id <> OLD.object_id"
    " OR NEW.encounter_id <> OLD.encounter_id OR NEW.id <> OLD.id"
)
# (table, what, when it is refused; None is always). The first five loosen rules that are there already.
_LOCKS: tuple[tuple[str, str, str | None], ...] = (
    ("note", "DELETE", f"OLD.signed_at IS NOT NULL AND NOT {_ERASED.format(what='note')}"),
    ("diagnosis", "DELETE", f"{_ENDED.format(row='OLD')} AND NOT {_ERASED.format(what='diagnosis')}"),
    ("draft_kept", "DELETE", f"NOT {_ERASED.format(what='draft')}"),
    (
        "outbox_message",
        "UPDATE",
        f"{_SAME_LETTER} OR (NEW.body IS DISTINCT FROM OLD.body AND NOT (NEW.body IS NULL"
        f" AND {_ERASED.format(what='message')}))",
    ),
    ("correction", "INSERT", "(SELECT status FROM encounter WHERE id = NEW.encounter_id) <> 'finished'"),
    ("correction", "UPDATE", None),
    ("correction", "DELETE", f"NOT {_ERASED.format(what='correction')}"),
    ("deletion_request", "INSERT", "NEW.state <> 'asked'"),
    ("deletion_request", "UPDATE", _UNDECIDED),
    ("deletion_request", "DELETE", None),
    (
        "erased",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM deletion_request WHERE id = NEW.request_id AND state = 'granted'"
        " AND encounter_id = NEW.encounter_id)",
    ),
    ("erased", "UPDATE", None),
    ("erased", "DELETE", None),
)


def upgrade() -> None:
    op.add_column("access_log", sa.Column("basis", _TEXT, nullable=True))
    op.add_column("outbox_message", sa.Column("edition", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox_message", sa.Column("basis", _TEXT, nullable=True))
    _corrections()
    _deletion()
    _writing_aids()
    for table, what, when in _LOCKS:
        lock_rows(table, what, when)


def _corrections() -> None:
    op.create_table(
        "correction",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("encounter_id", _TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("target", _TEXT, nullable=False),
        sa.Column("note_id", _TEXT, nullable=True),
        sa.Column("replaces", _TEXT, nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("reason", _TEXT, nullable=True),
        sa.Column("author_id", _TEXT, nullable=False),
        sa.Column("signed_at", _TIME, nullable=False),
        sa.Column("content_hash", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_correction_encounter_id_encounter")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_correction_author_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("encounter_id", "number", name=op.f("uq_correction_encounter_id_number")),
    )


def _deletion() -> None:
    op.create_table(
        "deletion_request",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("unit_id", _TEXT, nullable=False),
        sa.Column("encounter_id", _TEXT, nullable=False),
        sa.Column("what", _TEXT, nullable=False),
        sa.Column("object_id", _TEXT, nullable=False),
        sa.Column("asked_by", _TEXT, nullable=False),
        sa.Column("wish", _TEXT, nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("registered_by", _TEXT, nullable=False),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("basis", _TEXT, nullable=True),
        sa.Column("reason", _TEXT, nullable=True),
        sa.Column("appeal_told", sa.Boolean(), nullable=True),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("decided_by", _TEXT, nullable=True),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_deletion_request_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_deletion_request_encounter_id_encounter")
        ),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["staff.id"], name=op.f("fk_deletion_request_registered_by_staff")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff.id"], name=op.f("fk_deletion_request_decided_by_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion_request")),
    )
    op.create_index(op.f("ix_deletion_request_encounter_id"), "deletion_request", ["encounter_id"])
    op.create_index(op.f("ix_deletion_request_unit_id_state"), "deletion_request", ["unit_id", "state"])
    op.create_table(
        "erased",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("request_id", _TEXT, nullable=False),
        sa.Column("encounter_id", _TEXT, nullable=False),
        sa.Column("what", _TEXT, nullable=False),
        sa.Column("object_id", _TEXT, nullable=False),
        sa.Column("erased_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["deletion_request.id"], name=op.f("fk_erased_request_id_deletion_request")
        ),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_erased_encounter_id_encounter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erased")),
        sa.UniqueConstraint("what", "object_id", name=op.f("uq_erased_what_object_id")),
    )
    op.create_index(op.f("ix_erased_encounter_id"), "erased", ["encounter_id"])


def _writing_aids() -> None:
    op.create_table(
        "writing_aid",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("unit_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=True),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("changed_by", _TEXT, nullable=False),
        sa.Column("removed_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_writing_aid_unit_id_unit")),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_writing_aid_owner_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writing_aid")),
    )
    op.create_index(op.f("ix_writing_aid_unit_id"), "writing_aid", ["unit_id"])
