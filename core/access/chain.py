"""The hash chain of the access log (hashkjede): each line is tied to the one before it. Pure.

A line's hash covers its whole content and the hash of the line before. Who changes, removes, adds or moves a
line must make every later line anew, and then the last hash is another than the one that was noted elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

BEGINNING = "0" * 64
"""Stands for the line before a unit's first."""

CONTENT = (
    *("unit_id", "seq", "id", "at", "legal_entity", "actor_id", "actor_name", "role", "patient_id"),
    *("encounter_id", "what", "documents", "purpose", "relation", "reason", "basis"),
)
"""What the hash covers. What a line does not have is left out, so that a new column changes no old hash."""


def tied(previous: str, line: Mapping[str, Any]) -> str:
    """The hash of this line after the one before."""
    content = {name: _plain(line[name]) for name in CONTENT if line.get(name) is not None}
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous.encode() + written.encode()).hexdigest()


def _plain(value: Any) -> Any:
    # Two databases hand back the same moment in different zones; it is written in one way.
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
