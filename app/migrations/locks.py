"""What the database itself refuses (decision 9): rows that may not be changed or deleted, on both engines."""

from __future__ import annotations

from alembic import op


def lock_rows(table: str, what: str, when: str | None) -> None:
    """Refuse `what` (UPDATE, DELETE or INSERT) on this table, always or where `when` holds of OLD and NEW."""
    name = f"locked_{table}_{what.lower()}"
    if op.get_bind().dialect.name != "postgresql":
        op.execute(f"DROP TRIGGER IF EXISTS {name}")  # a later rule takes the place of the earlier
        condition = f"WHEN {when}".replace("IS DISTINCT FROM", "IS NOT") if when else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {what} ON {table} {condition}"
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
