"""Which tests come first, and which worker takes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

ROOT = Path(__file__).parents[1]
BROWSER, PROCESSES = "browser", "processes"
_START_PROCESSES = {
    "test_bench.py",
    "test_fault_run.py",
    "test_kill_run.py",
    "test_letters_run.py",
    "test_the_demo_opens.py",
    "test_waiting_night.py",
}
_FIRST = (
    BROWSER,
    PROCESSES,
    "tests/journeys/any_night/test_nobody_is_forgotten.py",
    "tests/house/test_roles_at_the_patient.py",
    "tests/faults/test_hostile_input.py",
    "tests/realtime/test_patches_equal_board.py",
    "tests/faults/test_two_doctors.py",
    "tests/house/test_strangers.py",
)
"""What takes long comes before what takes seconds, so that all cores end together."""


@cache
def group(file: Path) -> str:
    """Whose turn a file of tests is: its own, or that of those which must not run beside each other."""
    if file.parent.name == "browser" or "from tests.browser import" in file.read_text(encoding="utf-8"):
        return BROWSER
    return PROCESSES if file.name in _START_PROCESSES else file.relative_to(ROOT).as_posix()


def turn(item: pytest.Item) -> int:
    """Small comes first."""
    name = group(item.path)
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)


class Turns(LoadFileScheduling):
    """Each file is for one worker; all that need a browser are for the same one, for two starve on two cores;
    and so are all that start processes of their own, some of which are timed."""

    def _split_scope(self, nodeid: str) -> str:
        return group(ROOT / super()._split_scope(nodeid))
