"""Medicines in use (legemidler i bruk): what each line says, what this contact changed, and why. Pure.

Names are FHIR's (MedicationStatement). A line from a list is somebody's claim until the patient was asked:
uses, does not, unknown (bruker, bruker ikke, vet ikke). A change is a decision of this contact and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar, cast

from core.errors import Conflict, Invalid

Use = Literal["uses", "uses-not", "unknown"]
Change = Literal["new", "stopped", "paused", "dose"]
MedicineSource = Literal["patient", "relative", "gp-letter", "medication-list", "earlier", "contact"]
Stated = Literal["changed", "none", "not-stated"]


class MedicineReasonMissing(Invalid):
    """A change says why (begrunnelse): the GP must be able to follow it or undo it."""

    code = "medicine-reason-missing"


class DosageMissing(Invalid):
    """A changed dose says the new one."""

    code = "medicine-dosage-missing"


class MedicinesChanged(Conflict):
    """Changes are written down in this contact: "no changes" would not be true."""

    code = "medicines-changed"


class MedicineListed(Conflict):
    """The same medicine is on the list already."""

    code = "medicine-listed"


class Line(Protocol):
    """A version of a line."""

    @property
    def item_id(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def change(self) -> str | None: ...
    @property
    def void(self) -> bool: ...


L = TypeVar("L", bound=Line)


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineChange:
    """One medicine that is different after this contact; `dosage` before, `new_dosage` after."""

    kind: Change
    name: str
    dosage: str | None
    new_dosage: str | None
    reason: str
    atc: str | None = None

    @property
    def words(self) -> str:
        """E.g. `Endret dose: Metoprolol depot 50 mg, fra 1 × 1 til 1 × 2. Grunn: høyt blodtrykk.`"""
        dose = self.dosage
        if self.kind == "dose":
            dose = f"fra {self.dosage} til {self.new_dosage}" if self.dosage else f"nå {self.new_dosage}"
        said = f"{_KINDS[self.kind]}: {', '.join(filter(None, (self.name, dose)))}."
        return f"{said} Grunn: {self.reason.rstrip('.')}."


_KINDS = {"new": "Ny", "stopped": "Sluttet", "paused": "Satt på pause", "dose": "Endret dose"}


def require_whole(change: Change | None, new_dosage: str | None, reason: str | None) -> None:
    """Refuse a change without its reason, and a changed dose without the dose."""
    if change is not None and not reason:
        raise MedicineReasonMissing
    if change == "dose" and not new_dosage:
        raise DosageMissing


def newest_lines(versions: Iterable[L]) -> dict[str, L]:
    """The version that counts of each line, in the order the lines came; lines entered in error are out."""
    counts: dict[str, L] = {}
    for each in versions:
        if each.item_id not in counts or counts[each.item_id].number < each.number:
            counts[each.item_id] = each
    return {item: line for item, line in counts.items() if not line.void}


class Changed(Line, Protocol):
    """A line with what this contact decided about it."""

    @property
    def dosage(self) -> str | None: ...
    @property
    def new_dosage(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def atc(self) -> str | None: ...


def changes_in(versions: Iterable[Changed]) -> tuple[MedicineChange, ...]:
    """What a contact changed, as it stands after the last version of each line."""
    return tuple(
        MedicineChange(
            kind=cast("Change", line.change),
            name=line.name,
            dosage=line.dosage,
            new_dosage=line.new_dosage,
            reason=line.reason or "",
            atc=line.atc,
        )
        for line in newest_lines(versions).values()
        if line.change
    )


def stated(changes: Iterable[object], words: str | None, *, said_none: bool) -> Stated:
    """What the doctor answered about medicines. Silence is not "no changes"."""
    if any(True for _ in changes) or words:
        if said_none:
            raise MedicinesChanged
        return "changed"
    return "none" if said_none else "not-stated"


def answered(closing: Mapping[str, Any]) -> Stated:
    """The same, of a signed closing. One from before the question was kept said "none" by silence."""
    if closing.get("medication_changes"):
        return "changed"
    return "none" if closing.get("no_medication_changes", True) else "not-stated"


def all_words(changes: Iterable[MedicineChange], words: str | None) -> str | None:
    """Everything about changes as one text, line by line: what is frozen at signing."""
    return "\n".join(filter(None, (*(each.words for each in changes), words))) or None


def same_name(one: str, other: str) -> bool:
    """Whether two lines are the same medicine to a reader: case and spaces do not tell them apart."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return "".join(name.casefold().split())
