"""The ward behind the bad line: a fresh database with one unit, nurses, and the tokens of its screens."""

from __future__ import annotations

from dataclasses import dataclass

from core.access import credentials
from core.access.tables import Display
from core.ids import Role, new_id
from core.store.work import Work
from scripts.kill.ward import NURSES, UNIT, furnished, hire, open_unit

ROOMS = ("Akutt 1", "Akutt 2", "Rom 1", "Rom 2", "Rom 3", "Rom 4")

KINDS: dict[str, tuple[str, str, str]] = {
    "board": ("board", "wall", "name"),
    "board-without-names": ("board", "wall", "number"),
    "waiting-room": ("waiting-room", "waiting-room", "name"),
}
"""What a screen shows -> what it asks for, what kind of display it is, and whether it may see names."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Tokens: of nurses, and of one display for each thing that screens show."""

    nurses: tuple[str, ...]
    screens: dict[str, str]


async def move_in(database_url: str) -> Keys:
    """Set up the unit, its nurses and what hangs on its walls."""
    return await furnished(database_url, _furnish)


async def _furnish(work: Work) -> Keys:
    await open_unit(work, rooms=ROOMS)
    return Keys(
        nurses=await hire(work, NURSES, Role.TRIAGE_NURSE),
        screens={shown: await _hang_up(work, shown) for shown in KINDS},
    )


async def _hang_up(work: Work, shown: str) -> str:
    _, kind, names = KINDS[shown]
    display = Display(
        id=new_id(), name=shown, unit_id=UNIT, kind=kind, names=names, added_at=work.now, version=1
    )
    work.session.add(display)
    await work.session.flush()
    return await credentials.issue_for_display(work, display.id)
