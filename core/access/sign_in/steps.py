"""What is half done at the door (steg): kept for minutes, and used once."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select

from core.access.credentials import token_hash
from core.access.sign_in.tables import SignInStep
from core.errors import Conflict, Unavailable
from core.store.work import Work

LASTS = timedelta(minutes=5)
_MOST_OPEN = 2000


class StepExpired(Conflict):
    """What this belongs to was used already, or is too long ago: begin again."""

    code = "sign-in-step-expired"


class TooManySteps(Unavailable):
    """More are at the door than a region has people; those who do not go on are forgotten in minutes."""

    code = "too-many-sign-ins"


async def open_step(
    work: Work, kind: str, staff_id: str | None, facts: dict[str, Any], *, token: str | None = None
) -> str:
    """Remember what was begun; the token that goes on with it is returned once.

    `token`: one that is out already, as random as ours.
    """
    await work.session.execute(delete(SignInStep).where(SignInStep.expires_at <= work.now))
    if (await work.session.execute(select(func.count()).select_from(SignInStep))).scalar_one() >= _MOST_OPEN:
        raise TooManySteps
    token = token or secrets.token_urlsafe(32)
    work.session.add(
        SignInStep(
            token_hash=token_hash(token),
            kind=kind,
            staff_id=staff_id,
            facts=facts,
            expires_at=work.now + LASTS,
        )
    )
    return token


async def see_step(work: Work, token: str, kind: str) -> SignInStep:
    """What was begun; locked, so that it is gone on with once."""
    found = await work.session.execute(
        select(SignInStep)
        .where(
            SignInStep.token_hash == token_hash(token),
            SignInStep.kind == kind,
            SignInStep.expires_at > work.now,
        )
        .with_for_update()
    )
    step = found.scalar_one_or_none()
    if step is None:
        raise StepExpired
    return step


async def use_step(work: Work, token: str, kind: str) -> SignInStep:
    """As `see_step`, and it is worth nothing afterwards."""
    step = await see_step(work, token, kind)
    await work.session.execute(delete(SignInStep).where(SignInStep.token_hash == step.token_hash))
    return step
