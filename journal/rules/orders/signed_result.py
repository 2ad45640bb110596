"""What a result says, as one hash: sealed when it comes, so that no result is changed or gone unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

SEALED = ("order_id", "number", "status", "value", "text", "unit", "low", "high", "reason", "reported_by")


def result_hash(content: Mapping[str, object], reported_at: datetime) -> str:
    """SHA-256 over the fields in `SEALED` and the time; numbers without trailing zeros."""
    body = {name: _plain(content[name]) for name in SEALED} | {"reported_at": reported_at.isoformat()}
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plain(value: object) -> object:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
