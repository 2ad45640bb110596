"""What fits on a wall (sidene): the most urgent always, the others in turn, letters as small as needed.

`app/static/screens/wall_paging.js` decides the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.screens.texts import Texts
from triage.queries.board_row import BoardRow

Item = TypeVar("Item")

ROWS = 11
"""How many rows a wall of 1080 lines shows with letters large enough for four metres."""
_TAKING_TURNS = 3
_DENSITIES = ((ROWS, ""), (15, "tight"), (22, "tighter"), (44, "crowd"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """One page of several that take turns."""

    shown: tuple[Item, ...]
    elsewhere: tuple[Item, ...]  # on other pages
    crowded_out: tuple[Item, ...]  # on no page: said in the bar that nobody overlooks
    page: int
    pages: int


def take_turns(
    items: Sequence[Item], is_pinned: Callable[[Item], bool], *, capacity: int, turn: int
) -> Page[Item]:
    """The page of this turn: those pinned are on each, in their order among the others."""
    pinned = [index for index, item in enumerate(items) if is_pinned(item)]
    others = [index for index, item in enumerate(items) if not is_pinned(item)]
    room = max(0, capacity - len(pinned))
    pages = max(1, -(-len(others) // room)) if room else 1
    page = turn % pages
    shown = {*pinned[:capacity], *others[page * room : (page + 1) * room]}
    lost = {*pinned[capacity:], *(others if not room else ())}
    return Page(
        shown=tuple(item for index, item in enumerate(items) if index in shown),
        elsewhere=tuple(item for index, item in enumerate(items) if index not in shown | lost),
        crowded_out=tuple(item for index, item in enumerate(items) if index in lost),
        page=page + 1,
        pages=pages,
    )


def is_urgent(row: BoardRow) -> bool:
    """Levels 1 and 2 are never on a page that is not shown."""
    return row.level in (1, 2)


def density(waiting: Sequence[BoardRow]) -> tuple[int, str]:
    """How many rows, and how tight they stand: all the urgent and a few that take turns must fit."""
    urgent = sum(map(is_urgent, waiting))
    needed = urgent + min(_TAKING_TURNS, len(waiting) - urgent)
    return next((each for each in _DENSITIES if each[0] >= needed), _DENSITIES[-1])


def page_of(waiting: Sequence[BoardRow], turn: int = 0) -> Page[BoardRow]:
    """The rows of this turn."""
    return take_turns(waiting, is_urgent, capacity=density(waiting)[0], turn=turn)


def paging_words(page: Page[BoardRow], t: Texts) -> str:
    """`Viser 11 · 3 grønne/blå på side 2`; nothing when everybody is shown."""
    if not page.elsewhere:
        return ""
    number = "one" if len(page.elsewhere) == 1 else "many"
    levels = dict.fromkeys(row.level or 0 for row in page.elsewhere)
    facts = {
        "shown": len(page.shown),
        "number": len(page.elsewhere),
        "levels": "/".join(t(f"level.{number}_{level}") for level in levels),
    }
    if page.pages == 2:
        return t("wall.paging", other=3 - page.page, **facts)
    return t("wall.paging_many", page=page.page, pages=page.pages, **facts)
