"""A page without what is kept from who asks (unntatt fra innsyn). Pure: page and decisions in, page out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from journal.queries.page import EncounterPage


class Version(Protocol):
    """One of several that replace each other."""

    @property
    def id(self) -> str: ...
    @property
    def replaces(self) -> str | None: ...


def without(page: EncounterPage, kept: Collection[str]) -> EncounterPage:
    """The page as it may be read: each thing named goes with all its versions; drafts are no record yet."""
    rounds, given = _chain(page.measurements, kept), _chain(page.administrations, kept)
    papers = {each.document_id for each in page.compositions if each.id in kept}
    changed: Mapping[str, Any] = {
        "assessments": tuple(each for each in page.assessments if each.id not in kept),
        "measurements": tuple(each for each in page.measurements if each.id not in rounds),
        "administrations": tuple(each for each in page.administrations if each.id not in given),
        "orders": tuple(each for each in page.orders if each.id not in kept),
        "results": tuple(each for each in page.results if each.order not in kept),
        "critical": page.critical.model_copy(
            update={
                name: tuple(each for each in getattr(page.critical, name) if each.id not in kept)
                for name in ("lines", "removed")
            }
        ),
        "medicine_list": page.medicine_list.model_copy(
            update={"lines": tuple(each for each in page.medicine_list.lines if each.id not in kept)}
        ),
        "notes": tuple(
            each.model_copy(update={"editions": _editions(each.editions, kept)})
            for each in page.notes
            if each.signed_at and each.id not in kept
        ),
        "diagnoses": tuple(each for each in page.diagnoses if each.id not in kept),
        "compositions": tuple(
            each for each in page.compositions if each.signed_at and each.document_id not in papers
        ),
        "conclusion": _conclusion(page, kept),
    }
    return page.model_copy(update=dict(changed))


def _chain(versions: Iterable[Version], kept: Collection[str]) -> set[str]:
    """All versions of what is named by one of them."""
    by_id = {each.id: each for each in versions}
    after = {each.replaces: each.id for each in by_id.values() if each.replaces}
    found: set[str] = set()
    wanted = [id for id in kept if id in by_id]
    while wanted:
        id = wanted.pop()
        if id in found or id not in by_id:
            continue
        found.add(id)
        wanted += [each for each in (by_id[id].replaces, after.get(id)) if each]
    return found


def _editions(editions: Iterable[Any], kept: Collection[str]) -> tuple[Any, ...]:
    return tuple(each for each in editions if each.id not in kept)


def _conclusion(page: EncounterPage, kept: Collection[str]) -> Any:
    """The words go; lists of diagnoses that name one kept back go with it."""
    if page.conclusion is None or page.id in kept:
        return None
    hidden = any(each.id in kept for each in page.diagnoses)
    editions = [
        each
        for each in _editions(page.conclusion.editions, kept)
        if not (hidden and each.target == "diagnoses")
    ]
    return page.conclusion.model_copy(update={"editions": tuple(editions)})
