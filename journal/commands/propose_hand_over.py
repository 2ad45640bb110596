"""Proposing to hand a patient over (foreslå overlevering): responsibility moves when the receiver says yes.

Until then, and when nobody answers, exactly the same doctor is responsible as before (decision 31).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select

from core.access.permissions import Permission, require
from core.access.tables import Staff
from core.errors import NotFound
from core.ids import Role, new_id
from core.patients import encounter as encounters
from core.patients.encounter import NotPossibleNow, Status
from core.patients.tables import Encounter
from core.store.event_log import Event
from core.store.work import Work
from core.text import Answer, Moment, Request, ShortText
from journal.events import (
    HandOverDeclined,
    HandOverExpired,
    HandOverProposed,
    HandOverWithdrawn,
    PatientHandedOver,
)
from journal.hand_over_tables import HandOver
from journal.rules.hand_over import NotADoctor, NotYours
from journal.rules.isbar import LIFETIME, AlreadyProposed, Isbar, ProposalOver, ProposedToAnother

State = Literal["proposed", "confirmed", "declined", "withdrawn", "expired"]


class Proposing(Request):
    """Whom to ask, and what to tell them."""

    to: ShortText
    isbar: Isbar


class Declining(Request):
    """Why not, if there is something to say."""

    reason: ShortText | None = None


class Proposal(Answer):
    """Where the proposal stands, and who is responsible now."""

    id: str
    encounter: str
    state: State
    doctor_id: str
    expires_at: Moment
    version: int  # of the encounter


async def propose_hand_over(work: Work, encounter_id: str, wanted: Proposing, expected: int) -> Proposal:
    """Ask a colleague to take over. Only the responsible doctor asks, and one colleague at a time."""
    require(work.actor, Permission.TAKE_PATIENT)
    encounter = await encounters.load(work, encounter_id, expected)
    if encounter.status != Status.IN_PROGRESS:
        raise NotPossibleNow(encounter_status=encounter.status, wanted=Status.IN_PROGRESS.value)
    if encounter.doctor_id != work.actor.id:
        raise NotYours
    doctor = await _colleague(work, wanted.to)
    open_ = await _open(work, encounter.id)
    if open_ is not None and open_.expires_at > work.now:
        raise AlreadyProposed(doctor=await _name(work, open_.to_id))
    if open_ is not None:
        await _settle(work, open_, "expired")
        await work.session.flush()
    proposal = HandOver(
        id=new_id(),
        encounter_id=encounter.id,
        unit_id=work.unit,
        from_id=work.actor.id,
        to_id=doctor.id,
        isbar=wanted.isbar.model_dump(),
        state="proposed",
        proposed_at=work.now,
        expires_at=work.now + LIFETIME,
    )
    work.session.add(proposal)
    await work.record(HandOverProposed(encounter_id=encounter.id, happened_at=work.now, to=doctor.name))
    return _answer(proposal, encounter)


async def confirm_hand_over(work: Work, encounter_id: str, proposal_id: str) -> Proposal:
    """Say yes: from this moment the receiver is responsible."""
    require(work.actor, Permission.TAKE_PATIENT)
    encounter, proposal = await _proposal(work, encounter_id, proposal_id)
    if proposal.to_id != work.actor.id:
        raise ProposedToAnother
    if proposal.expires_at <= work.now or encounter.status != Status.IN_PROGRESS:
        raise ProposalOver(state="expired" if proposal.expires_at <= work.now else encounter.status)
    if encounter.doctor_id != proposal.from_id:
        raise ProposalOver(state="withdrawn")
    await _settle(work, proposal, "confirmed")
    encounter.doctor_id = work.actor.id
    encounters.changed(encounter)
    await work.record(PatientHandedOver(encounter_id=encounter.id, happened_at=work.now, to=work.actor.name))
    return _answer(proposal, encounter)


async def decline_hand_over(work: Work, encounter_id: str, proposal_id: str, why: Declining) -> Proposal:
    """Say no: the patient stays with who asked."""
    require(work.actor, Permission.TAKE_PATIENT)
    encounter, proposal = await _proposal(work, encounter_id, proposal_id)
    if proposal.to_id != work.actor.id:
        raise ProposedToAnother
    proposal.reason = why.reason
    await _settle(work, proposal, "declined")
    await work.record(HandOverDeclined(encounter_id=encounter.id, happened_at=work.now))
    return _answer(proposal, encounter)


async def withdraw_hand_over(work: Work, encounter_id: str, proposal_id: str) -> Proposal:
    """Take the question back."""
    require(work.actor, Permission.TAKE_PATIENT)
    encounter, proposal = await _proposal(work, encounter_id, proposal_id)
    if proposal.from_id != work.actor.id:
        raise ProposedToAnother
    await _settle(work, proposal, "withdrawn")
    await work.record(HandOverWithdrawn(encounter_id=encounter.id, happened_at=work.now))
    return _answer(proposal, encounter)


async def expire_hand_overs(work: Work, proposals: Sequence[str]) -> int:
    """End those whose time has come, so that their senders are told. Safe to run late or twice."""
    found = await work.session.execute(
        select(HandOver)
        .where(HandOver.id.in_(proposals), HandOver.state == "proposed", HandOver.expires_at <= work.now)
        .with_for_update()
    )
    ended = found.scalars().all()
    for proposal in ended:
        await _settle(work, proposal, "expired")
        expired = HandOverExpired(encounter_id=proposal.encounter_id, happened_at=work.now)
        await work.record(expired, unit=proposal.unit_id)
    return len(ended)


async def end_proposals(work: Work, event: Event) -> None:
    """The reaction to whatever moves or ends the responsibility in another way: nobody is asked any more."""
    assert event.encounter_id is not None
    proposal = await _open(work, event.encounter_id)
    if proposal is not None:
        await _settle(work, proposal, "withdrawn")


async def _settle(work: Work, proposal: HandOver, state: State) -> None:
    proposal.state, proposal.settled_at = state, work.now
    await work.session.flush()


async def _proposal(work: Work, encounter_id: str, id: str) -> tuple[Encounter, HandOver]:
    encounter = await encounters.load(work, encounter_id)
    proposal = await work.session.get(HandOver, id, with_for_update=True)
    if proposal is None or proposal.encounter_id != encounter.id:
        raise NotFound(hand_over=id)
    if proposal.state != "proposed":
        raise ProposalOver(state=proposal.state)
    return encounter, proposal


async def _open(work: Work, encounter_id: str) -> HandOver | None:
    found = await work.session.execute(
        select(HandOver)
        .where(HandOver.encounter_id == encounter_id, HandOver.state == "proposed")
        .with_for_update()
    )
    return found.scalar_one_or_none()


async def _colleague(work: Work, id: str) -> Staff:
    found = await work.session.execute(
        select(Staff).where(Staff.id == id, Staff.unit_id == work.unit, Staff.active)
    )
    doctor = found.scalar_one_or_none()
    if doctor is None or doctor.role != Role.DOCTOR or doctor.id == work.actor.id:
        raise NotADoctor
    return doctor


async def _name(work: Work, staff_id: str) -> str:
    return (await work.session.execute(select(Staff.name).where(Staff.id == staff_id))).scalar_one()


def _answer(proposal: HandOver, encounter: Encounter) -> Proposal:
    assert encounter.doctor_id is not None
    return Proposal.model_validate(
        {
            "id": proposal.id,
            "encounter": encounter.id,
            "state": proposal.state,
            "doctor_id": encounter.doctor_id,
            "expires_at": proposal.expires_at,
            "version": encounter.version,
        }
    )
