"""The rooms of a wall (rommene) as tiles: who is with a doctor where, and what is free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.screens import show
from app.screens.row_view import NameMode, level_word, next_view
from app.screens.texts import Texts
from app.screens.wall.paging import Page, take_turns
from triage.queries.board_row import Board, BoardRow

_ROOMY = 12
_NAMES_AT_MOST = 90  # letters of the free rooms' names, in the smallest tile


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A room (rom), or a patient under treatment without one: nobody may vanish from the wall."""

    key: str
    kind: Literal["busy", "roomless", "waiting", "free", "rest"]  # rest: all free rooms, when room is short
    title: str
    line: str
    time: str = ""
    note_word: str = ""  # what the time in `note` is for
    note: str = ""
    note_state: str = ""  # "late" when somebody should have looked again
    doctor: str = ""
    nurse: str = ""
    level_class: str = "l0"
    mark: str = ""
    level_word: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """How tiles stand: at most so many beside and below each other; `rest` is the rows of that tile."""

    name: str
    columns: int
    rows: int
    rest: int = 1

    def capacity(self, tiles: Sequence[Tile]) -> int:
        """How many of the tiles it holds besides the one for the rest, which takes the whole width."""
        taken = self.rest if any(tile.kind == "rest" for tile in tiles) else 0
        return self.columns * (self.rows - taken)


_GRIDS = (
    Grid("wide", 1, 6),
    Grid("", 2, 6),
    Grid("dense", 2, 8),
    Grid("compact", 2, 12, rest=2),
    Grid("line", 2, 18, rest=2),
    Grid("list", 3, 18, rest=2),
)


def waiting_rows(rows: Iterable[BoardRow]) -> list[BoardRow]:
    """Everybody here whom no doctor has taken (venter på lege), also those not triaged yet."""
    return [row for row in rows if row.doctor is None and row.status != "planned"]


def treated_rows(rows: Iterable[BoardRow]) -> list[BoardRow]:
    """Everybody a doctor has taken (under behandling)."""
    return [row for row in rows if row.doctor is not None and row.status != "planned"]


def grid_of(tiles: Sequence[Tile]) -> Grid:
    """The roomiest way to place the tiles so that none falls off the screen."""
    wanted = sum(tile.kind != "rest" for tile in tiles)
    return next((grid for grid in _GRIDS if grid.capacity(tiles) >= wanted), _GRIDS[-1])


def tiles_page(tiles: Sequence[Tile], turn: int = 0) -> Page[Tile]:
    """The tiles of this turn; in the fullest ward they take turns too, the most urgent always there."""
    rest = [tile for tile in tiles if tile.kind == "rest"]
    page = take_turns(
        [tile for tile in tiles if tile.kind != "rest"],
        lambda tile: tile.urgent,
        capacity=grid_of(tiles).capacity(tiles),
        turn=turn,
    )
    return Page(
        shown=(*page.shown, *rest),
        elsewhere=page.elsewhere,
        crowded_out=page.crowded_out,
        page=page.page,
        pages=page.pages,
    )


def room_tiles(board: Board, *, now: datetime, t: Texts, name_mode: NameMode) -> list[Tile]:
    """One tile per room in the unit's order, a further one for each patient that shares it or has none."""
    treated = treated_rows(board.rows)
    tiles: list[Tile] = []
    for room in board.rooms:
        inside = [row for row in treated if row.place == room.name]
        tiles += [_busy(row, now=now, t=t) for row in inside]
        if not inside:
            tiles.append(_quiet(room.name, waiting_rows(board.rows), t=t, name_mode=name_mode))
    known = {room.name for room in board.rooms}
    tiles += [_busy(row, now=now, t=t) for row in treated if row.place not in known]
    return _fewer(tiles, t)


def _fewer(tiles: Sequence[Tile], t: Texts) -> list[Tile]:
    """Where room is short, what says least gives way: the large tiles are for those under treatment."""
    if len(tiles) <= _ROOMY:
        return list(tiles)
    # Who waits in a room stands in the list with the room's name.
    fewer = [tile for tile in tiles if tile.kind != "waiting"]
    if len(fewer) <= _ROOMY:
        return fewer
    free = [tile.title for tile in fewer if tile.kind == "free"]
    busy = [tile for tile in fewer if tile.kind in ("busy", "roomless")]
    if not free:
        return busy
    return [
        *busy,
        Tile(key="rest", kind="rest", title=t("room.free_rooms", number=len(free)), line=_names(free)),
    ]


def _names(rooms: Sequence[str]) -> str:
    line = ""
    for index, name in enumerate(rooms):
        room = name.replace(" ", "\u00a0")  # "Obs 3" at the end of a line is not "Obs" and a 3 below
        longer = f"{line}, {room}" if line else room
        if len(longer) > _NAMES_AT_MOST:
            return f"{line} +{len(rooms) - index}"
        line = longer
    return line


def _busy(row: BoardRow, *, now: datetime, t: Texts) -> Tile:
    since = row.doctor_since or row.arrived_at
    word, note = _next_step(row, t)
    return Tile(
        key=f"p:{row.id}",
        kind="busy" if row.place else "roomless",
        title=row.place or t("room.none"),
        time=show.duration(show.minutes_between(since, now), t),
        line=" · ".join(part for part in (show.person(row.sex, row.age_months, t), row.complaint) if part),
        note_word=word,
        note=note,
        note_state=next_view(row, now=now, t=t).state,
        doctor=row.doctor or "",
        nurse=row.nurse or "",
        level_class=f"l{row.level or 0}",
        mark=str(row.level or "?"),
        level_word=level_word(row.level, t),
        urgent=row.level in (1, 2),
    )


def _next_step(row: BoardRow, t: Texts) -> tuple[str, str]:
    if row.continuous:
        return "", t("room.watched")
    if row.next_assessment_at is None:
        return "", t("room.with_doctor")
    return t("room.next"), show.clock(row.next_assessment_at)


def _quiet(room: str, waiting: Sequence[BoardRow], *, t: Texts, name_mode: NameMode) -> Tile:
    inside = [row.name if name_mode == "name" else row.number for row in waiting if row.place == room]
    if not inside:
        return Tile(key=f"r:{room}", kind="free", title=room, line=t("room.free"))
    return Tile(key=f"r:{room}", kind="waiting", title=room, line=", ".join(inside), note=t("room.waits"))
