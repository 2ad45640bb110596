"""Telephone contacts and patients on their way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_calls"
down_revision = "2026_11_25_waiting"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _telephone_call()
    _telephone_assessment()
    op.create_table(
        "expectation",
        sa.Column("encounter_id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("called_at", _TIME, nullable=False),
        sa.Column("urgency", sa.String(), nullable=True),
        sa.Column("pre_alert", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_expectation_encounter_id_encounter")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["telephone_call.id"], name=op.f("fk_expectation_call_id_telephone_call")
        ),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_expectation")),
    )
    for what in ("UPDATE", "DELETE"):
        _lock(what)


def _telephone_call() -> None:
    op.create_table(
        "telephone_call",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("exchange_id", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("known_at", _TIME, nullable=False),
        sa.Column("rang_at", _TIME, nullable=True),
        sa.Column("answered_at", _TIME, nullable=True),
        sa.Column("hung_up_at", _TIME, nullable=True),
        sa.Column("operator_id", sa.String(), nullable=True),
        sa.Column("operator_name", sa.String(), nullable=True),
        sa.Column("taken_at", _TIME, nullable=True),
        *(
            sa.Column(name, sa.String(), nullable=True)
            for name in ("caller", "about", "place", "complaint", "advice", "urgency")
        ),
        sa.Column("assessed_at", _TIME, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("closed_at", _TIME, nullable=True),
        sa.Column("encounter_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_telephone_call_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounter.id"], name=op.f("fk_telephone_call_encounter_id_encounter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telephone_call")),
        sa.UniqueConstraint("unit_id", "exchange_id", name=op.f("uq_telephone_call_unit_id_exchange_id")),
    )
    op.create_index(op.f("ix_telephone_call_unit_id_status"), "telephone_call", ["unit_id", "status"])
    op.create_index(op.f("ix_telephone_call_unit_id_known_at"), "telephone_call", ["unit_id", "known_at"])


def _telephone_assessment() -> None:
    op.create_table(
        "telephone_assessment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("complaint", sa.String(), nullable=True),
        sa.Column("advice", sa.String(), nullable=True),
        sa.Column("assessed_at", _TIME, nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("by_role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["telephone_call.id"], name=op.f("fk_telephone_assessment_call_id_telephone_call")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telephone_assessment")),
    )
    index = op.f("ix_telephone_assessment_call_id_assessed_at")
    op.create_index(index, "telephone_assessment", ["call_id", "assessed_at"])


def _lock(what: str) -> None:
    """What was judged on the telephone stands as it was judged, as every assessment does."""
    name = f"locked_telephone_assessment_{what.lower()}"
    if op.get_bind().dialect.name != "postgresql":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {what} ON telephone_assessment"
            " BEGIN SELECT RAISE(ABORT, 'locked: telephone_assessment'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'locked: telephone_assessment' USING ERRCODE = 'integrity_constraint_violation';"
        " END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {what} ON telephone_assessment FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
