"""All tables in one place, for migrations: only `app` sees every package."""

from core.access import tables as access
from core.patients import tables as patients
from core.store import event_log, idempotency
from core.store.database import Table
from integrations import tables as integrations
from journal import tables as journal
from triage import tables as triage

METADATA = Table.metadata

__all__ = ["METADATA", "access", "event_log", "idempotency", "integrations", "journal", "patients", "triage"]
