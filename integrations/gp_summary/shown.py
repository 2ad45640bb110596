"""The summary on one page, as a receiver shows it: from the received bytes alone, what is asked first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from core.clock import local
from integrations.gp_summary.read import ReceivedCode, ReceivedPatient, ReceivedResult, ReceivedSummary

_DAYS = ("man.", "tir.", "ons.", "tor.", "fre.", "lør.", "søn.")
_MONTHS = (
    "januar", "februar", "mars", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "desember",
)  # fmt: skip
_SEXES = {"1": "Mann", "2": "Kvinne"}
_SYSTEMS = {"2.16.578.1.12.4.1.1.7170": "ICPC-2", "2.16.578.1.12.4.1.1.7110": "ICD-10"}
_FINDINGS, _MEDICINES = "Funn", "Legemidler"
_BULLET = re.compile(r"^\s*(?:\d{1,2}[.)]|[-–•*])\s+")
_CHANGE = re.compile(r"^(?P<mark>[A-ZÆØÅ][a-zæøå ]{1,16}): (?P<what>.+?)\.?(?: Grunn: (?P<why>.+?)\.?)?$")
_UNITS = {
    "10*9/L": "10⁹/l",
    "10*12/L": "10¹²/l",
    "mg/L": "mg/l",
    "g/dL": "g/dl",
    "mmol/L": "mmol/l",
}  # as read
_SCORES = ("TEWS", "NEWS2")
_SYSTOLIC, _DIASTOLIC = "8480-6", "8462-4"
_ROWS = (  # code (LOINC), short name, unit as shown
    ("9279-1", "Resp.", "/min"),
    ("59408-5", "SpO₂", "%"),
    ("8867-4", "Puls", "/min"),
    (_SYSTOLIC, "BT", "mmHg"),
    ("8310-5", "Temp.", "°C"),
    ("15074-8", "Glukose", "mmol/l"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurements:
    """The table of measurements: a column per time, a row per kind."""

    times: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestLine:
    """One test (prøvesvar) as it was sent; `remark` says what is odd about it."""

    __test__ = False  # no case of its own

    name: str
    answer: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineLine:
    """A line about medicines: `mark` is `Ny`, `Sluttet`, `Endret dose` …; empty for words without a form."""

    mark: str
    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """The triage level as it was sent."""

    rank: int | None
    word: str
    scores: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GpPage:
    """One page, ready to draw; texts are lists of lines."""

    title: str
    person: str
    about: str
    sender: str
    receiver: str
    contact: str
    doctor: str
    sent: str
    asked: tuple[str, ...]
    diagnosis_system: str
    diagnosis: str
    other_diagnoses: str
    urgency: Urgency | None
    outcome: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    measured_under: str  # the section that holds the table
    measurements: Measurements | None
    tests: tuple[TestLine, ...]
    medicines_under: str  # the section that holds the medicines, line by line
    medicines: tuple[MedicineLine, ...]
    signed: str
    message_id: str
    received: str


def gp_page(summary: ReceivedSummary, *, received_at: datetime) -> GpPage:
    """The page, in the order: asked, diagnoses, medicines, findings, assessment, plan, told, story."""
    main = summary.main_diagnosis
    signed_at = summary.approved_at or summary.issued_at
    return GpPage(
        title=summary.title,
        person=_person(summary.patient, summary.started_at),
        about=_about(summary.patient),
        sender=summary.sender.department or summary.sender.organisation or "",
        receiver=", ".join(filter(None, (summary.receiver.person, summary.receiver.organisation))),
        contact=_contact(summary),
        doctor=summary.sender.person or "",
        sent=_stamp(summary.generated_at),
        asked=tuple(_BULLET.sub("", line) for line in _lines(summary.comment("OP"))),
        diagnosis_system=_SYSTEMS.get(main.system or "", "") if main else "",
        diagnosis=_code(main) if main else "",
        other_diagnoses=", ".join(_code(other) for other in summary.other_diagnoses),
        urgency=_urgency(summary.results),
        outcome=summary.outcome.display if summary.outcome else "Se plan",
        sections=_sections(summary),
        measured_under=_FINDINGS,
        measurements=_measurements(summary.results),
        tests=tuple(_tests(summary.results)),
        medicines_under=_MEDICINES,
        medicines=tuple(_medicine(line) for line in _lines("\n".join(summary.medication))),
        signed=f"{summary.sender.person or ''}, {_stamp(signed_at)}" if signed_at else "",
        message_id=summary.message_id,
        received=_stamp(received_at),
    )


def _sections(summary: ReceivedSummary) -> tuple[tuple[str, tuple[str, ...]], ...]:
    texts = (
        (_MEDICINES, "\n".join(summary.medication)),
        (_FINDINGS, summary.comment("FU")),
        ("Vurdering", summary.comment("VU")),
        ("Tiltak og plan", summary.comment("FO")),
        ("Informasjon til pasienten", summary.comment("IP")),
        ("Kontaktårsak", summary.comment("PROB")),
        ("Sykehistorie", "\n".join(summary.history)),
    )
    measured = _measurements(summary.results) is not None or any(_tests(summary.results))
    return tuple(
        (title, _lines(words)) for title, words in texts if words or (measured and title == _FINDINGS)
    )


def _lines(words: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (words or "").splitlines() if line.strip())


def _code(coded: ReceivedCode) -> str:
    return f"{coded.code} {coded.display}"


def _person(patient: ReceivedPatient, at: datetime | None) -> str:
    name = patient.name or "Ukjent"
    if patient.birth_date is None or at is None:
        return name
    return f"{name}, {_age(patient.birth_date, local(at).date())}"


def _age(born: date, on: date) -> str:
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    return f"{months // 12} år" if months >= 24 else f"{max(months, 0)} md."


def _about(patient: ReceivedPatient) -> str:
    born = f"{patient.birth_date:%d.%m.%Y}" if patient.birth_date else None
    # The last five digits stay hidden on the page; the system has them.
    number = f"{patient.identifier[:6]} •••••" if patient.identifier else "uten identitetsnummer"
    return " · ".join(filter(None, (_SEXES.get(patient.sex or ""), born, number)))


def _contact(summary: ReceivedSummary) -> str:
    if summary.started_at is None:
        return ""
    start = local(summary.started_at)
    until = f"–{local(summary.ended_at):%H:%M}" if summary.ended_at else ""
    day = f"{_DAYS[start.weekday()]} {start.day}. {_MONTHS[start.month - 1]} {start.year}"
    return f"{day}, {start:%H:%M}{until}"


def _stamp(moment: datetime) -> str:
    return f"{local(moment):%d.%m.%Y kl. %H:%M}"


def _urgency(results: tuple[ReceivedResult, ...]) -> Urgency | None:
    word = next((result for result in results if result.text and result.name.startswith("Hastegrad")), None)
    if word is None or word.text is None:
        return None
    rank = next((result.number for result in results if result.name.startswith("Hastegrad, nivå")), None)
    scores = [f"{result.name} {result.number}" for result in results if result.code in _SCORES]
    known = rank is not None and rank in ("1", "2", "3", "4", "5")
    return Urgency(rank=int(rank) if known and rank else None, word=word.text, scores=" · ".join(scores))


def _tests(results: tuple[ReceivedResult, ...]) -> Iterator[TestLine]:
    """What is neither a vital sign nor about urgency."""
    others = {code for code, _, _ in _ROWS} | {_DIASTOLIC, *_SCORES}
    for result in results:
        if result.code in others or result.name.startswith("Hastegrad"):
            continue
        unit = _UNITS.get(result.unit or "", result.unit) if result.number is not None else None
        number = result.number.replace(".", ",") if result.number is not None else result.text or ""
        answer = " ".join(filter(None, (number, unit)))
        yield TestLine(name=result.name, answer=answer, remark=result.comment or "")


def _medicine(line: str) -> MedicineLine:
    found = _CHANGE.match(line)
    if found is None:
        return MedicineLine(mark="", what=line, why="")
    return MedicineLine(mark=found["mark"], what=found["what"], why=found["why"] or "")


def _measurements(results: tuple[ReceivedResult, ...]) -> Measurements | None:
    found = {(result.code, result.at): result.number for result in results if result.at and result.number}
    shown = {code for code, _, _ in _ROWS} | {_DIASTOLIC}
    times = sorted({at for code, at in found if code in shown and at})
    rows = [
        (name, tuple(_cell(found, code, at, unit) for at in times))
        for code, name, unit in _ROWS
        if any((code, at) in found for at in times)
    ]
    if not rows:
        return None
    return Measurements(times=tuple(f"{local(at):%H:%M}" for at in times), rows=tuple(rows))


def _cell(found: dict[tuple[str, datetime], str], code: str, at: datetime, unit: str) -> str:
    number = found.get((code, at))
    if number is None:
        return ""
    if code == _SYSTOLIC:
        return f"{number}/{found.get((_DIASTOLIC, at)) or '–'}"
    return f"{number.replace('.', ',')} {unit}"
