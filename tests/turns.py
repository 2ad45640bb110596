"""Which tests come first, and which worker takes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

ROOT = Path(__file__).parents[1]
_LONG = (
    "test_fault_run.py",
    "test_nobody_is_forgotten.py",
    "test_kill_run.py",
    "test_bench.py",
    "test_letters_run.py",
    "test_hostile_input.py",
    "test_waiting_night.py",
    "test_roles_at_the_patient.py",
    "test_roles_elsewhere.py",
    "test_strangers.py",
)
"""What takes long comes before what takes seconds, so that all cores end together. Those that start processes
of their own stand apart, so that few run at once."""


def turn(item: pytest.Item) -> int:
    """Those with a browser first: they are one worker's way through the whole run."""
    if needs_a_browser(item.path):
        return -1
    return _LONG.index(item.path.name) if item.path.name in _LONG else len(_LONG)


@cache
def needs_a_browser(file: Path) -> bool:
    """Whether the tests of this file look at pages in Chromium."""
    return file.parent.name == "browser" or "from tests.browser import" in file.read_text(encoding="utf-8")


class OneBrowser(LoadFileScheduling):
    """A file is for one worker, and all that need a browser are for the same one: two starve on two cores."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "browser" if needs_a_browser(ROOT / file) else file
