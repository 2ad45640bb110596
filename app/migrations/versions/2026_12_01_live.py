"""The draft is shared: each saved version is kept until signing, and where two differ until chosen."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.migrations.locks import lock_rows

revision = "2026_12_01_live"
down_revision = "2026_11_27_addresses"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TEXT = sa.String()
_ENDED = "(SELECT status FROM encounter WHERE id = {row}.encounter_id) IN ('finished', 'cancelled')"
_WORDS = (
    *("subjective", "objective", "assessment", "plan"),
    *("asked_of_gp", "told_to_patient", "medication_changes"),
)
_SAME_CONFLICT = " OR ".join(
    f"NEW.{name} IS DISTINCT FROM OLD.{name}"
    for name in (
        "id",
        "encounter_id",
        "number",
        "field",
        "before",
        "first",
        "second",
        "first_by",
        "second_by",
    )
)
_OLD = sa.table(
    "draft",
    *(sa.column(each, _TEXT) for each in ("encounter_id", "author_id")),
    sa.column("body", sa.JSON()),
    sa.column("saved_at", _TIME),
)
_NEW = sa.table(
    "draft",
    *(sa.column(each, _TEXT) for each in ("encounter_id", "author_id")),
    sa.column("version", sa.Integer()),
    sa.column("body", sa.JSON()),
    sa.column("saved_at", _TIME),
)
_KEPT = sa.table(
    "draft_version",
    *(sa.column(each, _TEXT) for each in ("encounter_id", "author_id", "kind")),
    *(sa.column(each, sa.Integer()) for each in ("number", "based_on")),
    sa.column("body", sa.JSON()),
    sa.column("saved_at", _TIME),
)
# (table, what, when it is refused; None is always)
_LOCKS: tuple[tuple[str, str, str | None], ...] = (
    ("draft", "INSERT", _ENDED.format(row="NEW")),
    ("draft_version", "INSERT", _ENDED.format(row="NEW")),
    ("draft_version", "UPDATE", None),
    ("draft_version", "DELETE", f"NOT {_ENDED.format(row='OLD')}"),
    ("draft_conflict", "INSERT", _ENDED.format(row="NEW")),
    ("draft_conflict", "UPDATE", f"OLD.chosen IS NOT NULL OR {_SAME_CONFLICT}"),
    ("draft_conflict", "DELETE", f"NOT {_ENDED.format(row='OLD')}"),
)


def upgrade() -> None:
    _versions()
    _conflicts()
    _share_drafts()
    op.add_column("note", sa.Column("written_with", sa.JSON(), nullable=True))
    for table, what, when in _LOCKS:
        lock_rows(table, what, when)


def _points_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _versions() -> None:
    name = "draft_version"
    op.create_table(
        name,
        sa.Column("encounter_id", _TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("author_id", _TEXT, nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("window", _TEXT, nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("saved_at", _TIME, nullable=False),
        _points_to(name, "encounter_id", "encounter"),
        _points_to(name, "author_id", "staff"),
        sa.PrimaryKeyConstraint("encounter_id", "number", name=op.f("pk_draft_version")),
    )


def _conflicts() -> None:
    name = "draft_conflict"
    op.create_table(
        name,
        *(sa.Column(each, _TEXT, nullable=False) for each in ("id", "encounter_id", "field", "before")),
        *(sa.Column(each, _TEXT, nullable=False) for each in ("first", "first_by", "second", "second_by")),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("found_at", _TIME, nullable=False),
        sa.Column("chosen", _TEXT, nullable=True),
        sa.Column("chosen_by", _TEXT, nullable=True),
        sa.Column("chosen_at", _TIME, nullable=True),
        _points_to(name, "encounter_id", "encounter"),
        *(_points_to(name, each, "staff") for each in ("first_by", "second_by", "chosen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_conflict")),
    )
    op.create_index(op.f("ix_draft_conflict_encounter_id"), name, ["encounter_id"])


def _share_drafts() -> None:
    """What each had by themselves becomes versions of one draft; the last of them holds everybody's words."""
    found = op.get_bind().execute(sa.select(_OLD).order_by(_OLD.c.encounter_id, _OLD.c.saved_at)).all()
    op.drop_table("draft")
    op.create_table(
        "draft",
        sa.Column("encounter_id", _TEXT, nullable=False),
        sa.Column("author_id", _TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("saved_at", _TIME, nullable=False),
        _points_to("draft", "encounter_id", "encounter"),
        _points_to("draft", "author_id", "staff"),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_draft")),
    )
    for encounter in dict.fromkeys(row.encounter_id for row in found):
        _share(encounter, [row for row in found if row.encounter_id == encounter])


def _share(encounter: str, rows: list[Any]) -> None:
    bodies = [row.body for row in rows]
    if len(rows) > 1:
        bodies.append(_together(bodies))
    last = {"encounter_id": encounter, "author_id": rows[-1].author_id, "saved_at": rows[-1].saved_at}
    for number, body in enumerate(bodies, 1):
        row = rows[min(number, len(rows)) - 1]
        kept = {**last, "author_id": row.author_id, "saved_at": row.saved_at, "number": number, "body": body}
        merged = {"kind": "saved" if number <= len(rows) else "merged", "based_on": 0}
        op.get_bind().execute(sa.insert(_KEPT).values(**kept, **merged))
    op.get_bind().execute(sa.insert(_NEW).values(**last, version=len(bodies), body=bodies[-1]))


def _together(bodies: list[Any]) -> dict[str, Any]:
    joined: dict[str, Any] = {"outcome": bodies[-1].get("outcome")}
    for field in _WORDS:
        words = dict.fromkeys(str(each.get(field) or "") for each in bodies)
        joined[field] = "\n".join(word for word in words if word)
    return joined
