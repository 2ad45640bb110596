"""Critical information and medicines as the page shows them: frozen values, the same over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from core.text import Answer
from journal.rules.clinical.critical import Certainty, Kind, Severity, State
from journal.rules.clinical.medicines import Change, Use


class PageRegister(Answer):
    """How a national register stands to this patient. `asked` False: there is no number to ask by."""

    service: Literal["kjernejournal", "medication-list", "person-register"]
    asked: bool
    outcome: Literal["found", "nothing", "no-access"] | None  # None: no answer yet
    as_of: datetime | None  # how new the register says its list is
    answered_at: datetime | None
    away: bool  # gives no answer now; what stands is from `answered_at`


class PageCriticalVersion(Answer):
    """What a line said before, and why it was changed."""

    number: int
    text: str
    reaction: str | None
    severity: Severity
    certainty: Certainty
    reason: str | None
    by: str
    at: datetime


class PageCriticalLine(Answer):
    """One line of the banner. `version` is its own; without one it is a register's and not changed here."""

    id: str
    version: int | None
    kind: Kind
    text: str
    reaction: str | None
    severity: Severity
    certainty: Certainty
    source: str
    by: str | None
    at: datetime | None
    history: tuple[PageCriticalVersion, ...] = ()  # newest first, without the one that counts
    onset: str | None = None  # as the register has it


class PageNoneKnown(Answer):
    """Who said that nothing is known, and on whose word."""

    source: str
    by: str
    at: datetime


class PageCritical(Answer):
    """Critical information (kritisk informasjon) of the patient."""

    state: State
    lines: tuple[PageCriticalLine, ...]
    none_known: PageNoneKnown | None
    removed: tuple[PageCriticalLine, ...] = ()  # disproved or entered in error, still to be read
    looked_up: PageRegister | None = None  # None: this installation asks none


class PageMedicine(Answer):
    """One medicine. `version` 0: nobody has answered for it in this contact."""

    id: str
    version: int
    name: str
    atc: str | None
    dosage: str | None
    source: str
    source_as_of: datetime | None
    use: Use | None
    change: Change | None
    new_dosage: str | None
    reason: str | None
    by: str | None
    at: datetime | None
    here: bool  # written in this contact
    external_id: str | None = None


class PageMedicines(Answer):
    """Medicines in use (legemidler). `reconciled`: every line is answered for."""

    lines: tuple[PageMedicine, ...]
    reconciled: bool
    changed: bool  # something was changed in this contact
    looked_up: PageRegister | None = None


def facts(model: type[Answer], row: object, **more: Any) -> dict[str, Any]:
    """The fields that a row and a value share by name, and those said here."""
    return {name: getattr(row, name) for name in model.model_fields if hasattr(row, name)} | more
