"""Tables of triage: assessments as they were made, vital signs as measured, and where each patient stands."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON, TypeDecorator

from core.store.database import Table


class ExactDecimal(TypeDecorator[Decimal]):
    """A measured value kept digit by digit: 38.5 must never come back as 38.499999."""

    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Assessment(Table):
    """One triage assessment (triagevurdering): what was seen, what the scale said, what was chosen and why.

    Append-only: a later assessment never rewrites an earlier one, and the scale's version is kept with it.
    """

    __tablename__ = "assessment"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    scale: Mapped[str]
    scale_version: Mapped[str]
    level_rank: Mapped[int]
    level_code: Mapped[str]
    suggested_rank: Mapped[int | None]
    suggested_code: Mapped[str | None]
    reason: Mapped[str | None]
    reason_code: Mapped[str | None]  # why another level, as one of a short list
    complaint: Mapped[str | None]  # as it was said then; None: before it was kept
    history: Mapped[str | None]  # kort sykehistorie
    pain: Mapped[int | None]  # 0-10, as the patient says
    no_signs: Mapped[bool] = mapped_column(default=False)  # somebody asked, and none of the signs was there
    discriminators: Mapped[list[str]]
    scores: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    inputs: Mapped[dict[str, Any] | None]  # everything the scales were asked about; None: before it was kept
    confirmed: Mapped[list[str]] = mapped_column(default=list)  # odd values somebody said are right
    assessed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    by_id: Mapped[str]
    by_name: Mapped[str]
    by_role: Mapped[str]

    __table_args__ = (Index(None, "encounter_id", "assessed_at"),)


class VitalSign(Table):
    """One measurement (vitalt mål) as entered, with its UCUM unit. Append-only."""

    __tablename__ = "vital_sign"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    assessment_id: Mapped[str] = mapped_column(ForeignKey("assessment.id"))
    code: Mapped[str]
    value: Mapped[Decimal] = mapped_column(ExactDecimal)
    unit: Mapped[str]
    measured_at: Mapped[datetime]

    __table_args__ = (Index(None, "encounter_id", "measured_at"),)


class TriageDraft(Table):
    """A nurse's triage as far as it is written (kladd). Gone when it is recorded; taken over with a trace."""

    __tablename__ = "triage_draft"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    version: Mapped[int]
    body: Mapped[dict[str, Any]]
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    taken_from: Mapped[str | None]  # staff id of whoever began


class TriageState(Table):
    """Where an open patient stands now: level, deadlines, place, who looks after. One row per encounter."""

    __tablename__ = "triage_state"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    level_rank: Mapped[int | None]
    level_code: Mapped[str | None]
    target_minutes: Mapped[int | None]
    target_at: Mapped[datetime | None]
    next_assessment_at: Mapped[datetime | None]
    continuous: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str | None]
    nurse: Mapped[str | None]  # initials
    last_seen_at: Mapped[datetime | None]
    called_at: Mapped[datetime | None]
    called_to: Mapped[str | None]  # where to, as the board in the waiting room says


class Watch(Table):
    """When the rules must next look at a patient (vakt). One row for each who waits for a doctor."""

    __tablename__ = "watch"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    unit_id: Mapped[str]
    look_at: Mapped[datetime | None] = mapped_column(
        index=True
    )  # None: an alarm rings, nothing more is ahead
    second_look_at: Mapped[datetime | None]  # by when another person must have looked at a lowered level
    second_look_after: Mapped[str | None]  # whose choice it was: staff id
    doctor_called_at: Mapped[datetime | None]  # since when a doctor is wanted at once
    worse_at: Mapped[datetime | None]  # since when a measurement says somebody is worse than at triage
    limit_at: Mapped[datetime | None]  # since when a limit of the observation plan is passed


