"""The encounter page (journalsiden), filled from triage before the doctor opens it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.permissions import Permission, may
from core.access.tables import Staff
from core.ids import Actor, initials
from core.patients.encounter import OPEN, Status
from core.patients.gp.registered import KnownGp, known_gp
from core.patients.identity.id_numbers import masked, numbers_of
from core.patients.protection import HIDDEN, is_protected
from core.patients.related import consent, related_of
from core.patients.tables import Encounter, Patient, Unit
from core.store.event_log import of_encounter
from journal.queries.clinical.critical import critical_of
from journal.queries.clinical.medicines import medicines_of
from journal.queries.clinical.person import registered_person
from journal.queries.codes.of_encounter import performed_codes
from journal.queries.compositions.of_encounter import compositions_of, named
from journal.queries.drafts.on_page import PageDraft
from journal.queries.drafts.shared import conflicts_of
from journal.queries.editions import Editions, editions_of
from journal.queries.handing.proposals import hand_overs_of
from journal.queries.medication.of_encounter import given_in, given_named
from journal.queries.orders.of_encounter import Orders, orders_of
from journal.queries.page import (
    EncounterPage,
    PageAssessment,
    PageGp,
    PageMay,
    PageMessage,
    PageMoment,
    PagePatient,
    PagePerson,
)
from journal.queries.triage_part import assessments_of, series_of
from journal.rules.merging import said_nothing
from journal.rules.signing import missing
from journal.tables import Draft
from triage.queries.observe.view import alarm_of, observation_of, rounds_of
from triage.queries.telephone.calls import told_before
from triage.rules.age import age_months
from triage.tables import TriageState

MessagesOf = Callable[[AsyncSession, str], Coroutine[Any, Any, tuple[PageMessage, ...]]]
"""Messages out about an encounter; forwarding stands above the journal and hands this in."""


_GONE_THROUGH = ("medicine-answered", "critical-recorded")


async def no_messages(_session: AsyncSession, _encounter_id: str) -> tuple[PageMessage, ...]:
    """For a site that runs the journal without forwarding."""
    return ()


async def encounter_page(
    session: AsyncSession, encounter_id: str, actor: Actor, messages_of: MessagesOf = no_messages
) -> EncounterPage:
    """Everything about one encounter; call through `open_record`, which checks and logs."""
    encounter = await session.get_one(Encounter, encounter_id)
    unit = await session.get_one(Unit, encounter.unit_id)
    state = await session.get(TriageState, encounter_id)
    staff = await _staff(session, encounter.unit_id)
    draft = await _draft(session, encounter_id, actor)
    written = await editions_of(session, encounter_id, staff)
    assessments = await assessments_of(session, encounter_id)
    administrations = await given_in(session, encounter_id)
    ordered = await orders_of(session, [encounter_id])
    compositions = await compositions_of(session, encounter_id)
    moments = await _timeline(session, encounter_id, ordered)
    critical = await critical_of(session, encounter)
    medicines = await medicines_of(session, encounter)
    return EncounterPage(
        id=encounter.id,
        version=encounter.version + written.number,
        unit=unit.id,
        unit_name=unit.name,
        status=encounter.status,
        number=encounter.number,
        complaint=encounter.complaint,
        flags=tuple(encounter.flags),
        arrived_at=encounter.arrived_at,
        place=state.place if state else None,
        patient=await _patient(session, encounter),
        doctor=staff.get(encounter.doctor_id or ""),
        taken_at=encounter.taken_at,
        target_at=state.target_at if state else None,
        next_assessment_at=state.next_assessment_at if state else None,
        assessments=assessments,
        **await _measured(session, encounter_id, assessments),
        critical_information=critical.state,
        critical=critical,
        medicines="recorded" if medicines.lines else "not-recorded",
        medicine_list=medicines,
        hand_overs=await hand_overs_of(session, encounter_id),
        timeline=given_named(named(moments, compositions), administrations),
        administrations=administrations,
        performed=await performed_codes(session, encounter_id),
        compositions=compositions,
        orders=ordered[0],
        results=ordered[1],
        notes=written.notes,
        draft=draft,
        diagnoses=written.diagnoses,
        conclusion=written.conclusion,
        deletions=written.deletions,
        messages=await messages_of(session, encounter_id),
        told=await told_before(session, encounter_id),
        missing=_missing(written, draft),
        may=_may(actor, encounter),
    )


def _missing(written: Editions, draft: PageDraft) -> tuple[str, ...]:
    begun = any((draft.subjective, draft.objective, draft.assessment, draft.plan))
    return missing(
        has_note=bool(written.notes) or begun,
        diagnoses=len(written.diagnoses),
        outcome=draft.outcome,
    )


async def _measured(
    session: AsyncSession, encounter_id: str, assessments: Sequence[PageAssessment]
) -> dict[str, Any]:
    """The series of triage and of the rounds since, the plan of observation, and what rings."""
    rounds = await rounds_of(session, encounter_id)
    return {
        "vital_signs": await series_of(session, encounter_id, assessments, rounds),
        "measurements": rounds,
        "observation": await observation_of(session, encounter_id),
        "alarm": await alarm_of(session, encounter_id),
    }


async def _staff(session: AsyncSession, unit: str) -> dict[str, PagePerson]:
    found = await session.execute(select(Staff.id, Staff.name, Staff.role).where(Staff.unit_id == unit))
    return {id: PagePerson(id=id, name=name, initials=initials(name), role=role) for id, name, role in found}


async def _patient(session: AsyncSession, encounter: Encounter) -> PagePatient:
    patient = await session.get_one(Patient, encounter.patient_id)
    identifier = next(iter(await numbers_of(session, patient.id)), None)
    months = age_months(patient.birth_date, encounter.arrived_at.date())
    return PagePatient(
        id=patient.id,
        called=patient.called,
        given=patient.given,
        family=patient.family,
        sex=patient.sex,
        birth_date=patient.birth_date,
        age_months=months,
        identifier_masked=masked(identifier.kind, identifier.value) if identifier else None,
        identifier_kind=identifier.kind if identifier else None,
        gp=_gp(patient, await known_gp(session, patient)),
        protected=is_protected(patient.protection),
        related=await related_of(session, patient),
        consent=consent(months),
        registered=await registered_person(session, patient),
    )


def _gp(patient: Patient, known: KnownGp) -> PageGp | None:
    if known.gp is None:
        return None
    shown = {key: known.gp[key] for key in ("name", "office_name", "her_id")}
    if is_protected(patient.protection):
        shown = {"name": HIDDEN, "office_name": HIDDEN, "her_id": 0}  # there is one; where is not told
    return PageGp.model_validate(
        shown
        | {
            "source": known.source,
            "as_of": known.as_of if known.source == "register" else None,
            "reachable": known.source != "register" or known.outcome == "found",
            "register_away": known.trouble is not None,
        }
    )


async def _draft(session: AsyncSession, encounter_id: str, actor: Actor) -> PageDraft:
    # The shared draft, for those who can write in it; others read what has become a note.
    draft = await session.get(Draft, encounter_id) if may(actor, Permission.WRITE_NOTE) else None
    empty = {"subjective": "", "objective": "", "assessment": "", "plan": ""}
    closing = {"asked_of_gp": "", "told_to_patient": "", "medication_changes": "", "outcome": None}
    return PageDraft.model_validate(
        {
            "version": draft.version if draft else 0,
            "saved_at": draft.saved_at if draft else None,
            **empty,
            **closing,
            **(draft.body if draft else {}),
            "nothing": said_nothing(draft.body) if draft else (),
            "by": await _by(session, draft.author_id) if draft else None,
            "conflicts": await conflicts_of(session, encounter_id) if draft else (),
        }
    )


async def _by(session: AsyncSession, staff_id: str) -> str:
    return (await session.get_one(Staff, staff_id)).name


async def _timeline(session: AsyncSession, encounter_id: str, ordered: Orders) -> tuple[PageMoment, ...]:
    moments = [
        PageMoment(
            at=event.happened_at,
            kind=event.kind,
            by=event.actor_name,
            facts=event.facts | _told(event.facts, ordered),
        )
        for event in await of_encounter(session, encounter_id)
    ]
    # Going through a list of medicines is one line, said when the last of them was answered for.
    return tuple(
        each
        for each, after in zip(moments, [*moments[1:], None], strict=True)
        if after is None or each.kind not in _GONE_THROUGH or (each.kind, each.by) != (after.kind, after.by)
    )


def _told(facts: Mapping[str, Any], ordered: Orders) -> dict[str, str]:
    """What the log does not say, because it feeds screens: which test, and what came."""
    orders, results = ordered
    known = {each.id: each.display for each in orders} | {each.id: each.words for each in results}
    together = [each.display for each in orders if each.requisition == facts.get("requisition")]
    said = known.get(facts.get("order") or facts.get("result") or "", ", ".join(together))
    return {"told": said} if said else {}


def _may(actor: Actor, encounter: Encounter) -> PageMay:
    own = encounter.unit_id == actor.unit  # what another unit wrote is read here, and changed there
    here = own and Status(encounter.status) in OPEN
    mine = encounter.doctor_id == actor.id
    return PageMay(
        assess=here and may(actor, Permission.ASSESS),
        take=here and encounter.doctor_id is None and may(actor, Permission.TAKE_PATIENT),
        write=here and may(actor, Permission.WRITE_NOTE),
        finish=here and mine and may(actor, Permission.FINISH),
        correct=own and encounter.status == Status.FINISHED and may(actor, Permission.WRITE_NOTE),
        delete=own and encounter.status not in OPEN and may(actor, Permission.ASK_DELETION),
    )
