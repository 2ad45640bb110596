"""What a line says, as one hash: sealed when it is written, so that none is changed or gone unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

CRITICAL = (
    *("item_id", "number", "encounter_id", "kind", "text", "reaction", "severity", "certainty"),
    *("source", "reason", "recorded_by"),
)
MEDICINE = (
    *("item_id", "number", "encounter_id", "name", "atc", "dosage", "source", "external_id", "use"),
    *("change", "new_dosage", "reason", "void", "recorded_by"),
)
CONCLUSION = (
    *("encounter_id", "report_id", "outcome", "asked_of_gp", "told_to_patient", "medication_changes"),
    *("medication_stated", "medicines", "signed_by"),
)


def line_hash(content: Mapping[str, object], at: datetime) -> str:
    """SHA-256 over the fields and the time."""
    body = {**content, "at": at.isoformat()}
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
