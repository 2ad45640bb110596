"""Which documents of an encounter a reader was shown (dokumenter), for the access log."""

from __future__ import annotations

from collections.abc import Iterator

from journal.queries.page import EncounterPage, PageEdition


def documents(page: EncounterPage) -> tuple[str, ...]:
    """Each part that had something in it, single documents with their id."""
    parts = {
        "vital-signs": page.vital_signs,
        "diagnoses": page.diagnoses,
        "orders": page.orders,
        "observation": page.observation,
        "performed": page.performed,
        "critical": page.critical.lines or page.critical.none_known,
        "critical:kjernejournal": page.critical.looked_up and page.critical.looked_up.answered_at,
        "medicines": page.medicine_list.lines,
        "medicines:medication-list": page.medicine_list.looked_up
        and page.medicine_list.looked_up.answered_at,
        "conclusion": page.conclusion,
        "related": page.patient.related,
    }
    return (
        "person",
        *(f"assessment:{each.id}" for each in page.assessments),
        *(f"note:{each.id}" for each in page.notes),
        *(f"correction:{each.id}" for each in _corrections(page)),
        *(f"result:{each.id}" for each in page.results),
        *(f"composition:{each.id}" for each in page.compositions),
        *(f"administration:{each.id}" for each in page.administrations),
        *(f"hand-over:{each.id}" for each in page.hand_overs),
        *(f"message:{each.id}" for each in page.messages),
        *(name for name, part in parts.items() if part),
    )


def _corrections(page: EncounterPage) -> Iterator[PageEdition]:
    histories = [note.editions for note in page.notes]
    histories += [page.conclusion.editions] if page.conclusion else []
    return (each for history in histories for each in history if each.kind != "signed")
