"""The GP's office tells where somebody lives: with a protected address only the message itself names it."""

from __future__ import annotations

from core.patients.protection import HIDDEN, is_protected
from core.patients.tables import Encounter, Patient
from core.store.work import Work
from integrations.tables import DialogueMessage


async def hide_office(work: Work, message: DialogueMessage) -> None:
    """Before lists and the course of the contact tell who wrote; whom we answer is read from the message."""
    if message.encounter_id is None:
        return
    encounter = await work.session.get_one(Encounter, message.encounter_id)
    patient = await work.session.get_one(Patient, encounter.patient_id)
    if is_protected(patient.protection):
        message.sender, message.person = HIDDEN, None
