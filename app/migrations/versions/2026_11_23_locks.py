"""What is signed or logged cannot be changed, by rule of the database itself and not only of our code."""

from __future__ import annotations

from collections.abc import Iterator

from alembic import op

revision = "2026_11_23_locks"
down_revision = "2026_11_23_first"
branch_labels = None
depends_on = None

# (table, when a change is refused; None is always). OLD and NEW are the row before and after.
_ENDED = "('finished', 'cancelled')"
_OF_ENDED = "(SELECT status FROM encounter WHERE id = {row}.encounter_id) IN ('finished', 'cancelled')"
_FIXED = (
    "NEW.message_id <> OLD.message_id OR NEW.encounter_id <> OLD.encounter_id"
    " OR NEW.created_at <> OLD.created_at OR NEW.sha256 IS DISTINCT FROM OLD.sha256"
    " OR NEW.body IS DISTINCT FROM OLD.body"
)
_UPDATE: tuple[tuple[str, str | None], ...] = (
    ("event", None),
    ("access_log", None),
    ("assessment", None),
    ("vital_sign", None),
    ("conclusion", None),
    ("receipt", None),
    ("draft_kept", None),
    ("encounter", f"OLD.status IN {_ENDED}"),
    ("note", "OLD.signed_at IS NOT NULL"),
    ("diagnosis", _OF_ENDED.format(row="OLD")),
    ("triage_state", _OF_ENDED.format(row="OLD")),
    ("outbox_message", _FIXED),
)
_DELETE: tuple[tuple[str, str | None], ...] = (
    *((table, None) for table, _ in _UPDATE if table not in ("note", "diagnosis")),
    ("note", "OLD.signed_at IS NOT NULL"),
    ("diagnosis", _OF_ENDED.format(row="OLD")),
)
_INSERT: tuple[tuple[str, str | None], ...] = tuple(
    (table, _OF_ENDED.format(row="NEW"))
    for table in ("note", "diagnosis", "assessment", "vital_sign", "conclusion", "draft")
)


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for table, what, when in _locks():
        op.execute(_postgres(table, what, when) if postgres else _sqlite(table, what, when))


def _locks() -> Iterator[tuple[str, str, str | None]]:
    for what, rules in (("UPDATE", _UPDATE), ("DELETE", _DELETE), ("INSERT", _INSERT)):
        for table, when in rules:
            yield table, what, when


def _sqlite(table: str, what: str, when: str | None) -> str:
    condition = f"WHEN {when}".replace("IS DISTINCT FROM", "IS NOT") if when else ""
    return (
        f"CREATE TRIGGER locked_{table}_{what.lower()} BEFORE {what} ON {table} {condition}"
        f" BEGIN SELECT RAISE(ABORT, 'locked: {table}'); END"
    )


def _postgres(table: str, what: str, when: str | None) -> str:
    # PostgreSQL allows no subquery in WHEN, so the condition stands in a function of its own.
    name = f"locked_{table}_{what.lower()}"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {when or 'TRUE'} THEN RAISE EXCEPTION 'locked: {table}'"
        " USING ERRCODE = 'integrity_constraint_violation'; END IF;"
        f" RETURN {'OLD' if what == 'DELETE' else 'NEW'}; END $$"
    )
    return f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
