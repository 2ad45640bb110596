"""Requests about what comes in from GPs that would succeed if they were allowed."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from sqlalchemy import select

from core.clock import utc_now
from core.ids import new_id
from core.store.work import Work
from integrations.dialogue.receiving import receive
from integrations.dispatcher import forwarding
from integrations.inbox.tasks import note_task
from integrations.kith.apprec import Party
from integrations.kith.dialogue import CLINICAL, TOPICS, Outgoing, build_dialogue
from integrations.kith.msg_head import Head, HeadPatient
from integrations.tables import DialogueMessage, InboxTask
from tests.cast import HER_ID, UNIT, full_arrival
from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case, Made
from tests.integrations.dialogue.attached import TEXT, with_files

_RANDOM = Random(41)
_HEAD = Head(
    type=CLINICAL,
    message_id="",
    generated_at=utc_now(),
    wants_receipt=True,
    test=False,
    parent_id=None,
    conversation_id=None,
    sender=Party(name="Nordvik legesenter", her_id=8090001, person="Gro Fastlege", person_her_id=8090101),
    receiver=Party(name="Nordvik", her_id=HER_ID),
    patient=None,
)
_BODIES = {
    "dialogue": {"topic": "8", "subject": "Tidligere EKG", "text": "Har dere et gammelt EKG?"},
    "answer": {"text": "5 mg én gang."},
    "settle": {"note": "Ringte legekontoret."},
}


def is_one(path: str) -> bool:
    """Whether the address is about the inbox or dialogue."""
    return "/inbox-tasks" in path or "/dialogue" in path


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """Something in the inbox that nobody has settled, or a question that nobody has answered."""
    case = Case(
        encounter or NOBODY_HAS,
        ids={"{task}": NOBODY_HAS, "{dialogue}": NOBODY_HAS, "{number}": "0"},
        etag='"1"',
    )
    case.body = _BODIES.get(path.rpartition("/")[2])
    if "{task}" in path:
        case.ids["{task}"] = await served.store.write(forwarding(UNIT), _task)
    if encounter is not None or ("{encounter" not in path and "{dialogue}" not in path):
        return case
    known = full_arrival(_RANDOM.randrange(10**6))
    came = await Made(served).arrived(**known)
    case.encounter = came["id"]
    if "{dialogue}" in path:
        number = None if path.endswith("/place") else known["national_id"]
        case.ids["{dialogue}"] = await served.store.write(forwarding(UNIT), _question, number)
    if path.endswith("/place"):
        case.body = {"number": came["number"]}
    return case


async def _task(work: Work) -> str:
    external = new_id()
    await note_task(work, "unmatched-receipt", external, code="ok")
    await work.session.flush()
    found = await work.session.execute(select(InboxTask.id).where(InboxTask.external_id == external))
    return str(found.scalar_one())


def told_by_gp(id: str, number: str | None) -> Outgoing:
    """A GP's question about a patient."""
    about = HeadPatient(given="Ingrid", family="Solvang", birth_date=None, identifier=number, kind="fnr")
    return Outgoing(
        head=replace(_HEAD, message_id=id, patient=about),
        topic=TOPICS["9"],
        subject="Dose",
        text="Hvilken dose?",
        doctor=None,
        hpr_number=None,
    )


async def _question(work: Work, number: str | None) -> str:
    id = new_id()
    await receive(work, id, with_files(build_dialogue(told_by_gp(id, number)), TEXT), her_id=HER_ID)
    await work.session.flush()
    found = await work.session.execute(select(DialogueMessage.id).where(DialogueMessage.message_id == id))
    return str(found.scalar_one())
