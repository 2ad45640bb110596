"""Who may open what, and a log of it that cannot be altered unnoticed."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from core.access.chain import BEGINNING, tied
from core.clock import utc_now

revision = "2026_11_25_access"
down_revision = "2026_11_25_ticket"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """A process of the version before cannot add to this log, and so opens nothing: stop it first."""
    _head()
    _chain_the_log()
    _need()


def _head() -> None:
    op.create_table(
        "access_log_head",
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("legal_entity", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_access_log_head")),
    )


def _chain_the_log() -> None:
    """The table is made anew with the lines there are, in the order they were written."""
    before = [dict(row) for row in op.get_bind().execute(_old_lines()).mappings()]
    op.drop_table("access_log")  # with its rules; they are made again below
    log = op.create_table(
        "access_log",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("legal_entity", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=True),
        sa.Column("encounter_id", sa.String(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
        sa.UniqueConstraint("unit_id", "seq", name=op.f("uq_access_log_unit_id_seq")),
    )
    op.create_index(op.f("ix_access_log_actor_id_at"), "access_log", ["actor_id", "at"])
    op.create_index(op.f("ix_access_log_patient_id_at"), "access_log", ["patient_id", "at"])
    _fill(log, [*before, *_signed_before()])
    for what in ("UPDATE", "DELETE"):
        _refuse("access_log", what)
    _refuse("access_log_head", "DELETE")


def _need() -> None:
    """The patient's blocks, openings with a reason, and who among the staff is which patient."""
    op.create_table(
        "access_block",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("target_name", sa.String(), nullable=True),
        sa.Column("wish", sa.String(), nullable=True),
        sa.Column("set_at", _TIME, nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("withdrawn_at", _TIME, nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_access_block_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_access_block_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_block")),
    )
    op.create_index(op.f("ix_access_block_patient_id"), "access_block", ["patient_id"])
    op.create_table(
        "broken_glass",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("encounter_id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("broken_at", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.Column("reviewer_id", sa.String(), nullable=True),
        sa.Column("reviewed_at", _TIME, nullable=True),
        sa.Column("reviewed_by", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("review_note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_broken_glass_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_broken_glass_patient_id_patient")
        ),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_broken_glass_encounter_id_encounter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broken_glass")),
    )
    op.create_index(op.f("ix_broken_glass_unit_id_broken_at"), "broken_glass", ["unit_id", "broken_at"])
    op.create_index(
        op.f("ix_broken_glass_patient_id_actor_id_until"), "broken_glass", ["patient_id", "actor_id", "until"]
    )
    op.create_table(
        "staff_number",
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("national_id", sa.String(), nullable=False),
        sa.Column("known_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_number_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_number")),
    )
    op.create_index(op.f("ix_staff_number_national_id"), "staff_number", ["national_id"])
    for table in ("access_block", "broken_glass"):
        _refuse(table, "DELETE")


def _old_lines() -> sa.Select[Any]:
    names = (
        "id",
        "actor_id",
        "actor_name",
        "role",
        "unit_id",
        "patient_id",
        "encounter_id",
        "what",
        "purpose",
    )
    table = sa.table("access_log", *(sa.column(name) for name in names), sa.column("at", _TIME))
    return sa.select(table).order_by(table.c.at, table.c.id)


def _signed_before() -> list[dict[str, Any]]:
    """What was signed and sent already is tied into the chain too: a line for each encounter."""
    found = op.get_bind().execute(
        sa.text(
            "SELECT e.unit_id, e.patient_id, e.id, 'note:' || n.id || ':' || n.content_hash FROM note n"
            " JOIN encounter e ON e.id = n.encounter_id WHERE n.content_hash IS NOT NULL UNION ALL"
            " SELECT e.unit_id, e.patient_id, e.id, 'message:' || m.id || ':' || m.sha256"
            " FROM outbox_message m JOIN encounter e ON e.id = m.encounter_id WHERE m.sha256 IS NOT NULL"
        )
    )
    documents = defaultdict(list)
    for unit, patient, encounter, document in found:
        documents[unit, patient, encounter].append(document)
    return [
        {
            "id": str(uuid4()),
            "unit_id": unit,
            "patient_id": patient,
            "encounter_id": encounter,
            "at": utc_now(),
            "actor_id": "migration",
            "actor_name": "legevakt",
            "role": "system",
            "what": "signed",
            "documents": sorted(named),
            "purpose": "HCOMPL",
        }
        for (unit, patient, encounter), named in documents.items()
    ]


def _fill(log: sa.Table, lines: list[dict[str, Any]]) -> None:
    connection = op.get_bind()
    heads = {
        unit: {"unit_id": unit, "legal_entity": owner, "seq": 0, "hash": BEGINNING}
        for unit, owner in connection.execute(sa.text("SELECT id, organisation_number FROM unit"))
    }
    rows = []
    for line in lines:
        head = heads[line["unit_id"]]
        at = line["at"] if line["at"].tzinfo else line["at"].replace(tzinfo=UTC)
        row = {"documents": [], "relation": None, "reason": None, **line, "at": at, "seq": head["seq"] + 1}
        row["legal_entity"] = head["legal_entity"]
        head["seq"], head["hash"] = row["seq"], tied(head["hash"], row)
        rows.append({**row, "hash": head["hash"]})
    for start in range(0, len(rows), 1000):
        connection.execute(sa.insert(log), rows[start : start + 1000])
    if heads:
        names = ("unit_id", "legal_entity", "seq", "hash")
        connection.execute(
            sa.insert(sa.table("access_log_head", *map(sa.column, names))), list(heads.values())
        )


def _refuse(table: str, what: str) -> None:
    name = f"locked_{table}_{what.lower()}"
    if op.get_bind().dialect.name != "postgresql":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {what} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, 'locked: {table}'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION 'locked: {table}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
