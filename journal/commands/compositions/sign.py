"""Signing a sick note or a referral, alone or with the encounter, and writing down who got it on paper."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select

from core.access.permissions import Permission, require
from core.errors import Conflict
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.need.relation_here import require_need
from core.patients.tables import Encounter
from core.store.event_log import Event
from core.store.work import Work
from core.text import Answer, Moment, Request, ShortText
from journal.code_tables import Composition, HandedOver
from journal.commands.compositions.existing import (
    encounter_for_writing,
    load_composition,
    load_draft,
    sign_row,
)
from journal.events import CompositionHandedOver, CompositionSigned
from journal.rules.compositions.forms import CompositionIncomplete


class NotSignedToHandOver(Conflict):
    """Only what is signed is handed over."""

    code = "composition-not-signed-yet"


class SignedComposition(Answer):
    """The document as it is signed."""

    id: str
    composition: str
    version: int
    signed_at: Moment
    content_hash: str


class HandOver(Request):
    """To whom the paper went: in hand, or by post; `receiver` in words."""

    way: Literal["patient", "relative", "escort", "post"]
    receiver: ShortText


class HandedOverAnswer(Answer):
    """That it is written down."""

    id: str
    composition: str
    at: Moment


async def sign_composition(work: Work, encounter_id: str, id: str, *, expected: int) -> SignedComposition:
    """Sign one's own draft on its own. Raises CompositionIncomplete with what is missing."""
    encounter = await encounter_for_writing(work, encounter_id)
    row = await load_draft(work, encounter.id, id, expected)
    await sign_row(work, encounter, row)
    assert row.signed_at
    assert row.content_hash
    await work.record(CompositionSigned(encounter_id=encounter.id, happened_at=work.now, composition=row.id))
    return SignedComposition(
        id=encounter.id,
        composition=row.id,
        version=row.revision,
        signed_at=row.signed_at,
        content_hash=row.content_hash,
    )


async def sign_drafts(work: Work, event: Event) -> None:
    """The reaction to signing the encounter: the signer's whole drafts are signed with it.

    What is incomplete stays a draft and is named among what is unsigned. A signature that is taken back
    leaves them signed: the paper may be in the patient's hand, and a change is a new version.
    """
    assert event.encounter_id is not None
    encounter = await work.session.get_one(Encounter, event.encounter_id)
    drafts = await work.session.scalars(
        select(Composition).where(
            Composition.encounter_id == encounter.id,
            Composition.author_id == work.actor.id,
            Composition.signed_at.is_(None),
        )
    )
    for row in drafts.all():
        try:
            await sign_row(work, encounter, row)
        except CompositionIncomplete:
            continue
        await work.record(
            CompositionSigned(encounter_id=encounter.id, happened_at=work.now, composition=row.id)
        )


async def hand_over_composition(
    work: Work, encounter_id: str, id: str, handing: HandOver
) -> HandedOverAnswer:
    """Write down that the paper was handed over; whoever may assess may hand it out (utlevere)."""
    require(work.actor, Permission.ASSESS)
    encounter = await encounters.load(work, encounter_id)
    await require_need(work, encounter)
    row = await load_composition(work, encounter.id, id)
    if row.signed_at is None:
        raise NotSignedToHandOver
    work.session.add(
        HandedOver(
            id=new_id(),
            composition_id=row.id,
            encounter_id=encounter.id,
            way=handing.way,
            receiver=handing.receiver,
            by_id=work.actor.id,
            at=work.now,
        )
    )
    await work.record(
        CompositionHandedOver(encounter_id=encounter.id, happened_at=work.now, composition=row.id)
    )
    return HandedOverAnswer(id=encounter.id, composition=row.id, at=work.now)
