"""Where the published schemas and samples are, when they are at hand beside the project."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from lxml import etree

_BESIDE = Path(__file__).resolve().parents[4] / "shared" / "standards"
_STANDARDS = Path(os.environ.get("LEGEVAKT_TEST_STANDARDS", _BESIDE))


def standard(*path: str) -> Path:
    """A published file or folder; the test is skipped when the collection is not there."""
    found = _STANDARDS.joinpath(*path)
    if not found.exists():
        pytest.skip(f"the published standards are not beside the project: {'/'.join(path)}")
    return found


def schema(name: str) -> etree.XMLSchema:
    """A schema of KITH's that names its common types by a web address: those are read from beside it."""
    path = standard("kith", "schemas", name)
    here = re.sub(rb'schemaLocation="[^"]*/', b'schemaLocation="', path.read_bytes())
    return etree.XMLSchema(etree.fromstring(here, base_url=str(path)))
