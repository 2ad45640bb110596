"""Scales that the site has brought, kept in every version; all that an assessment was made from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_scales"
down_revision = "2026_11_25_screens"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scale_pack",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("brought_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_scale_pack")),
    )
    op.add_column("assessment", sa.Column("inputs", sa.JSON(), nullable=True))
    # A default of the database too, so that the version before this one can still assess.
    op.add_column("assessment", sa.Column("confirmed", sa.JSON(), nullable=False, server_default="[]"))
    for what in ("UPDATE", "DELETE"):
        _lock(what)


def _lock(what: str) -> None:
    # A table that somebody was triaged by is never changed; a new one has a new version.
    name = f"locked_scale_pack_{what.lower()}"
    if op.get_bind().dialect.name != "postgresql":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {what} ON scale_pack"
            " BEGIN SELECT RAISE(ABORT, 'locked: scale_pack'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'locked: scale_pack' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {what} ON scale_pack FOR EACH ROW EXECUTE FUNCTION {name}()")
