"""The doctor's page for one patient (kontakten): the course tonight, the note, the closing, what is sent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from app.screens import show
from app.screens.clinical import lines as clinical
from app.screens.earlier.contacts import earlier_views
from app.screens.identity.registered import registered
from app.screens.orders.card import choices, order_views
from app.screens.render import data_block, render
from app.screens.row_view import blank_row, row_view
from app.screens.texts import Texts, texts
from app.screens.vitals.card import measured_card
from core.access.permissions import Permission, may
from core.ids import Actor
from journal.queries.before_signing import before_signing
from journal.queries.earlier_contacts import EarlierContacts
from journal.queries.medication.view import PageStandingOrder
from journal.queries.page import EncounterPage, PageAssessment, PageMessage, PageMoment, PagePerson
from journal.rules.summary import CodedText, Outcome
from triage.queries.board_row import Board, BoardRow, Flag

HEADINGS = ("subjective", "objective", "assessment", "plan")
"""The four headings of a note, in the order they are written."""

_QUEUE = 7
_STATES = {"acknowledged": "ok", **dict.fromkeys(("held", "rejected", "given-up", "contradicted"), "bad")}
_SCRIPT_TEXTS = (
    "age.", "alarm.", "encounter.script.", "error.", "form.", "level.", "live.", "message.", "missing.",
    "next.", "parameter.", "place.", "reason.", "sex.", "time.", "vitals.script.", "given.script.",
    "given.why_", "wait.",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One message out as the doctor reads it; `Levert` is only ever said on the receiver's receipt."""

    id: str
    channel: str
    receiver: str
    state: str
    state_class: str
    detail: str
    by_hand: bool  # a person can write down that it was delivered in another way


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentView:
    """One line of the course tonight."""

    time: str
    text: str
    detail: str  # what the text is about, when the event has more to tell
    by: str


