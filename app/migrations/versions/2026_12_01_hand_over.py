"""Handing over by proposal, and a signature taken back within its time: by that one path, no other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_12_01_hand_over"
down_revision = "2026_12_01_codes"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TEXT = sa.String()

# While its encounter is still as it was when it was finished, a row here opens what was signed then.
_UNDONE = (
    "EXISTS (SELECT 1 FROM finish_undone u"
    " JOIN encounter e ON e.id = u.encounter_id AND e.version = u.version"
    " WHERE u.encounter_id = OLD.encounter_id AND u.signed_at = OLD.signed_at AND e.status = 'finished')"
)
_MADE_THEN = (
    "EXISTS (SELECT 1 FROM conclusion c WHERE c.encounter_id = OLD.encounter_id AND c.note_id = OLD.id"
    " AND c.signed_at = OLD.signed_at)"
)
_ERASED = "EXISTS (SELECT 1 FROM erased WHERE what = 'note' AND object_id = OLD.id)"
_OTHER_NOTE = " OR ".join(
    f"NEW.{name} IS DISTINCT FROM OLD.{name}"
    for name in (
        *("id", "encounter_id", "subjective", "objective", "assessment", "plan", "author_id", "written_at"),
    )
)
_STILL_SIGNED = "NEW.signed_at IS NOT NULL OR NEW.content_hash IS NOT NULL"

# The signer, within the window, of what nobody has changed since and nothing has left of.
_SIGNED_LATELY = (
    "EXISTS (SELECT 1 FROM encounter e JOIN conclusion c ON c.encounter_id = e.id"
    " WHERE e.id = NEW.encounter_id AND e.status = 'finished' AND e.version = NEW.version"
    " AND c.signed_by = NEW.signed_by AND c.signed_at = NEW.signed_at AND NEW.undone_at < c.undo_until)"
)
_CHANGED_SINCE = (
    "EXISTS (SELECT 1 FROM correction WHERE encounter_id = NEW.encounter_id)"
    " OR EXISTS (SELECT 1 FROM deletion_request WHERE encounter_id = NEW.encounter_id)"
)
_LEFT = (
    "EXISTS (SELECT 1 FROM outbox_message m JOIN conclusion c ON c.encounter_id = m.encounter_id"
    " AND m.not_before = c.undo_until WHERE m.encounter_id = NEW.encounter_id AND (m.attempts > 0"
    " OR m.external_id IS NOT NULL OR m.leased_until IS NOT NULL OR m.by_hand IS NOT NULL"
    " OR m.state IN ('sent', 'acknowledged', 'rejected')))"
)

_ENDED = "OLD.status IN ('finished', 'cancelled')"
_KEPT = (
    *("id", "unit_id", "number", "complaint", "arrival_mode", "flags", "arrived_at", "expected_at"),
    *("doctor_id", "taken_at", "recorded_at"),
)
_TOLD = (
    "EXISTS (SELECT 1 FROM identity_effect told WHERE told.what = 'encounter' AND told.subject = OLD.id"
    " AND told.before = OLD.patient_id AND told.after = NEW.patient_id AND told.change_number ="
    " (SELECT max(change_number) FROM identity_effect WHERE what = 'encounter' AND subject = OLD.id))"
)
_SETTLED = (
    "OLD.state <> 'proposed' OR NEW.state NOT IN ('confirmed', 'declined', 'withdrawn', 'expired')"
    " OR NEW.settled_at IS NULL"
)
_OTHER_PROPOSAL = " OR ".join(
    f"NEW.{name} IS DISTINCT FROM OLD.{name}"
    for name in ("id", "encounter_id", "unit_id", "from_id", "to_id", "proposed_at", "expires_at")
)
_WORDS_ERASED = (
    "CAST(NEW.isbar AS TEXT) = '{}' AND NEW.state = OLD.state"
    " AND EXISTS (SELECT 1 FROM erased WHERE what = 'hand-over' AND object_id = OLD.id)"
)
_OTHER_WORDS = "CAST(NEW.isbar AS TEXT) <> CAST(OLD.isbar AS TEXT)"


def upgrade() -> None:
    """Tables and columns first, then what the database itself refuses."""
    for column in (
        sa.Column("undo_until", _TIME, nullable=True),
        sa.Column("note_id", _TEXT, nullable=True),
        sa.Column("draft_version", sa.Integer(), nullable=True),
    ):
        op.add_column("conclusion", column)
    op.add_column("outbox_message", sa.Column("not_before", _TIME, nullable=True))
    _undone()
    _hand_overs()
    postgres = op.get_bind().dialect.name == "postgresql"
    for table, what, when in _locks(postgres=postgres):
        _lock(table, what, when, postgres=postgres)


def _undone() -> None:
    name = "finish_undone"
    op.create_table(
        name,
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("encounter_id", _TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("signed_by", _TEXT, nullable=False),
        sa.Column("signed_at", _TIME, nullable=False),
        sa.Column("undone_at", _TIME, nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "signed_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finish_undone")),
        sa.UniqueConstraint("encounter_id", "version", name=op.f("uq_finish_undone_encounter_id_version")),
    )


def _hand_overs() -> None:
    name = "hand_over"
    op.create_table(
        name,
        *(sa.Column(each, _TEXT, nullable=False) for each in ("id", "encounter_id", "unit_id")),
        *(sa.Column(each, _TEXT, nullable=False) for each in ("from_id", "to_id", "state")),
        sa.Column("isbar", sa.JSON(), nullable=False),
        sa.Column("reason", _TEXT, nullable=True),
        sa.Column("proposed_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("settled_at", _TIME, nullable=True),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "unit_id", "unit"),
        _points_to(name, "from_id", "staff"),
        _points_to(name, "to_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )
    op.create_index(op.f("ix_hand_over_encounter_id"), name, ["encounter_id"])
    op.create_index(op.f("ix_hand_over_to_id_state"), name, ["to_id", "state"])
    op.create_index(op.f("ix_hand_over_state_expires_at"), name, ["state", "expires_at"])
    open_ = sa.text("state = 'proposed'")
    op.create_index(
        "uq_hand_over_one_open",
        name,
        ["encounter_id"],
        unique=True,
        sqlite_where=open_,
        postgresql_where=open_,
    )


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _locks(*, postgres: bool) -> tuple[tuple[str, str, str | None], ...]:
    """(table, what, when it is refused; None is always). The first four loosen rules that are there."""
    return (
        (
            "note",
            "UPDATE",
            f"OLD.signed_at IS NOT NULL AND ({_STILL_SIGNED} OR {_OTHER_NOTE} OR NOT {_UNDONE})",
        ),
        (
            "note",
            "DELETE",
            f"OLD.signed_at IS NOT NULL AND NOT {_ERASED} AND NOT ({_UNDONE} AND {_MADE_THEN})",
        ),
        ("conclusion", "DELETE", f"NOT {_UNDONE}"),
        ("encounter", "UPDATE", _encounter(postgres=postgres)),
        (
            "finish_undone",
            "INSERT",
            f"NOT {_SIGNED_LATELY} OR {_CHANGED_SINCE} OR {_LEFT}",
        ),
        ("finish_undone", "UPDATE", None),
        ("finish_undone", "DELETE", None),
        ("hand_over", "INSERT", "NEW.state <> 'proposed' OR NEW.from_id = NEW.to_id"),
        (
            "hand_over",
            "UPDATE",
            f"{_OTHER_PROPOSAL} OR (({_OTHER_WORDS} OR {_SETTLED}) AND NOT ({_WORDS_ERASED}))",
        ),
        ("hand_over", "DELETE", None),
    )


def _encounter(*, postgres: bool) -> str:
    """An ended encounter may turn out to be another person's, or be opened by an undoing; nothing else."""
    if postgres:
        other = "to_jsonb(NEW) - 'patient_id' IS DISTINCT FROM to_jsonb(OLD) - 'patient_id'"
    else:
        columns = (*_KEPT, "version", "status", "ended_at")
        other = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)
    same = " AND ".join(
        f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in (*_KEPT, "patient_id") if name != "flags"
    )
    opened = (
        "OLD.status = 'finished' AND NEW.status = 'in-progress' AND NEW.ended_at IS NULL"  # noqa: S608 -- no words of anybody are in it
        f" AND NEW.version = OLD.version + 1 AND {same}"
        " AND EXISTS (SELECT 1 FROM finish_undone u"
        " WHERE u.encounter_id = OLD.id AND u.version = OLD.version)"
        " AND NOT EXISTS (SELECT 1 FROM conclusion c WHERE c.encounter_id = OLD.id)"
    )
    ended = f"{_ENDED} AND (NEW.patient_id = OLD.patient_id OR {other}) AND NOT ({opened})"
    return f"({ended}) OR (NEW.patient_id <> OLD.patient_id AND NOT {_TOLD})"


def _lock(table: str, what: str, when: str | None, *, postgres: bool) -> None:
    name = f"locked_{table}_{what.lower()}"
    if not postgres:
        said = (when or "").replace("IS NOT DISTINCT FROM", "IS").replace("IS DISTINCT FROM", "IS NOT")
        op.execute(f"DROP TRIGGER IF EXISTS {name}")
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {what} ON {table} {f'WHEN {said}' if when else ''}"
            f" BEGIN SELECT RAISE(ABORT, 'locked: {table}'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {when or 'TRUE'} THEN RAISE EXCEPTION 'locked: {table}'"
        " USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        f" RETURN {'OLD' if what == 'DELETE' else 'NEW'}; END $$"
    )
    op.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    op.execute(f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
