"""Scales as this installation has them (skalaer): those the program carries, and those the site has brought.

Every version stays, so that an assessment of last year can be explained by the table of last year. Several
processes serve one database: a version never changes, so each may keep what it has read.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.patients.tables import Unit
from core.store.database import Table
from core.text import Answer
from triage.rules.levels import Level, levels
from triage.rules.scale_use.choice import chosen, times
from triage.rules.scales.packs import load_scale, scales
from triage.rules.scales.refusals import ScaleUnknown
from triage.rules.scales.scale import Scale

_KEPT_AT_MOST = 40
_read: dict[str, Scale] = {}  # by digest


class ScalePack(Table):
    """One version of a scale (skalaversjon), as its file was brought. Append-only."""

    __tablename__ = "scale_pack"

    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]  # SHA-256 of the text
    text: Mapped[str]
    brought_at: Mapped[datetime]
    brought_by: Mapped[str]


class ScaleVersion(Answer):
    """A version that is here."""

    id: str
    version: str
    digest: str
    brought_at: datetime | None  # None: the program carries it


async def find_scale(session: AsyncSession, id: str, version: str | None = None) -> Scale:
    """The scale in this version; without one the carried, else the last brought. ScaleUnknown."""
    carried = scales().get(id)
    if carried is not None and version in (None, carried.table_version):
        return carried
    wanted = select(ScalePack.digest).where(ScalePack.id == id)
    if version is not None:
        wanted = wanted.where(ScalePack.version == version)
    latest = wanted.order_by(ScalePack.brought_at.desc(), ScalePack.version.desc()).limit(1)
    digest = (await session.execute(latest)).scalar_one_or_none()
    if digest is None:
        raise ScaleUnknown(scale=id, version=version)
    return _read.get(digest) or await _load(session, id, digest)


async def _load(session: AsyncSession, id: str, digest: str) -> Scale:
    found = await session.execute(
        select(ScalePack.text).where(ScalePack.id == id, ScalePack.digest == digest).limit(1)
    )
    if len(_read) >= _KEPT_AT_MOST:
        _read.clear()
    return _read.setdefault(digest, load_scale(found.scalar_one()))


async def scale_in_use(session: AsyncSession, unit: Unit, asked: str | None = None) -> Scale:
    """The scale `asked` for in the version the unit uses; without asking, the one that decides there."""
    choice = chosen(unit.scale, unit.choices)
    if asked in (None, choice.scale):
        return await find_scale(session, choice.scale, choice.version)
    if asked == choice.beside:
        return await find_scale(session, choice.beside, choice.beside_version)
    return await find_scale(session, asked)


async def scale_on_trial(session: AsyncSession, unit: Unit, main: Scale) -> Scale | None:
    """The scale asked beside the one that decides, during a change-over."""
    choice = chosen(unit.scale, unit.choices)
    if choice.beside is None or main.id != choice.scale:
        return None
    return await find_scale(session, choice.beside, choice.beside_version)


def unit_levels(unit: Unit, used: Scale) -> tuple[Level, ...]:
    """The scale's levels with the unit's own minutes."""
    own = times(unit.scale, unit.choices, of=used.id)
    return levels(used, targets=own.targets, reassess=own.reassess)


async def versions(session: AsyncSession) -> list[ScaleVersion]:
    """Every scale and version that is here, by id; of one scale the latest brought first."""
    rows = await session.execute(
        select(ScalePack.id, ScalePack.version, ScalePack.digest, ScalePack.brought_at).order_by(
            ScalePack.id, ScalePack.brought_at.desc()
        )
    )
    carried = [
        ScaleVersion(id=each.id, version=each.table_version, digest=each.digest, brought_at=None)
        for each in scales().values()
    ]
    known = {(each.id, each.version) for each in carried}
    brought = [
        ScaleVersion(id=id, version=version, digest=digest, brought_at=at)
        for id, version, digest, at in rows
        if (id, version) not in known
    ]
    return sorted([*carried, *brought], key=lambda each: each.id)
