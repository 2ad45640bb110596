"""Bjørg Solvang at Nordvik legevakt, before and after signing: one page with everything on it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.ids import Actor, Role, StaffId, UnitId
from journal.queries.page import (
    EncounterPage,
    PageAssessment,
    PageConclusion,
    PageDiagnosis,
    PageDraft,
    PageGp,
    PageMay,
    PageMessage,
    PageMoment,
    PageNote,
    PagePatient,
    PagePerson,
    PagePoints,
    PageReceipt,
    PageScore,
)
from journal.queries.vital_signs.series import PageMeasured, PageVitalSign
from journal.rules.summary import CodedText, Outcome
from tests.app.screens import ward
from triage.queries.board_row import Board

NOW = datetime(2026, 3, 14, 21, 12, 0, tzinfo=UTC)
ID = "e-12"
DOCTOR = Actor(StaffId("s-henrik"), "Henrik Sande", Role.DOCTOR, UnitId("nordvik"))
KARI = Actor(StaffId("s-kari"), "Kari Moe", Role.COORDINATOR, UnitId("nordvik"))
NURSE = Actor(StaffId("s-liv"), "Liv Karlsen", Role.TRIAGE_NURSE, UnitId("nordvik"))
HENRIK = PagePerson(id="s-henrik", name="Henrik Sande", initials="HS", role="doctor")
ANNE = PagePerson(id="s-anne", name="Anne Berg", initials="AB", role="doctor")
LIV = PagePerson(id="s-liv", name="Liv Karlsen", initials="LK", role="triage-nurse")
CODES = (
    CodedText(system="icpc-2", code="R81", display="Lungebetennelse"),
    CodedText(system="icpc-2", code="R95", display="Kols"),
    CodedText(system="icpc-2", code="K74", display="Angina pectoris"),
)
TEXT = {
    "subjective": "Tre døgn med feber, hoste og gulgrønt oppspytt. Tyngre å puste siden i ettermiddag. Ingen "
    "brystsmerter. Har spist lite, drukket brukbart. Bor alene, datter kan være hos henne.",
    "objective": "Våken og klar. Resp 20, SpO₂ 96 % på 2 l. Knatring basalt høyre side, dempet perkusjon. "
    "Cor regelmessig. Ingen ødemer. CRP 148.",
    "assessment": "Høyresidig lungebetennelse. CRB-65: 1 (alder). Kols. Bedring på oksygen.",
    "plan": "Doksysyklin (penicillinallergi). Vurdere innleggelse hvis SpO₂ < 92 % uten oksygen kl. 22:40.",
}


def at(clock: str) -> datetime:
    """A local time this evening, `21:47`."""
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime(2026, 3, 14, hour - 1, minute, tzinfo=UTC)


def _series(code: str, unit: str | None, low: str | None, high: str | None, *values: str) -> PageVitalSign:
    moments = (at("21:44"), at("21:53"), at("22:01"), at("22:10"))
    return PageVitalSign(
        code=code,
        unit=unit,
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        points=tuple(
            PageMeasured(at=moment, value=Decimal(value))
            for moment, value in zip(moments, values, strict=True)
        ),
    )


def vital_signs() -> tuple[PageVitalSign, ...]:
    return (
        _series("rr", "/min", "12", "20", "22", "24", "23", "20"),
        _series("spo2", "%", "96", None, "95", "92", "94", "96"),
        _series("hr", "/min", "51", "90", "104", "110", "106", "96"),
        _series("sbp", "mm[Hg]", "111", "219", "118", "112", "116", "121"),
        _series("dbp", "mm[Hg]", None, None, "72", "70", "71", "70"),
        _series("temp", "Cel", "36.1", "38.0", "38.4", "38.6", "38.5", "38.1"),
        _series("news2", None, None, "4", "5", "6", "7", "4"),
    )


def _score(scale: str, name: str, total: int) -> PageScore:
    part = PagePoints(id="rr", value="22", unit="/min", points=2)
    return PageScore(scale=scale, name=name, total=total, complete=True, parts=(part,))


def assessment() -> PageAssessment:
    return PageAssessment(
        id="a-1",
        level=2,
        level_code="orange",
        suggested_level=3,
        suggested_level_code="yellow",
        reason="Blek og klam, snakker i korte setninger.",
        scale="sats",
        scale_version="1",
        scores=(_score("sats", "TEWS", 4), _score("news2", "NEWS2", 5)),
        discriminators=(),
        assessed_at=at("21:47"),
        by=LIV,
    )


def _moment(clock: str, kind: str, by: str, **facts: str | int | None) -> PageMoment:
    return PageMoment(at=at(clock), kind=kind, by=by, facts=facts)


def timeline() -> tuple[PageMoment, ...]:
    return (
        _moment("21:38", "checked-in", "Liv Karlsen", number="T 12"),
        _moment("21:47", "assessed", "Liv Karlsen", level=2, level_code="orange", scores="TEWS 4, NEWS2 5"),
        _moment("21:48", "placed", "Liv Karlsen", place="Rom 7"),
        _moment("21:55", "taken", "Henrik Sande"),
        _moment("22:10", "assessed", "Liv Karlsen", level=2, level_code="orange", scores="TEWS 3, NEWS2 4"),
    )


def page(**more: Any) -> EncounterPage:
    """The page while Henrik writes; keyword arguments replace parts of it."""
    values: dict[str, Any] = {
        "id": ID, "version": 7, "unit": "nordvik", "unit_name": "Nordvik legevakt", "status": "in-progress",
        "number": "T 12", "complaint": "Feber og hoste", "arrived_at": at("21:38"), "place": "Rom 7",
        "patient": PagePatient(
            id="p-1", called="Bjørg Solvang", given="Bjørg", family="Solvang", sex="female",
            birth_date=date(1947, 6, 9), age_months=945, identifier_masked="098647 •••••",
            identifier_kind="fnr",
            gp=PageGp(name="Kari Mo", office_name="Nordvik legesenter", her_id=123),
        ),
        "doctor": HENRIK, "taken_at": at("21:55"), "target_at": at("21:57"),
        "next_assessment_at": at("22:20"),
        "assessments": (assessment(),), "vital_signs": vital_signs(), "critical_information": "not-recorded",
        "medicines": "not-recorded", "timeline": timeline(), "notes": (), "conclusion": None, "messages": (),
        "draft": PageDraft(
            version=14, saved_at=at("22:11") + timedelta(seconds=48),
            asked_of_gp="Klinisk kontroll om 3 dager. Ny CRP.",
            told_to_patient="Ta kontakt straks ved tyngre pust, forvirring eller brystsmerter.",
            medication_changes="", outcome=Outcome.HOME_GP, **TEXT,
        ),
        "diagnoses": (
            PageDiagnosis(id="d-1", system="icpc-2", code="R81", display="Lungebetennelse"),
            PageDiagnosis(id="d-2", system="icpc-2", code="R95", display="Kols"),
        ),
        "missing": (), "may": PageMay(assess=True, take=False, write=True, finish=True),
    }  # fmt: skip
    return EncounterPage(**(values | more))


def arrived(**more: Any) -> EncounterPage:
    """The page just after check-in: nobody has triaged, nothing is measured."""
    empty = PageDraft(
        version=0, saved_at=None, subjective="", objective="", assessment="", plan="", asked_of_gp="",
        told_to_patient="", medication_changes="", outcome=None,
    )  # fmt: skip
    bare: dict[str, Any] = {
        "status": "arrived", "place": None, "doctor": None, "taken_at": None, "target_at": None,
        "next_assessment_at": None, "assessments": (), "vital_signs": (), "timeline": timeline()[:1],
        "draft": empty, "diagnoses": (), "missing": ("note", "diagnosis", "outcome"),
        "may": PageMay(assess=True, take=True, write=False, finish=False),
    }  # fmt: skip
    return page(**(bare | more))


def message(id: str, state: Any, **more: Any) -> PageMessage:
    values: dict[str, Any] = {
        "id": id, "channel": "gp-summary", "receiver": "Nordvik legesenter, Kari Mo", "state": state,
        "reason": None, "message_id": f"m-{id}", "attempts": 1, "changed_at": at("22:13"), "receipts": (),
    }  # fmt: skip
    return PageMessage(**(values | more))


def receipt() -> PageReceipt:
    return PageReceipt(kind="application", status="ok", errors=(), received_at=at("22:14"))


def signed(**more: Any) -> EncounterPage:
    """The page after signing: nothing can be written, the messages are on their way."""
    note = PageNote(id="n-1", author=HENRIK, written_at=at("22:12"), signed_at=at("22:12"), **TEXT)
    conclusion = PageConclusion(
        outcome=Outcome.HOME_GP, asked_of_gp="Klinisk kontroll om 3 dager.", told_to_patient=None,
        medication_changes="Doksysyklin 100 mg × 1 i 7 dager.", signed_at=at("22:12"), signed_by=HENRIK,
    )  # fmt: skip
    closed: dict[str, Any] = {
        "status": "finished", "notes": (note,), "conclusion": conclusion,
        "messages": (
            message("1", "acknowledged", receipts=(receipt(),)),
            message("2", "sent", channel="shared-record", receiver="Dokumentdeling"),
        ),
        "may": PageMay(assess=False, take=False, write=False, finish=False),
        "timeline": (*timeline(), _moment("22:12", "finished", "Henrik Sande")),
    }  # fmt: skip
    return page(**(closed | more))


def board() -> Board:
    """The queue beside the note: Bjørg, whom Henrik has taken, and some who wait."""
    bjorg = ward.treated(ID, "Rom 7", 78, "Feber og hoste", 17, level=2, name="Bjørg S.", next_in=8)
    waiting = [row for row in ward.waiting() if row.id in ("e-13", "e-14", "e-16")]
    return ward.board(bjorg, *waiting)
