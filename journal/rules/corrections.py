"""Corrections and addenda (rettelser og tillegg): who may, what counts now, and what a change changed. Pure.

What was signed is never changed: a correction is a whole new version beside it, an addendum is words beside
it (helsepersonelloven § 42). The last correction of a thing is what counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from journal.rules.clinical.medicines import answered

Kind = Literal["correction", "addendum"]
Target = Literal["note", "diagnoses", "conclusion"]

NAMES: Mapping[str, str] = {
    "subjective": "Sykehistorie",
    "objective": "Funn",
    "assessment": "Vurdering",
    "plan": "Tiltak og plan",
    "diagnoses": "Diagnoser",
    "outcome": "Videre",
    "asked_of_gp": "Til fastlegen",
    "told_to_patient": "Til pasienten",
    "medication_changes": "Legemiddelendringer",
}
"""Headings as receivers read them: letters are in Norwegian whatever the sender's screen is."""


class Edition(Protocol):
    """A correction or addendum as it was signed."""

    @property
    def number(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def note_id(self) -> str | None: ...
    @property
    def body(self) -> dict[str, Any]: ...


E = TypeVar("E", bound=Edition)


@dataclass(frozen=True, slots=True)
class Changed:
    """One heading that reads differently now. None: nothing stood there, or stands there."""

    heading: str
    before: str | None
    after: str | None

    @property
    def words(self) -> str:
        """For a reader who has the old version: what it said and what it says."""
        name = NAMES.get(self.heading, self.heading)
        if self.before is None:
            return f"{name}: nytt – «{self.after}»"
        return f"{name}: sto «{self.before}», {f'er nå «{self.after}»' if self.after else 'er tatt bort'}"


def may_correct(actor_id: str, author_id: str) -> bool:
    """Only who signed something corrects it; another doctor adds beside it."""
    return actor_id == author_id


def counts_now(editions: Iterable[E], target: str, note_id: str | None = None) -> E | None:
    """The correction that counts for a note, the diagnoses or the conclusion; None: as first signed."""
    of_it = [
        each for each in editions if (each.kind, each.target, each.note_id) == ("correction", target, note_id)
    ]
    return max(of_it, key=lambda each: each.number, default=None)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Changed, ...]:
    """Which headings read differently, in the order a reader wants them."""
    return tuple(
        Changed(name, _said(name, before), _said(name, after))
        for name in NAMES
        if _said(name, before) != _said(name, after)
    )


def correction_hash(signed: Mapping[str, Any], signed_at: datetime) -> str:
    """SHA-256 of everything that was signed, in a fixed form that can be computed again."""
    content = {**signed, "signed_at": signed_at.isoformat()}
    written = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


SIGNED = ("encounter_id", "number", "kind", "target", "note_id", "replaces", "body", "reason", "author_id")
"""What the hash of a correction covers, beside the time."""


def _said(name: str, content: Mapping[str, Any]) -> str | None:
    if name == "medication_changes" and name in content and answered(content) == "none":
        return "Ingen endringer"
    return _words(content.get(name))


def _words(value: Any) -> str | None:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(f"{each['code']} {each['display']}" for each in value) or None
    return str(value) if value else None
