"""What comes in and cannot be placed is work for a person; dialogue with GPs; the canary message."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.migrations.locks import lock_rows

revision = "2026_12_01_forwarding"
down_revision = "2026_12_01_hand_over"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TEXT = sa.String()

_SAID = (
    *("id", "unit_id", "direction", "external_id", "message_id", "sender_her_id", "sender", "person"),
    *("receiver_her_id", "kind", "topic_code", "topic", "subject", "text", "conversation_id", "parent_id"),
    *("version", "issued_at", "received_at", "raw", "sha256", "author_id"),
)
_CHANGED = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _SAID)
# (table, what, when it is refused; None is always)
_LOCKS: tuple[tuple[str, str, str | None], ...] = (
    ("dialogue_message", "UPDATE", f"{_CHANGED} OR (OLD.encounter_id IS NOT NULL"
     " AND NEW.encounter_id IS DISTINCT FROM OLD.encounter_id)"),
    ("dialogue_message", "DELETE", None),
    ("inbox_task", "UPDATE", "OLD.settled_at IS NOT NULL OR NEW.kind <> OLD.kind OR NEW.id <> OLD.id"),
    ("inbox_task", "DELETE", None),
)  # fmt: skip


def upgrade() -> None:
    """New tables; receipts kept before that answer nothing of ours come on the list too."""
    op.add_column("outbox_message", sa.Column("left_at", _TIME, nullable=True))
    letters_of = op.f("ix_outbox_message_encounter_id_channel_state")
    op.create_index(letters_of, "outbox_message", ["encounter_id", "channel", "state"])
    _tasks()
    _dialogue()
    _receipts_out()
    _canary()
    _strangers_from_before()
    for table, what, when in _LOCKS:
        lock_rows(table, what, when)


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, _TEXT, nullable=nullable) for name in names]


def _times(*names: str, nullable: bool = True) -> list[sa.Column[Any]]:
    return [sa.Column(name, _TIME, nullable=nullable) for name in names]


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _tasks() -> None:
    name = "inbox_task"
    op.create_table(
        name,
        *_text("id", "unit_id", "kind", "external_id"),
        *_text("code", "sender", "outbox_id", "receipt_id", "dialogue_id", nullable=True),
        *_text("settled_by", "note", nullable=True),
        *_times("found_at", nullable=False),
        *_times("settled_at"),
        _points_to(name, "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_task")),
        sa.UniqueConstraint("external_id", name=op.f("uq_inbox_task_external_id")),
    )
    op.create_index(op.f("ix_inbox_task_unit_id_settled_at"), name, ["unit_id", "settled_at"])


def _dialogue() -> None:
    name = "dialogue_message"
    op.create_table(
        name,
        *_text("id", "unit_id", "direction", "message_id", "sender", "kind", "text", "version", "sha256"),
        *_text("encounter_id", "external_id", "person", "topic_code", "topic", "subject", nullable=True),
        *_text("conversation_id", "parent_id", "outbox_id", "author_id", nullable=True),
        *_text("assigned_to", "answer_id", "closed_by", "closed_how", nullable=True),
        sa.Column("sender_her_id", sa.Integer(), nullable=False),
        sa.Column("receiver_her_id", sa.Integer(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False, server_default="1"),
        *_times("issued_at", "received_at", nullable=False),
        *_times("due_at", "assigned_at", "closed_at"),
        _points_to(name, "unit_id", "unit"),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "author_id", "staff"),
        _points_to(name, "assigned_to", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue_message")),
        sa.UniqueConstraint(
            "sender_her_id", "message_id", name=op.f("uq_dialogue_message_sender_her_id_message_id")
        ),
    )
    op.create_index(op.f("ix_dialogue_message_encounter_id"), name, ["encounter_id"])
    op.create_index(op.f("ix_dialogue_message_unit_id_closed_at"), name, ["unit_id", "closed_at"])


def _receipts_out() -> None:
    name = "receipt_out"
    op.create_table(
        name,
        *_text("id", "unit_id", "about_id", "status", "state"),
        *_text("error", "reason", nullable=True),
        sa.Column("receiver_her_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *_times("next_attempt_at", "created_at", nullable=False),
        *_times("sent_at"),
        _points_to(name, "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_out")),
        sa.UniqueConstraint(
            "receiver_her_id", "about_id", name=op.f("uq_receipt_out_receiver_her_id_about_id")
        ),
    )
    op.create_index(op.f("ix_receipt_out_state_next_attempt_at"), name, ["state", "next_attempt_at"])


def _canary() -> None:
    name = "canary_message"
    op.create_table(
        name,
        *_text("id", "unit_id", "message_id", "state"),
        *_text("reason", "external_id", nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *_times("created_at", "next_attempt_at", nullable=False),
        *_times("sent_at", "answered_at"),
        _points_to(name, "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canary_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_canary_message_message_id")),
    )
    op.create_index(op.f("ix_canary_message_unit_id_created_at"), name, ["unit_id", "created_at"])


def _strangers_from_before() -> None:
    # Nobody wrote down whose inbox they came to; the first unit with an inbox looks at them.
    op.execute(
        "INSERT INTO inbox_task (id, unit_id, kind, external_id, code, receipt_id, found_at)"
        " SELECT r.id, (SELECT MIN(u.id) FROM unit u WHERE u.her_id > 0), 'unmatched-receipt', r.external_id,"
        " r.status, r.id, r.received_at FROM receipt r WHERE r.outbox_id IS NULL"
        " AND EXISTS (SELECT 1 FROM unit u WHERE u.her_id > 0)"
    )
