"""Alembic's way in: runs on the connection that `run.py` hands over, inside its transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from app.tables import METADATA
from core.store.database import UtcDateTime
from triage.tables import ExactDecimal


def _render(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    # Migrations outlive our types: they name the database's own.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, ExactDecimal):
        return "sa.String(20)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_item=_render,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
