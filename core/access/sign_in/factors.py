"""The second factor (andre faktor): codes of an authenticator app, and codes on paper for when it is lost."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.credentials import token_hash
from core.access.sign_in import door_log
from core.access.sign_in.steps import open_step, see_step, use_step
from core.access.sign_in.tables import Factor, RecoveryCode
from core.access.tables import Staff
from core.errors import Conflict, Invalid, NotFound
from core.ids import new_id
from core.store.work import Work
from core.text import Answer

_STEP_SECONDS = 30
_CODES = 10
_LETTERS = "bcdfghjkmnpqrstvwxz23456789"  # none that is taken for another


class CodeWrong(Invalid):
    """The code is not the app's of this half minute."""

    code = "code-wrong"


class AppsNotSetUp(Conflict):
    """The site has no key to keep the secrets of authenticator apps with (LEGEVAKT_FACTOR_KEY)."""

    code = "authenticator-not-set-up"


class FactorView(Answer):
    """A factor as its owner sees it."""

    id: str
    kind: str
    name: str
    added_at: datetime
    used_at: datetime | None


class FactorList(Answer):
    """One's own factors, and how many codes on paper are left."""

    factors: tuple[FactorView, ...]
    recovery_codes: int


class NewApp(Answer):
    """What an authenticator app is given, once: as a link for its camera, or typed."""

    step: str
    secret: str
    link: str


class Added(Answer):
    """The factor, and the codes on paper where these are the first; shown this once."""

    id: str
    recovery_codes: tuple[str, ...] = ()


async def factors_of(session: AsyncSession, staff_id: str) -> FactorList:
    """The person's own."""
    found = await session.execute(
        select(Factor).where(Factor.staff_id == staff_id).order_by(Factor.added_at, Factor.id)
    )
    views = [
        FactorView(id=row.id, kind=row.kind, name=row.name, added_at=row.added_at, used_at=row.used_at)
        for row in found.scalars()
    ]
    return FactorList(factors=tuple(views), recovery_codes=await _codes_left(session, staff_id))


async def ways(session: AsyncSession, staff_id: str) -> tuple[str, ...]:
    """The ways this person can show a second factor."""
    listed = await factors_of(session, staff_id)
    kinds = {each.kind for each in listed.factors}
    return (*sorted(kinds, reverse=True), *(("recovery",) if listed.recovery_codes else ()))


async def begin_app(work: Work, key: str | None) -> NewApp:
    """A secret for a new authenticator app; it counts when its first code has been typed."""
    if key is None:
        raise AppsNotSetUp
    staff = await work.session.get_one(Staff, work.actor.id)
    secret = pyotp.random_base32()
    step = await open_step(work, "new-totp", staff.id, {"secret": _lock(secret, key)})
    link = pyotp.TOTP(secret).provisioning_uri(name=staff.username, issuer_name="Legevakt")
    return NewApp(step=step, secret=secret, link=link)


async def add_app(work: Work, step: str, code: str, *, name: str, key: str | None) -> Added:
    """The app shows the right code: from now on it is a second factor."""
    begun = await see_step(work, step, "new-totp")
    locked = str(begun.facts["secret"])
    at = _step_of(_unlock(locked, key), code, work.now, after=0)
    if begun.staff_id != work.actor.id or at is None:
        raise CodeWrong
    await use_step(work, step, "new-totp")
    return await keep(work, Factor(kind="totp", name=name, secret=locked, count=at))


async def keep(work: Work, factor: Factor) -> Added:
    """Add the factor, and codes on paper when the person has none."""
    staff = await work.session.get_one(Staff, work.actor.id)
    factor.id, factor.staff_id, factor.added_at = new_id(), staff.id, work.now
    work.session.add(factor)
    await door_log.write(work, "factor-added", staff, method=factor.kind, detail=factor.name)
    left = await _codes_left(work.session, staff.id)
    return Added(id=factor.id, recovery_codes=() if left else await make_codes(work, staff.id))


async def remove(work: Work, factor_id: str) -> FactorList:
    """Take one of one's own away; the last one takes the codes on paper with it."""
    factor = await work.session.get(Factor, factor_id)
    if factor is None or factor.staff_id != work.actor.id:
        raise NotFound(factor=factor_id)
    staff = await work.session.get_one(Staff, work.actor.id)
    await work.session.delete(factor)
    await work.session.flush()
    await door_log.write(work, "factor-removed", staff, method=factor.kind, detail=factor.name)
    if not (await factors_of(work.session, staff.id)).factors:
        await work.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    return await factors_of(work.session, staff.id)


async def new_codes(work: Work) -> tuple[str, ...]:
    """New codes on paper for oneself; those before are worth nothing."""
    staff = await work.session.get_one(Staff, work.actor.id)
    await door_log.write(work, "recovery-codes-made", staff)
    return await make_codes(work, staff.id)


async def make_codes(work: Work, staff_id: str, count: int = _CODES) -> tuple[str, ...]:
    """Codes on paper in place of those before; only hashes are kept."""
    await work.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    made = tuple("-".join(_part() for _ in range(3)) for _ in range(count))
    work.session.add_all(
        RecoveryCode(code_hash=_code_hash(staff_id, code), staff_id=staff_id, made_at=work.now)
        for code in made
    )
    return made


async def take_all(work: Work, staff_id: str) -> None:
    """Every factor and code of somebody who has lost them."""
    for table in (Factor, RecoveryCode):
        await work.session.execute(delete(table).where(table.staff_id == staff_id))


async def use_code(work: Work, staff: Staff, code: str, key: str | None) -> str | None:
    """`totp` or `recovery` when the code is right and was not used before, else None."""
    typed = "".join(letter for letter in code.lower() if letter.isalnum())
    found = await work.session.execute(
        select(Factor).where(Factor.staff_id == staff.id, Factor.kind == "totp").with_for_update()
    )
    for factor in found.scalars() if key is not None and typed.isdecimal() else ():
        at = _step_of(_unlock(factor.secret or "", key), typed, work.now, after=factor.count)
        if at is not None:
            factor.count, factor.used_at = at, work.now
            return "totp"
    used = await work.session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.code_hash == _code_hash(staff.id, typed), RecoveryCode.used_at.is_(None))
        .values(used_at=work.now)
        .returning(RecoveryCode.staff_id)
    )
    return "recovery" if used.first() is not None else None


def _step_of(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The half minute the code belongs to: this one or a neighbour, never one that was used (RFC 6238)."""
    current = int(now.timestamp()) // _STEP_SECONDS
    app = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if step > after and secrets.compare_digest(app.generate_otp(step), code):
            return step
    return None


async def _codes_left(session: AsyncSession, staff_id: str) -> int:
    left = select(func.count()).where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return (await session.execute(left)).scalar_one()


def _part() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(4))


def _code_hash(staff_id: str, code: str) -> str:
    # 57 bits behind a growing wait; the person's id keeps two equal codes apart.
    return token_hash(staff_id + "".join(letter for letter in code.lower() if letter.isalnum()))


def _lock(secret: str, key: str) -> str:
    return _box(key).encrypt(secret.encode()).decode()


def _unlock(locked: str, key: str | None) -> str:
    if key is None:
        raise AppsNotSetUp
    try:
        return _box(key).decrypt(locked.encode()).decode()
    except InvalidToken as wrong:
        raise AppsNotSetUp from wrong


def _box(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
