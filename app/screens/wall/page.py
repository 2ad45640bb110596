"""The staff wall (personaltavla): who waits, who is treated and what is late, readable from four metres."""

from __future__ import annotations

from typing import get_args

from app.screens import show
from app.screens.render import data_block, render
from app.screens.row_view import NameMode, blank_row, row_view
from app.screens.texts import texts
from app.screens.wall.heading import LEVELS, part_of, wall_view
from app.screens.wall.paging import density, page_of
from app.screens.wall.tiles import Tile, grid_of, room_tiles, tiles_page, waiting_rows
from core.access.displays import Theme
from triage.queries.board_row import Board, Flag
from triage.rules.unit.arrangement import COLUMNS

_BARS_AT_MOST = 20
_SCRIPT_TEXTS = (
    "age.",
    "alarm.",
    "level.",
    "live.",
    "next.",
    "place.",
    "room.",
    "sex.",
    "shift.",
    "time.",
    "wait.",
    "wall.",
)


def wall(
    board: Board,
    *,
    language: str,
    theme: Theme,
    name_mode: NameMode,
    websocket_path: str,
    asset_version: str,
    sign_in_path: str | None = None,
    spare_path: str = "",
    zone: str | None = None,
) -> str:
    """The whole page, complete before any script runs; `sign_in_path` is where a refused screen goes,
    `spare_path` where a display fetches what it keeps to start without us.

    The page holds all rows, also those of other zones: only then can it prove that nobody is missing.
    """
    t, now = texts(language), board.server_time
    part = part_of(board, zone)
    waiting = waiting_rows(part.board.rows)
    tiles = room_tiles(part.board, now=now, t=t, name_mode=name_mode)
    page, room_page = page_of(waiting), tiles_page(tiles)
    return render(
        "screens/wall.html",
        t=t,
        theme=show.painted(theme, now),
        theme_choice=theme,
        asset_version=asset_version,
        board=board,
        zone=zone or "",
        websocket_path=websocket_path,
        spare_path=spare_path,
        sign_in_path=sign_in_path or f"/display/{board.unit}",
        name_mode=name_mode,
        rows=[row_view(row, now=now, t=t, name_mode=name_mode) for row in waiting],
        shown={row.id for row in page.shown} | {tile.key for tile in room_page.shown},
        blank=blank_row(t),
        tiles=tiles,
        blank_tile=Tile(key="", kind="free", title="", line=""),
        table_class=table_class(board, density(waiting)[1]),
        grid=grid_of(tiles).name,
        ranks=range(1, LEVELS + 1),
        all_flags=get_args(Flag),
        bars=len(part.board.rooms) if len(part.board.rooms) <= _BARS_AT_MOST else 0,
        wall=wall_view(part, page, room_page, missing=max(0, board.count - len(board.rows)), now=now, t=t),
        data=data_block(board.model_dump(mode="json")),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def table_class(board: Board, tight: str) -> str:
    """How tight the rows stand, and which columns the unit has left out."""
    left_out = [f"no-{column}" for column in COLUMNS if column not in board.columns]
    return " ".join(part for part in (tight, *left_out) if part)
