"""Where the published schemas and samples are, when they are at hand beside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

_STANDARDS = Path(__file__).resolve().parents[4] / "shared" / "standards"


def standard(*path: str) -> Path:
    """A published file or folder; the test is skipped when the collection is not there."""
    found = _STANDARDS.joinpath(*path)
    if not found.exists():
        pytest.skip(f"the published standards are not beside the project: {'/'.join(path)}")
    return found
