"""All tables in one place, for migrations: only `app` sees every package."""

from app.live import people as open_pages
from core.access import tables as access
from core.access.sign_in import tables as sign_in
from core.patients import identity_tables as identity
from core.patients import tables as patients
from core.patients.gp import registered as registered_gp
from core.patients.need import tables as need
from core.store import event_log, idempotency, lease
from core.store.database import Table
from integrations import tables as integrations
from journal import clinical_tables as clinical
from journal import code_tables as codes
from journal import copy_tables as copies
from journal import hand_over_tables as hand_overs
from journal import live_tables as live
from journal import order_tables as orders
from journal import tables as journal
from journal import vitals_tables as medicines
from triage import scale_packs
from triage import tables as triage
from triage import vitals_tables as measurements

METADATA = Table.metadata

__all__ = [
    "METADATA",
    "access",
    "clinical",
    "codes",
    "copies",
    "event_log",
    "hand_overs",
    "idempotency",
    "identity",
    "integrations",
    "journal",
    "lease",
    "live",
    "measurements",
    "medicines",
    "need",
    "open_pages",
    "orders",
    "patients",
    "registered_gp",
    "scale_packs",
    "sign_in",
    "triage",
]
