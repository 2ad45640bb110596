"""What is recorded when a medicine is given (utdeling), and its seal. Names: FHIR MedicationAdministration.

`completed` was given; `not-done` was not, with the reason; `entered-in-error` was never so. A medicine that
two must look at is `in-progress` until the second has said so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal

from core.errors import Conflict, Invalid

Outcome = Literal["given", "vomited", "refused", "not-given"]
"""Given; given and not kept down (kastet opp); refused by the patient (nektet); not given otherwise."""

STATUS: Mapping[str, str] = {
    "given": "completed",
    "vomited": "completed",
    "refused": "not-done",
    "not-given": "not-done",
}

SEALED = (
    *("encounter_id", "status", "outcome", "medication", "substance", "dose", "unit", "route"),
    *("given_by", "recorded_by", "ordered_by"),
    *("standing_code", "standing_version", "weight_kg", "cleared", "needs_check", "remark", "replaces"),
    "reason",
)


class GivenTimeNotPossible(Invalid):
    """In the future, or so long ago that it was not here."""

    code = "given-time-not-possible"


class NobodyOrdered(Invalid):
    """Neither a doctor nor a standing order says that it is to be given (mangler ordinasjon)."""

    code = "nobody-ordered"


class AdministrationCorrectedAlready(Conflict):
    """A colleague has corrected it meanwhile; the new version is the one to correct."""

    code = "administration-corrected-already"


class NothingToCheck(Conflict):
    """It needs no second person, or somebody has looked at it already."""

    code = "nothing-to-check"


class OwnCheck(Conflict):
    """Whoever gives it cannot be the second person (dobbeltkontroll er to personer)."""

    code = "own-check"


class RemarkMissing(Invalid):
    """What was not given says why."""

    code = "administration-reason-missing"


def administration_hash(content: Mapping[str, object], given_at: datetime, recorded_at: datetime) -> str:
    """SHA-256 over the fields in `SEALED` and the times; numbers without trailing zeros."""
    body = {name: _plain(content[name]) for name in SEALED}
    body |= {"given_at": given_at.isoformat(), "recorded_at": recorded_at.isoformat()}
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(value: object) -> object:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
