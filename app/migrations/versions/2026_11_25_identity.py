"""Who somebody turned out to be: merged and split patients, guardians, and names to confuse."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_identity"
down_revision = "2026_11_25_scales"
branch_labels = None
depends_on = None

# An encounter is moved to another patient only with a row that tells who, when and why; the newest counts.
_TOLD = (
    "EXISTS (SELECT 1 FROM identity_effect told WHERE told.what = 'encounter' AND told.subject = OLD.id"
    " AND told.before = OLD.patient_id AND told.after = NEW.patient_id AND told.change_number ="
    " (SELECT max(change_number) FROM identity_effect WHERE what = 'encounter' AND subject = OLD.id))"
)
_MOVED_UNTOLD = f"NEW.patient_id <> OLD.patient_id AND NOT {_TOLD}"
_ENDED = "OLD.status IN ('finished', 'cancelled')"
_ELSE = (
    *("id", "unit_id", "number", "version", "status", "complaint", "arrival_mode", "flags", "arrived_at"),
    *("expected_at", "doctor_id", "taken_at", "ended_at", "recorded_at"),
)
_APPEND_ONLY = (("identity_change", "UPDATE"), ("identity_change", "DELETE"),
                ("identity_effect", "UPDATE"), ("identity_effect", "DELETE"),
                ("related_person", "DELETE"), ("patient", "DELETE"))  # fmt: skip


def upgrade() -> None:
    """Tables first, then what the database itself refuses."""
    postgres = op.get_bind().dialect.name == "postgresql"
    _patients(postgres=postgres)
    _history()
    _around()
    for table, what in _APPEND_ONLY:
        _refuse(f"locked_{table}_{what.lower()}", table, what, None, postgres=postgres)
    _unlock_moves(postgres=postgres)


def _patients(*, postgres: bool) -> None:
    for column in (
        # Defaults of the database too, so that the version before this one can still add a patient.
        sa.Column("residence", sa.String(), nullable=True),
        sa.Column("protection", sa.String(), nullable=False, server_default="ugradert"),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()),
    ):
        op.add_column("patient", column)
    # Written out: the tool that writes migrations cannot add a reference to a table of SQLite's.
    op.execute(
        "ALTER TABLE patient ADD COLUMN replaced_by VARCHAR"
        " CONSTRAINT fk_patient_replaced_by_patient REFERENCES patient (id)"
    )
    if postgres:
        op.drop_constraint("uq_patient_identifier_kind_value", "patient_identifier", type_="unique")
        op.drop_constraint("pk_patient_identifier", "patient_identifier", type_="primary")
        op.add_column("patient_identifier", _country())
        op.create_primary_key(
            "pk_patient_identifier", "patient_identifier", ["patient_id", "kind", "country", "value"]
        )
        op.create_unique_constraint(
            "uq_patient_identifier_kind_country_value", "patient_identifier", ["kind", "country", "value"]
        )
        return
    # SQLite changes no key: the table is made anew and filled from the old one.
    op.rename_table("patient_identifier", "patient_identifier_before")
    op.create_table(
        "patient_identifier",
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        _country(),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_patient_identifier_patient_id_patient")
        ),
        sa.PrimaryKeyConstraint("patient_id", "kind", "country", "value", name=op.f("pk_patient_identifier")),
        sa.UniqueConstraint(
            "kind", "country", "value", name=op.f("uq_patient_identifier_kind_country_value")
        ),
    )
    op.execute(
        "INSERT INTO patient_identifier (patient_id, kind, value, added_at)"
        " SELECT patient_id, kind, value, added_at FROM patient_identifier_before"
    )
    op.drop_table("patient_identifier_before")


def _country() -> sa.Column[str]:
    return sa.Column("country", sa.String(), nullable=False, server_default="NO")


def _history() -> None:
    op.create_table(
        "identity_change",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("encounter_id", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("other_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("by_role", sa.String(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_identity_change_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_identity_change_encounter_id_encounter")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_identity_change_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["patient.id"], name=op.f("fk_identity_change_other_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["undoes"], ["identity_change.number"], name=op.f("fk_identity_change_undoes_identity_change")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_identity_change")),
        sa.UniqueConstraint("id", name=op.f("uq_identity_change_id")),
        sa.UniqueConstraint("undoes", name=op.f("uq_identity_change_undoes")),
    )
    for column in ("patient_id", "other_id", "encounter_id"):
        op.create_index(f"ix_identity_change_{column}", "identity_change", [column])
    op.create_table(
        "identity_effect",
        sa.Column("change_number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_number"],
            ["identity_change.number"],
            name=op.f("fk_identity_effect_change_number_identity_change"),
        ),
        sa.PrimaryKeyConstraint("change_number", "position", name=op.f("pk_identity_effect")),
    )
    op.create_index(
        "ix_identity_effect_what_subject_change_number",
        "identity_effect",
        ["what", "subject", "change_number"],
    )


def _around() -> None:
    op.create_table(
        "related_person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("may_know", sa.String(), nullable=False),
        sa.Column("related_patient_id", sa.String(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_related_person_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["related_patient_id"], ["patient.id"], name=op.f("fk_related_person_related_patient_id_patient")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_related_person")),
    )
    for column in ("patient_id", "related_patient_id"):
        op.create_index(f"ix_related_person_{column}", "related_person", [column])
    op.create_table(
        "similar_name",
        sa.Column("encounter_id", sa.String(), nullable=False),
        sa.Column("other_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_similar_name_encounter_id_encounter")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["encounter.id"], name=op.f("fk_similar_name_other_id_encounter")
        ),
        sa.PrimaryKeyConstraint("encounter_id", "other_id", name=op.f("pk_similar_name")),
    )
    op.create_index("ix_similar_name_other_id", "similar_name", ["other_id"])
    op.create_table(
        "message_review",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("outbox_id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("left", sa.Boolean(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox_message.id"], name=op.f("fk_message_review_outbox_id_outbox_message")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_message_review_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_review")),
    )
    op.create_index("ix_message_review_outbox_id", "message_review", ["outbox_id"])
    op.create_index("ix_message_review_unit_id_decided_at", "message_review", ["unit_id", "decided_at"])


def _unlock_moves(*, postgres: bool) -> None:
    """An ended encounter stays as it was, except that it may turn out to be another person's."""
    if postgres:
        op.execute("DROP TRIGGER locked_encounter_update ON encounter")
        op.execute("DROP FUNCTION locked_encounter_update")
        other = "to_jsonb(NEW) - 'patient_id' IS DISTINCT FROM to_jsonb(OLD) - 'patient_id'"
    else:
        op.execute("DROP TRIGGER locked_encounter_update")
        other = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _ELSE)
    untouched = "NEW.patient_id = OLD.patient_id"
    when = f"({_ENDED} AND ({untouched} OR {other})) OR ({_MOVED_UNTOLD})"
    _refuse("locked_encounter_update", "encounter", "UPDATE", when, postgres=postgres)


def _refuse(name: str, table: str, what: str, when: str | None, *, postgres: bool) -> None:
    if not postgres:
        condition = f"WHEN {when}" if when else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {what} ON {table} {condition}"
            f" BEGIN SELECT RAISE(ABORT, 'locked: {table}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {when or 'TRUE'} THEN RAISE EXCEPTION 'locked: {table}'"
        " USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        f" RETURN {'OLD' if what == 'DELETE' else 'NEW'}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