class Alarm(Table):
    """One ring of an alarm (alarm): from when it rang until somebody did something, or it rang once more."""

    __tablename__ = "alarm"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str]
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    number: Mapped[int]  # 1 the first time, 2 when nothing came of it
    rules: Mapped[list[str]]
    mended: Mapped[list[str]] = mapped_column(default=list)  # reasons that were seen to while others went on
    level_rank: Mapped[int | None]
    rang_at: Mapped[datetime]
    taken_by_id: Mapped[str | None]
    taken_by_name: Mapped[str | None]
    taken_at: Mapped[datetime | None]
    again_at: Mapped[datetime | None]  # rings once more then, unless something was done
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[str | None]
    ended_by_name: Mapped[str | None]
    outcome: Mapped[str | None]  # a word of `rules/safety/acted_on.py`

    __table_args__ = (
        Index(
            "uq_alarm_one_active",
            "encounter_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "unit_id", "rang_at"),
    )


class Task(Table):
    """Something a person must do that no patient on the board reminds of (oppgave), such as a call back."""

    __tablename__ = "task"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str]
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    kind: Mapped[str]  # call-back: somebody left without being seen
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    attempts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # when, by whom, and what came of it
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[str | None]
    done_by_name: Mapped[str | None]
    outcome: Mapped[str | None]

    __table_args__ = (Index(None, "unit_id", "done_at"),)


class Ticket(Table):
    """A patient's own link to number and place in the line (kølapp); only the hash of its secret is kept."""

    __tablename__ = "ticket"

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str]
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    issued_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]  # taken back, or another took its place

    __table_args__ = (
        # One paper at a time: a new one ends the one that was lost.
        Index(
            "uq_ticket_one_out",
            "encounter_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )


class TelephoneCall(Table):
    """One telephone contact (telefonkontakt), from when it rang until somebody closed it."""

    __tablename__ = "telephone_call"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    exchange_id: Mapped[str | None]  # the telephone exchange's own id; None: written by hand
    version: Mapped[int]
    status: Mapped[str]
    known_at: Mapped[datetime]  # the first we heard of it
    rang_at: Mapped[datetime | None]  # rang at the operators; the menu before is not counted
    answered_at: Mapped[datetime | None]  # by the exchange's word; None: it has not told
    hung_up_at: Mapped[datetime | None]
    operator_id: Mapped[str | None]
    operator_name: Mapped[str | None]
    taken_at: Mapped[datetime | None]  # when somebody first took it here, answering or calling back
    caller: Mapped[str | None]  # number that called
    about: Mapped[str | None]  # whom it is about, as far as it is known
    place: Mapped[str | None]  # municipality or place
    complaint: Mapped[str | None]
    advice: Mapped[str | None]
    urgency: Mapped[str | None]  # of the latest assessment
    assessed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    encounter_id: Mapped[str | None] = mapped_column(ForeignKey("encounter.id"))  # whom we expect for it

    __table_args__ = (
        UniqueConstraint("unit_id", "exchange_id"),
        Index(None, "unit_id", "status"),
        Index(None, "unit_id", "known_at"),
    )


class TelephoneAssessment(Table):
    """How urgent it was judged on the telephone, with the advice given (telefonvurdering). Append-only."""

    __tablename__ = "telephone_assessment"

    id: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("telephone_call.id"))
    urgency: Mapped[str]
    complaint: Mapped[str | None]
    advice: Mapped[str | None]
    assessed_at: Mapped[datetime]
    by_id: Mapped[str]
    by_name: Mapped[str]
    by_role: Mapped[str]

    __table_args__ = (Index(None, "call_id", "assessed_at"),)


class Expectation(Table):
    """What was known of a patient before the door (forhåndsvarsel); stays when they have come."""

    __tablename__ = "expectation"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    call_id: Mapped[str | None] = mapped_column(ForeignKey("telephone_call.id"))
    called_at: Mapped[datetime]  # when we were told
    urgency: Mapped[str | None]
    pre_alert: Mapped[str | None]
