"""Screens that hang unattended (skjermer): what each one shows, when it was last there, and taking it down.

A screen has a token of its own that reads one board of one unit, and nothing else. Who hung it up, changed
it or took it down stands in the unit's event log.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.permissions import Permission, require
from core.access.tables import Credential, Display
from core.errors import Conflict, NotFound, Stale
from core.ids import DISPLAYS, Actor
from core.store.event_log import Event
from core.store.work import Work
from core.text import Answer, Request, ShortText

Kind = Literal["wall", "waiting-room"]
Names = Literal["name", "number"]
Theme = Literal["dark", "light", "schedule"]
DisplayName = Annotated[ShortText, Field(max_length=60)]

CONNECTED_WITHIN = timedelta(seconds=60)
"""A screen last seen longer ago than this is not connected; those who are there are noted more often."""

_ACTOR = "display:"


class DisplayNameTaken(Conflict):
    """Another screen of the unit has that name: a person could take down the wrong one."""

    code = "display-name-taken"


class DisplaySettings(Request):
    """What a screen shows. Everything is said each time: a setting that was left out could show names."""

    name: DisplayName
    kind: Kind
    names: Names  # number: where the public can see the screen
    zone: ShortText | None  # of the unit's zones; None shows all
    theme: Theme  # schedule: light 07-20
    chime: bool  # in the waiting room: sounds when a number is called


class DisplayView(Answer):
    """A screen as those see it who arrange the unit."""

    id: str
    version: int
    name: str
    kind: Kind
    names: Names
    zone: str | None
    theme: Theme
    chime: bool
    added_at: datetime
    seen_at: datetime | None
    connected: bool


class DisplayList(Answer):
    """The unit's screens, by name."""

    server_time: datetime
    displays: tuple[DisplayView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _DisplayEvent(Event):
    display: str
    name: str

    def facts(self) -> dict[str, Any]:
        return {"display": self.display, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayAdded(_DisplayEvent):
    """A screen was approved and hung up (skjerm koblet til)."""

    kind: ClassVar[str] = "display-added"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayArranged(_DisplayEvent):
    """A screen was given other settings (skjerm endret)."""

    kind: ClassVar[str] = "display-arranged"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayRevoked(_DisplayEvent):
    """A screen was taken down and shows nothing more (skjerm koblet fra)."""

    kind: ClassVar[str] = "display-revoked"


def view(display: Display, now: datetime) -> DisplayView:
    """The screen as it is now."""
    seen = display.seen_at
    connected = seen is not None and now - seen <= CONNECTED_WITHIN
    values = {name: getattr(display, name) for name in DisplayView.model_fields if name != "connected"}
    return DisplayView(**values, connected=connected)


async def displays_of(session: AsyncSession, unit: str, now: datetime) -> DisplayList:
    """The screens of a unit; those taken down are left out."""
    found = await session.execute(
        select(Display)
        .where(Display.unit_id == unit, Display.revoked_at.is_(None))
        .order_by(Display.name, Display.id)
    )
    return DisplayList(server_time=now, displays=tuple(view(each, now) for each in found.scalars()))


async def display_of(session: AsyncSession, unit: str, display_id: str, now: datetime) -> DisplayView:
    """One screen of the unit."""
    return view(await _hanging(session, unit, display_id), now)


async def own_display(session: AsyncSession, actor: Actor, now: datetime) -> DisplayView:
    """The screen that is asking, with what it shall show."""
    assert actor.role in DISPLAYS
    assert actor.unit is not None
    return await display_of(session, actor.unit, actor.id.removeprefix(_ACTOR), now)


async def arrange(work: Work, display_id: str, wanted: DisplaySettings, version: int) -> DisplayView:
    """Give the screen other settings (endre skjerm); it draws itself anew within seconds."""
    require(work.actor, Permission.ARRANGE_UNIT)
    display = await _hanging(work.session, work.unit, display_id, lock=True)
    if display.version != version:
        raise Stale(current=view(display, work.now))
    await require_free_name(work, wanted.name, besides=display.id)
    changed = {name: value for name, value in wanted if getattr(display, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(display, name, value)
        display.version += 1
        await work.record(_told(DisplayArranged, display, work.now))
    return view(display, work.now)


async def revoke(work: Work, display_id: str) -> DisplayView:
    """Take the screen down (koble fra): within two seconds it shows nothing more, and never again."""
    require(work.actor, Permission.ARRANGE_UNIT)
    return await take_down(work, display_id)


async def take_down(work: Work, display_id: str) -> DisplayView:
    """As `revoke`, also for whoever runs the server; what proved who the screen was is worth nothing now."""
    display = await _hanging(work.session, work.unit, display_id, lock=True)
    display.revoked_at = work.now
    await work.session.execute(
        update(Credential)
        .where(Credential.display_id == display.id, Credential.ended_at.is_(None))
        .values(ended_at=work.now)
    )
    await work.record(_told(DisplayRevoked, display, work.now))
    return view(display, work.now)


async def tell_added(work: Work, display: Display) -> None:
    """Note in the log that the screen was hung up, and by whom."""
    await work.record(_told(DisplayAdded, display, work.now))


async def require_free_name(work: Work, name: str, *, besides: str = "") -> None:
    """Refuse a name that another screen of the unit has."""
    taken = await work.session.execute(
        select(Display.id).where(
            Display.unit_id == work.unit,
            Display.name == name,
            Display.revoked_at.is_(None),
            Display.id != besides,
        )
    )
    if taken.first() is not None:
        raise DisplayNameTaken(name=name)


async def note_seen(work: Work, actors: Collection[Actor]) -> None:
    """These screens are connected now: one statement, however many they are."""
    ids = sorted(actor.id.removeprefix(_ACTOR) for actor in actors if actor.role in DISPLAYS)
    if ids:
        await work.session.execute(update(Display).where(Display.id.in_(ids)).values(seen_at=work.now))


def _told(event: type[_DisplayEvent], display: Display, now: datetime) -> _DisplayEvent:
    return event(encounter_id=None, happened_at=now, display=display.id, name=display.name)


async def _hanging(session: AsyncSession, unit: str, display_id: str, *, lock: bool = False) -> Display:
    statement = select(Display).where(
        Display.id == display_id, Display.unit_id == unit, Display.revoked_at.is_(None)
    )
    found = await session.execute(statement.with_for_update() if lock else statement)
    display = found.scalar_one_or_none()
    if display is None:
        raise NotFound(display=display_id)
    return display
