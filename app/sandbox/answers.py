"""What the GP's system answers to what the carrier brought, and what else comes on a bad night."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from app.sandbox.faults import Fault
from app.sandbox.gp_system import Envelope, judge, receipt
from app.sandbox.house import House
from app.sandbox.store import Message
from integrations.kith.apprec import Party

_STRANGER = Party(name="Sørvik legesenter", her_id=8090901)


def deliver(house: House, body: bytes, about: Envelope, fault: Fault) -> str:
    """Carry a document to the GP's system, and its receipt back after a while; a receipt gets none."""
    now = house.clock()
    carried = Message(
        id=str(uuid4()),
        sender=house.our_her_id,
        receiver=about.receiver.addressed or 0,
        document_id=about.message_id,
        generated_at=about.generated_at.isoformat(),
        about=about.answers,
        body=body,
    )
    house.store.add_message(carried, at=now, visible_at=now)
    if fault.transport:
        house.transport[about.message_id] = fault.transport
    if about.answers is None:
        errors = (fault.reject,) if fault.reject else judge(body)
        verdict = ("rejected" if errors else "ok", errors)
        kept = house.store.keep_letter(house.our_her_id, about.message_id, body, at=now, verdict=verdict)
        _answer(house, about, kept.errors, fault)
    return carried.id


def _answer(house: House, about: Envelope, errors: tuple[str, ...], fault: Fault) -> None:
    at = house.clock() + timedelta(seconds=house.receipt_delay_seconds + fault.receipt_after)
    if not fault.no_receipt:
        for _ in range(2 if fault.duplicate_receipt else 1):
            _say(house, about, errors, at, copy_of=about.message_id)
        _note(house, about.message_id, "rejected" if errors else "accepted")
    if fault.contradict and not fault.no_receipt:
        _say(house, about, () if errors else ("X99",), at + timedelta(milliseconds=1))
        _note(house, about.message_id, "accepted" if errors else "rejected")
    if fault.stray:
        _stray(house, about, fault.stray, at)


def _stray(house: House, about: Envelope, kind: str, at: datetime) -> None:
    """A receipt that answers nothing, cannot be read, or is somebody else's."""
    if kind == "unreadable":
        message_id = _put(house, about, b"<AppRec", str(uuid4()), at)
    elif kind == "unknown":
        nothing = replace(about, message_id=str(uuid4()))
        message_id = _say(house, nothing, (), at)
    else:
        message_id = _say(house, replace(about, receiver=_STRANGER), ("E35",), at)
    house.told.append({"document": about.message_id, "said": kind, "id": message_id})


def _note(house: House, document: str, said: str) -> None:
    house.told.append({"document": document, "said": said, "id": ""})


def _say(
    house: House, about: Envelope, errors: tuple[str, ...], at: datetime, *, copy_of: str | None = None
) -> str:
    # Copies of one answer carry the same identity inside, as a system that sends twice does.
    answer_id = house.answers.setdefault(copy_of, str(uuid4())) if copy_of else str(uuid4())
    return _put(house, about, receipt(about, errors, id_=answer_id, at=at), answer_id, at)


def _put(house: House, about: Envelope, body: bytes, answer_id: str, at: datetime) -> str:
    answer = Message(
        id=str(uuid4()),
        sender=about.receiver.addressed or 0,
        receiver=house.our_her_id,
        document_id=answer_id,
        generated_at=at.isoformat(),
        about=about.message_id,
        body=body,
    )
    house.store.add_message(answer, at=house.clock(), visible_at=at)
    return answer.id
