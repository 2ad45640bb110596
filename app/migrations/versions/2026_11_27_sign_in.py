"""Signing in: sessions seen and ended, second factors, slowing, machines, and a log of the door."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_sign_in"
down_revision = "2026_11_25_access"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Sessions there are go on; they get an id by which they can be ended."""
    _sessions()
    _factors()
    _door()
    for what in ("UPDATE", "DELETE"):
        _refuse("sign_in_log", what)


def _sessions() -> None:
    for column in (
        sa.Column("id", sa.String(), nullable=True),
        sa.Column("used_at", _TIME, nullable=True),
        sa.Column("idle_until", _TIME, nullable=True),
        sa.Column("locked_at", _TIME, nullable=True),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("device", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
    ):
        op.add_column("credential", column)
    connection = op.get_bind()
    for (hashed,) in connection.execute(sa.text("SELECT token_hash FROM credential")).fetchall():
        connection.execute(
            sa.text("UPDATE credential SET id = :id WHERE token_hash = :hashed"),
            {"id": str(uuid4()), "hashed": hashed},
        )
    op.create_index(op.f("ix_credential_id"), "credential", ["id"], unique=True)


def _factors() -> None:
    op.create_table(
        "sign_in_factor",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME, nullable=True),
        sa.Column("credential_id", sa.String(), nullable=True),
        sa.Column("public_key", sa.String(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_in_factor_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_factor")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_sign_in_factor_credential_id")),
    )
    op.create_index(op.f("ix_sign_in_factor_staff_id"), "sign_in_factor", ["staff_id"])
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recovery_code_staff_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_staff_id"), "recovery_code", ["staff_id"])
    op.create_table(
        "sign_in_step",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_in_step_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_step")),
    )
    op.create_index(op.f("ix_sign_in_step_expires_at"), "sign_in_step", ["expires_at"])


def _door() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(op.f("ix_sign_in_attempts_at"), "sign_in_attempts", ["at"])
    op.create_table(
        "machine",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_machine_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_machine_token_hash")),
    )
    op.create_table(
        "machine_person",
        sa.Column("machine_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("second_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["machine_id"], ["machine.id"], name=op.f("fk_machine_person_machine_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_machine_person_staff_id")),
        sa.PrimaryKeyConstraint("machine_id", "staff_id", name=op.f("pk_machine_person")),
    )
    op.create_table(
        "sign_in_log",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("unit_id", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_log")),
    )
    op.create_index(op.f("ix_sign_in_log_staff_id_at"), "sign_in_log", ["staff_id", "at"])
    op.create_index(op.f("ix_sign_in_log_unit_id_at"), "sign_in_log", ["unit_id", "at"])


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
