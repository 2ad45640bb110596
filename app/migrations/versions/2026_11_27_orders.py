"""Orders and results: a result never changes, an order keeps what was asked, and who has seen stays seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.migrations.locks import lock_rows

revision = "2026_11_27_orders"
down_revision = "2026_11_27_record"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TEXT = sa.String()

_KEPT = " OR ".join(
    f"NEW.{name} IS DISTINCT FROM OLD.{name}"
    for name in (
        *(
            "id",
            "encounter_id",
            "unit_id",
            "requisition",
            "position",
            "category",
            "code",
            "display",
            "question",
        ),
        *("ordered_by", "ordered_at"),
    )
)
# (table, what, when it is refused; None is always)
_LOCKS: tuple[tuple[str, str, str | None], ...] = (
    (
        "service_request",
        "INSERT",
        "(SELECT status FROM encounter WHERE id = NEW.encounter_id) IN ('finished', 'cancelled')",
    ),
    ("service_request", "UPDATE", f"{_KEPT} OR OLD.status IN ('completed', 'revoked')"),
    ("service_request", "DELETE", None),
    (
        "test_result",
        "INSERT",
        "(SELECT encounter_id FROM service_request WHERE id = NEW.order_id) <> NEW.encounter_id",
    ),
    ("test_result", "UPDATE", None),
    ("test_result", "DELETE", None),
    ("result_seen", "UPDATE", None),
    ("result_seen", "DELETE", None),
)


def upgrade() -> None:
    _orders()
    _results()
    _seen()
    for table, what, when in _LOCKS:
        lock_rows(table, what, when)


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, _TEXT, nullable=nullable) for name in names]


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _orders() -> None:
    name = "service_request"
    op.create_table(
        name,
        *_text("id", "encounter_id", "unit_id", "requisition", "category", "code", "display", "status"),
        *_text("ordered_by", "changed_by"),
        *_text("question", "reason", "follow_up", nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ordered_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "unit_id", "unit"),
        _points_to(name, "ordered_by", "staff"),
        _points_to(name, "changed_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_request")),
    )
    op.create_index(op.f("ix_service_request_encounter_id"), name, ["encounter_id"])
    op.create_index(op.f("ix_service_request_unit_id_status"), name, ["unit_id", "status"])


def _results() -> None:
    name = "test_result"
    op.create_table(
        name,
        *_text("id", "order_id", "encounter_id", "status", "reported_by", "content_hash"),
        *_text("text", "unit", "reason", "value", "low", "high", nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reported_at", _TIME, nullable=False),
        _points_to(name, "order_id", "service_request"),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "reported_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_result")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_test_result_order_id_number")),
    )
    op.create_index(op.f("ix_test_result_encounter_id"), name, ["encounter_id"])


def _seen() -> None:
    name = "result_seen"
    op.create_table(
        name,
        *_text("result_id", "staff_id", "encounter_id"),
        sa.Column("by_doctor", sa.Boolean(), nullable=False),
        sa.Column("responsible", sa.Boolean(), nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        _points_to(name, "result_id", "test_result"),
        _points_to(name, "staff_id", "staff"),
        _points_to(name, "encounter_id", "encounter"),
        sa.PrimaryKeyConstraint("result_id", "staff_id", name=op.f("pk_result_seen")),
    )
    op.create_index(op.f("ix_result_seen_encounter_id"), name, ["encounter_id"])
