"""One earlier contact in words, the same on the patient's page and on the whole list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.screens import show
from app.screens.texts import Texts
from journal.queries.earlier_contacts import EarlierContact


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierView:
    """A line of the list."""

    id: str
    day: str
    place: str  # another unit's name; empty for one's own
    diagnosis: str
    complaint: str
    ended: str
    doctor: str


def earlier_views(contacts: Iterable[EarlierContact], t: Texts) -> list[EarlierView]:
    """Newest first, as they come."""
    return [_view(contact, t) for contact in contacts]


def _view(contact: EarlierContact, t: Texts) -> EarlierView:
    coded = " · ".join(f"{each.code} {each.display}" for each in contact.diagnoses)
    return EarlierView(
        id=contact.id,
        day=show.day(contact.arrived_at),
        place=contact.unit_name if contact.elsewhere else "",
        diagnosis=t("earlier.needs_reason") if contact.needs_reason else coded or t("earlier.no_diagnosis"),
        complaint=contact.complaint or "",
        ended=_ended(contact, t),
        doctor=contact.doctor or "",
    )


def _ended(contact: EarlierContact, t: Texts) -> str:
    if contact.needs_reason:
        return ""
    if contact.outcome:
        return t(f"outcome.{contact.outcome}")
    return t("earlier.cancelled" if contact.status == "cancelled" else "earlier.open")