def encounter(
    page: EncounterPage,
    *,
    me: Actor,
    board: Board,
    codes: Sequence[CodedText],
    colleagues: Sequence[PagePerson],
    now: datetime,
    language: str,
    websocket_path: str,
    asset_version: str,
    before: EarlierContacts | None = None,
    offers: Sequence[PageStandingOrder] = (),
    live: Mapping[str, object] | None = None,
    unread: int = 0,
) -> str:
    """The page: open for writing as far as `page.may` says, read-only once signed.

    `board`: the queue on the left; `codes`: offered first; `live`: its line; `unread`: what others wrote.
    """
    t = texts(language)
    return render(
        "screens/encounter.html",
        t=t,
        asset_version=asset_version,
        current="encounter",
        linked=True,
        unit=board.unit,
        unit_name=board.unit_name,
        me=me,
        now=now,
        page=page,
        websocket_path=websocket_path,
        queue=[row_view(row, now=now, t=t) for row in queue_rows(board.rows, me.initials)],
        queue_total=sum(row.doctor is None and row.status != "planned" for row in board.rows),
        blank=blank_row(t),
        all_flags=get_args(Flag),
        status=_status(page, now=now, t=t),
        moments=[_moment(moment, t) for moment in page.timeline],
        **measured_card(page, offers, now=now, t=t),
        orders=order_views(page.orders, page.results, t),
        order_choices=choices(language),
        **_told_outside(page, unread, t),
        critical_choices=clinical.CHOICES,
        medicine_card=clinical.medicine_card(page.medicine_list, t),
        uses=clinical.USES,
        before=before,
        earlier=earlier_views(before.contacts if before else (), t),
        headings=HEADINGS,
        outcomes=tuple(Outcome),
        codes=codes,
        colleagues=[each for each in colleagues if each.id != me.id],
        messages=[message_view(message, t, me) for message in page.messages],
        blank_message=_BLANK,
        signed=page.conclusion is not None,
        ending={"undo_seconds": _undo_seconds(page, me, now), "lacks": before_signing(page)},
        data=data_block({**_script_data(page, me), "live": live}),
        board_data=data_block(board.model_dump(mode="json")),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def queue_rows(rows: Sequence[BoardRow], initials: str) -> list[BoardRow]:
    """One's own patients first, then those who wait, in board order."""
    mine = [row for row in rows if row.doctor == initials]
    waiting = [row for row in rows if row.doctor is None and row.status != "planned"]
    return (mine + waiting)[:_QUEUE]


def _script_data(page: EncounterPage, me: Actor) -> dict[str, object]:
    return {
        "encounter": page.id,
        "me": me.id,
        "initials": me.initials,
        "may_deliver_by_hand": may(me, Permission.READ_BALANCE),
        "version": page.version,
        "draft": page.draft.model_dump(mode="json"),
        "has_note": bool(page.notes),
        "stands": _stands(page),
        "signed": page.conclusion is not None,
        "seen": {
            "doctor": page.doctor.id if page.doctor else None,
            "assessments": len(page.assessments),
            "notes": len(page.notes),
        },
        "undo_until": page.conclusion.undo_until.isoformat()
        if page.conclusion and page.conclusion.undo_until
        else None,
        "messages": [message.model_dump(mode="json") for message in page.messages],
    }


def _stands(page: EncounterPage) -> str:
    """What decides which page this is: another, and parts of it are not enough."""
    return ".".join(
        (page.status, page.doctor.id if page.doctor else "", *(str(int(may)) for _, may in page.may))
    )


def _told_outside(page: EncounterPage, unread: int, t: Texts) -> dict[str, object]:
    told = page.patient.registered
    return {
        "banner": clinical.banner(page.critical, t),
        "unread": unread,
        "registered": registered(told, t) if told else None,
    }


def _undo_seconds(page: EncounterPage, me: Actor, now: datetime) -> int:
    """For how many seconds the reader can still take the signature back; 0: not any more, or not theirs."""
    ended = page.conclusion
    if ended is None or ended.undo_until is None or ended.signed_by.id != me.id or ended.undo_until <= now:
        return 0
    return math.ceil((ended.undo_until - now).total_seconds())


def _status(page: EncounterPage, *, now: datetime, t: Texts) -> dict[str, str]:
    latest = page.assessments[0] if page.assessments else None
    until_doctor = show.minutes_between(page.arrived_at, page.taken_at or now)
    ended = page.conclusion.signed_at if page.conclusion else now
    with_doctor = show.duration(show.minutes_between(page.taken_at, ended), t) if page.taken_at else "–"
    due = page.next_assessment_at
    soon = t("next.over_short") if due and due <= now else show.ahead(now, due, t) if due else ""
    return {
        "rank": str(latest.level if latest else 0),
        "mark": str(latest.level) if latest else "?",
        "title": " · ".join(
            [t(f"level.{latest.level if latest else 0}"), page.place or t("place.waiting_room")]
        ),
        "set": _set_by(latest, t) if latest else t("encounter.not_triaged"),
        "arrived": show.clock(page.arrived_at),
        "until_doctor": show.duration(until_doctor, t),
        "with_doctor": with_doctor,
        "next": f"{show.clock(due)} · {soon}" if due else "–",
    }


def _set_by(latest: PageAssessment, t: Texts) -> str:
    said = t("encounter.set_by", clock=show.clock(latest.assessed_at), name=latest.by.name)
    if latest.suggested_level is None or latest.suggested_level == latest.level:
        return said
    key = "encounter.above" if latest.level < latest.suggested_level else "encounter.below"
    return f"{said}, {t(key, word=t(f'level.{latest.suggested_level}').lower())}"


def _moment(moment: PageMoment, t: Texts) -> MomentView:
    facts: dict[str, object] = dict(moment.facts)
    if "level" in facts:
        facts["level"] = t(f"level.{facts['level'] or 0}")
    if "channel" in facts:
        facts["channel"] = t(f"message.channel.{facts['channel']}")
    if "order" in facts:
        facts["status"] = t(f"orders.status.{facts['status']}").lower()
    if moment.kind == "alarm-rang":
        facts["rules"] = ", ".join(
            t(f"alarm.rule_{rule}").lower() for rule in str(facts["rules"]).split(", ")
        )
    if "place" in facts:
        facts["place"] = facts["place"] or t("place.waiting_room")
    known: dict[str, object] = {"kind": moment.kind, **facts}
    detail = f"timeline.{moment.kind}.detail"
    detail = f"timeline.{moment.kind}.before" if "before" in facts else detail
    told = [t(detail, **known)] if detail in t.entries and facts.get("scores") else []
    told += [t("timeline.complaint-changed", **known)] if "complaint_before" in facts else []
    if moment.kind == "result-reported" and "told" in facts:
        told += [f"{facts['told']}."]
    return MomentView(
        time=show.clock(moment.at),
        text=t.known(_key(moment, t), "timeline.other", **known),
        detail=" ".join(told),
        by=moment.by,
    )


def _key(moment: PageMoment, t: Texts) -> str:
    """The sentence of what happened; a medicine refused is another one than one given."""
    key = f"timeline.{moment.kind}"
    closer = f"{key}.{moment.facts.get('outcome')}"
    return closer if closer in t.entries else key


def message_view(message: PageMessage, t: Texts, me: Actor) -> MessageView:
    """The message in words; `app/static/screens/encounter_messages.js` says the same."""
    return MessageView(
        id=message.id,
        channel=t(f"message.channel.{message.channel}"),
        receiver=message.receiver or t("message.no_receiver"),
        state=t(f"message.{message.state}"),
        state_class=_STATES.get(message.state, ""),
        detail=_detail(message, t),
        by_hand=may(me, Permission.READ_BALANCE) and _for_a_person(message),
    )


def _for_a_person(message: PageMessage) -> bool:
    stuck = message.state in ("rejected", "given-up", "contradicted") and message.reason != "readdressed"
    return message.channel in ("gp-summary", "dialogue") and stuck and message.by_hand is None


def _detail(message: PageMessage, t: Texts) -> str:
    if message.review:
        return t("message.detail.questioned" if message.review.left else "message.detail.held")
    if message.by_hand and message.state != "acknowledged":
        return t(f"message.by_hand.{message.by_hand}", who=message.by_hand_by or "")
    errors = "; ".join(error for receipt in message.receipts for error in receipt.errors)
    if errors and message.state == "rejected":
        return errors
    if message.reason:
        return t.known(f"reason.{message.reason}", "reason.other", code=message.reason)
    if message.state == "queued" and message.not_before and not message.attempts:
        return t("message.detail.waits", clock=show.clock_seconds(message.not_before))
    return t(f"message.detail.{message.state}", clock=show.clock(message.changed_at))


_BLANK = MessageView(id="", channel="", receiver="", state="", state_class="", detail="", by_hand=False)
