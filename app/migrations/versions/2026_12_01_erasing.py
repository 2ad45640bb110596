"""Deletion by decision reaches all that is written: the database lets go only what has its tombstone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.migrations.locks import lock_rows

revision = "2026_12_01_erasing"
down_revision = "2026_12_01_alarms"
branch_labels = None
depends_on = None


def _erased(what: str, named_by: str = "id") -> str:
    return f"EXISTS (SELECT 1 FROM erased WHERE what = '{what}' AND object_id = OLD.{named_by})"  # noqa: S608 -- no words of anybody are in it


def _changed(*names: str) -> str:
    return " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in names)


def _gone_or_same(*names: str) -> str:
    return " AND ".join(f"(NEW.{name} IS NULL OR NOT ({_changed(name)}))" for name in names)


# (table, what its tombstone is called, which column names it)
_GOES = (
    ("service_request", "order", "id"),
    ("test_result", "result", "id"),
    ("result_seen", "result", "result_id"),
    ("measurement", "measurement", "id"),
    ("measured_value", "measurement", "measurement_id"),
    ("assessment", "assessment", "id"),
    ("vital_sign", "assessment", "assessment_id"),
    ("medication_administration", "administration", "id"),
    ("administration_check", "administration", "administration_id"),
    ("critical_information", "critical", "id"),
    ("medication_statement", "medicine", "id"),
)

_DUE = _changed("id", "plan_id", "encounter_id", "number", "due_at")
_DUE_LOSES_ITS_ROUND = (
    f"NEW.measurement_id IS NULL AND NOT ({_changed('done_at')})"
    f" AND {_erased('measurement', 'measurement_id')}"
)

# Each emptying of the closing has a tombstone of its own, which is used up by it.
_CLOSING_EMPTIED = (
    "NEW.emptied = OLD.emptied + 1"  # noqa: S608 -- no words of anybody are in it
    " AND EXISTS (SELECT 1 FROM erased WHERE what = 'conclusion' AND object_id = CASE WHEN OLD.emptied = 0"
    " THEN OLD.encounter_id ELSE OLD.encounter_id || '.' || OLD.emptied END)"
    f" AND {_gone_or_same('asked_of_gp', 'told_to_patient', 'medication_changes')}"
)
_CLOSING_OTHER = _changed(
    *("encounter_id", "report_id", "outcome", "signed_by", "signed_at", "undo_until", "note_id"),
    "draft_version",
)

_SAID = _changed(
    *("id", "unit_id", "direction", "external_id", "message_id", "sender_her_id", "sender", "person"),
    *("receiver_her_id", "kind", "topic_code", "topic", "conversation_id", "parent_id"),
    *("version", "issued_at", "received_at", "sha256", "author_id"),
)
_WORDS = _changed("subject", "text", "raw")
_WORDS_GONE = f"NEW.subject IS NULL AND NEW.text = '' AND NEW.raw IS NULL AND {_erased('dialogue')}"
_MOVED = "OLD.encounter_id IS NOT NULL AND NEW.encounter_id IS DISTINCT FROM OLD.encounter_id"

_UNDECIDED = (
    "OLD.state <> 'asked' OR NEW.state NOT IN ('granted', 'refused') OR NEW.decided_by IS NULL"
    " OR NEW.decided_by = OLD.registered_by OR NEW.decided_at IS NULL OR NEW.reason IS NULL"
    " OR (NEW.wish <> OLD.wish AND NOT (NEW.state = 'granted' AND NEW.wish = ''))"
    " OR NEW.basis IS NULL OR NEW.what <> OLD.what OR NEW.object_id <> OLD.object_id"
    " OR NEW.encounter_id <> OLD.encounter_id OR NEW.id <> OLD.id"
)
_DECISION = _changed(
    *("id", "unit_id", "encounter_id", "what", "object_id", "asked_by", "asked_at", "registered_by"),
    *("state", "basis", "reason", "appeal_told", "decided_at", "decided_by", "edition"),
)
# An earlier wish about the same thing may say what was to be gone.
_WISH_GONE = (
    f"NEW.wish = '' AND NOT ({_DECISION}) AND EXISTS (SELECT 1 FROM deletion_request granted"  # noqa: S608 -- nor here
    " WHERE granted.object_id = OLD.object_id AND granted.state = 'granted')"
)

_WITHHELD = _changed(
    *("id", "encounter_id", "what", "object_id", "basis", "decided_by", "decided_at"),
)
_LIFTED_ONCE = f"OLD.lifted_at IS NULL AND NOT ({_changed('reason')})"
_REASON_GONE = (
    f"NEW.reason = '' AND NEW.lift_reason IS NULL AND NOT ({_changed('lifted_at', 'lifted_by')})"  # noqa: S608 -- nor here
    " AND EXISTS (SELECT 1 FROM deletion_request granted"
    " WHERE granted.object_id = OLD.object_id AND granted.state = 'granted')"
)

_LOCKS = (
    ("observation_due", "UPDATE", f"{_DUE} OR (OLD.done_at IS NOT NULL AND NOT ({_DUE_LOSES_ITS_ROUND}))"),
    ("conclusion", "UPDATE", f"{_CLOSING_OTHER} OR NOT ({_CLOSING_EMPTIED})"),
    ("dialogue_message", "UPDATE", f"{_SAID} OR (({_WORDS}) AND NOT ({_WORDS_GONE})) OR ({_MOVED})"),
    ("record_copy", "UPDATE", None),
    ("record_copy", "DELETE", None),
    ("withheld", "UPDATE", f"{_WITHHELD} OR NOT (({_LIFTED_ONCE}) OR ({_REASON_GONE}))"),
    ("withheld", "DELETE", None),
    ("deletion_request", "UPDATE", f"({_UNDECIDED}) AND NOT ({_WISH_GONE})"),
)


def upgrade() -> None:
    """The closing counts how often it was emptied; locks loosen for a tombstone; copies for the patient."""
    op.add_column("conclusion", sa.Column("emptied", sa.Integer(), nullable=False, server_default="0"))
    _copies()
    for table, what, named_by in _GOES:
        lock_rows(table, "DELETE", f"NOT {_erased(what, named_by)}")
    for table, what, when in _LOCKS:
        lock_rows(table, what, when)


def _copies() -> None:
    name = "record_copy"
    op.create_table(
        name,
        *_text("id", "unit_id", "encounter_id", "patient_id", "asked_by", "identity_seen", "made_by"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _points_to(name, "unit_id", "unit"),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "patient_id", "patient"),
        _points_to(name, "made_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_copy")),
    )
    op.create_index(op.f("ix_record_copy_patient_id_made_at"), name, ["patient_id", "made_at"])
    name = "withheld"
    op.create_table(
        name,
        *_text("id", "encounter_id", "what", "object_id", "basis", "reason", "decided_by"),
        *_text("lifted_by", "lift_reason", nullable=True),
        sa.Column("from_whom", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "decided_by", "staff"),
        _points_to(name, "lifted_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withheld")),
    )
    op.create_index(op.f("ix_withheld_encounter_id"), name, ["encounter_id"])


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
