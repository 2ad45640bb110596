"""The board in the waiting room (venteromstavla): who is called in, how long others wait, in two languages.

`app/static/screens/waiting_room_view.js` makes the same of the same board, so that a live screen equals a
fresh page. Calls end by the clock and not by an event, so both count the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.screens import show
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from core.access.displays import Theme
from triage.queries.waiting_room import CalledRow, WaitingRoom
from triage.queries.waiting_times import LevelWait
from triage.rules.calls import is_shown

EARLIER = 3
"""How many calls stand below the newest; more of them take turns."""

_NEW = timedelta(seconds=20)
_LONG, _LONGER = 9, 16
_QUARTERS = ("", "¼", "½", "¾")
_SCRIPT_TEXTS = ("waiting_room.", "time.minutes")
_LEAST_URGENT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """One number that is called, and where to."""

    key: str
    number: str
    to: str
    to_second: str  # only where the place is a word of ours and not a name
    at: str
    state: str  # "new", and "long" or "longer" by the name of the place


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelView:
    """One level and how long it waits."""

    key: str
    level_class: str
    mark: str
    name: str
    name_second: str
    note: str
    note_second: str
    time: str
    time_second: str  # only where it reads otherwise


@dataclass(frozen=True, slots=True)
class Tongues:
    """The two languages of a public screen: the ward's own, and one for those who do not read it."""

    first: Texts
    second: Texts

    def __call__(self, key: str, **facts: object) -> tuple[str, str]:
        """The same sentence in both."""
        return self.first(key, **facts), self.second(key, **facts)


def tongues(language: str) -> Tongues:
    """Norwegian and English, the chosen one first."""
    return Tongues(texts(language), texts("nb" if language == "en" else "en"))


def waiting_room(
    board: WaitingRoom,
    *,
    language: str,
    theme: Theme,
    websocket_path: str,
    asset_version: str,
    sign_in_path: str | None = None,
    spare_path: str = "",
    chime: bool | None = None,
) -> str:
    """The whole page, complete before any script runs; `sign_in_path` is where a refused screen goes,
    `spare_path` where a display fetches what it keeps to start without us, and `chime` whether it sounds."""
    both, now = tongues(language), board.server_time
    called = calls(board.rows, now=now, both=both)
    return render(
        "screens/waiting_room.html",
        t=both.first,
        second=both.second,
        theme=show.painted(theme, now),
        theme_choice=theme,
        asset_version=asset_version,
        board=board,
        websocket_path=websocket_path,
        spare_path=spare_path,
        chime="" if chime is None else "on" if chime else "off",
        sign_in_path=sign_in_path or f"/display/{board.unit}",
        newest=called[0] if called else _NO_CALL,
        earlier=called[1 : 1 + EARLIER],
        blank_call=_NO_CALL,
        levels=[level_view(each, both=both) for each in board.waits],
        blank_level=level_view(LevelWait(level=1, low=0, high=0), both=both),
        view=head_view(len(called), board.computed_at, now=now, both=both),
        data=data_block(board.model_dump(mode="json")),
        words=data_block(_words(both)),
    )


_NO_CALL = CallView(key="", number="", to="", to_second="", at="", state="")


def _words(both: Tongues) -> dict[str, str]:
    second = {f"second.{key}": text for key, text in both.second.subset(_SCRIPT_TEXTS).items()}
    return both.first.subset(_SCRIPT_TEXTS) | second


def calls(rows: Sequence[CalledRow], *, now: datetime, both: Tongues) -> list[CallView]:
    """The numbers being called now, the newest first."""
    called = [(row.called_at, row) for row in rows if row.called_at and is_shown(row.called_at, now)]
    called.sort(key=lambda each: (-each[0].timestamp(), each[1].number))
    return [_call_view(row, at, now=now, both=both) for at, row in called]


def _call_view(row: CalledRow, at: datetime, *, now: datetime, both: Tongues) -> CallView:
    first, second = (row.called_to, "") if row.called_to else both("waiting_room.desk")
    size = "longer" if len(first) > _LONGER else "long" if len(first) > _LONG else ""
    return CallView(
        key=row.id,
        number=row.number,
        to=first,
        to_second=second,
        at=both.first("waiting_room.called_at", clock=show.clock(at)),
        state=" ".join(part for part in ("new" if now - at < _NEW else "", size) if part),
    )


def level_view(wait: LevelWait, *, both: Tongues) -> LevelView:
    """A level's line: mark, name and range in both languages."""
    rank = wait.level
    name, name_second = both(f"waiting_room.level_{rank}")
    note, note_second = both("waiting_room.gp") if rank == _LEAST_URGENT else ("", "")
    time, time_second = waited(wait, both.first), waited(wait, both.second)
    return LevelView(
        key=str(rank),
        level_class=f"l{rank}",
        mark=str(rank),
        name=name,
        name_second=name_second,
        note=note,
        note_second=note_second,
        time=time,
        time_second=time_second if time_second != time else "",
    )


def waited(wait: LevelWait, t: Texts) -> str:
    """`35–60 min`, `45 min–1½ t`, `Under 15 min`, `Over 2 t`, `Ingen ventetid`; or that nobody knows."""
    low, high = wait.low, wait.high
    if low is None:
        return t("waiting_room.unknown")
    if high is None:
        return t("waiting_room.over", time=_time(low, t))
    if high == 0:
        return t("waiting_room.at_once")
    if low == 0:
        return t("waiting_room.under", time=_time(high, t))
    if high <= 60:
        return t("time.minutes", minutes=f"{low}–{high}")
    if low < 60:
        return f"{_time(low, t)}–{_time(high, t)}"
    return t("waiting_room.hours", hours=f"{_hours(low)}–{_hours(high)}")


def _time(minutes: int, t: Texts) -> str:
    if minutes <= 60:
        return t("time.minutes", minutes=minutes)
    return t("waiting_room.hours", hours=_hours(minutes))


def _hours(minutes: int) -> str:
    return f"{minutes // 60}{_QUARTERS[minutes % 60 // 15]}"


def head_view(called: int, computed_at: datetime, *, now: datetime, both: Tongues) -> dict[str, str | bool]:
    """What the rest of the page says; the first page of calls is drawn here, the script turns it."""
    computed, computed_second = both("waiting_room.computed", clock=show.clock(computed_at))
    pages = -(-(called - 1) // EARLIER)
    return {
        "clock": show.clock(now),
        "calling": called > 0,
        "nobody": called == 0,
        "stale": False,
        "fresh": True,
        "quiet": both.first("waiting_room.nobody_called"),
        "quiet_second": both.second("waiting_room.nobody_called"),
        "pages": f"1 / {pages}" if pages > 1 else "",
        "computed": computed,
        "computed_second": computed_second,
    }
