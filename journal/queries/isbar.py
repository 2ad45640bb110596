"""What a record says of a patient, for handing over (ISBAR fylt fra journalen)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from journal.queries.page import EncounterPage, PageAssessment
from journal.queries.vital_signs.series import PageVitalSign
from journal.rules.isbar import Isbar, Told, filled

_SEX = {"female": "kvinne", "male": "mann", "unknown": "kjønn ikke kjent"}
_LEVELS = {1: "Rød", 2: "Oransje", 3: "Gul", 4: "Grønn", 5: "Blå"}
_SIGNS = {
    "rr": "resp.",
    "spo2": "SpO₂",
    "hr": "puls",
    "sbp": "syst. BT",
    "temp": "temp.",
    "glucose": "glukose",
    "news2": "NEWS2",
    "tews": "TEWS",
}
_UNITS = {"Cel": "°C", "mm[Hg]": "mmHg", "mmol/L": "mmol/l"}


def isbar_of(page: EncounterPage) -> Isbar:
    """The five headings, from the page the doctor sees: the own draft counts too, it is what they think."""
    latest = page.assessments[0] if page.assessments else None
    return filled(
        Told(
            name=" ".join(filter(None, (page.patient.given, page.patient.family))) or page.patient.called,
            person=_person(page),
            number=page.number,
            place=page.place or "venterom",
            complaint=page.complaint,
            level=_level(latest),
            arrived_at=page.arrived_at,
            taken_at=page.taken_at,
            history=_together((latest.history or "" if latest else "", *_written(page, "subjective"))),
            critical=_critical(page),
            medicines=[
                _dosed(each.name, each.dosage) for each in page.medicine_list.lines if each.use != "uses-not"
            ],
            signs=[_sign(each) for each in page.vital_signs if each.points and each.code in _SIGNS],
            findings=_together(_written(page, "objective")),
            thought=_together(_written(page, "assessment")),
            diagnoses=[f"{each.code} {each.display}" for each in page.diagnoses],
            results=[each.words for each in page.results if each.newest],
            waiting=[each.display for each in page.orders if each.unanswered],
            plan=_together(_written(page, "plan")),
            next_assessment_at=page.next_assessment_at,
        )
    )


def _person(page: EncounterPage) -> str:
    months = page.patient.age_months
    age = None if months is None else f"{months // 12} år" if months >= 24 else f"{months} md."
    born = f"født {page.patient.birth_date:%d.%m.%Y}" if page.patient.birth_date else None
    return ", ".join(filter(None, (_SEX[page.patient.sex], age, born)))


def _level(latest: PageAssessment | None) -> str:
    return f"Hastegrad {_LEVELS.get(latest.level, latest.level_code)}" if latest else "Ikke triagert"


def _critical(page: EncounterPage) -> Sequence[str]:
    if page.critical.lines:
        return [": ".join(filter(None, (each.text, each.reaction))) for each in page.critical.lines]
    return ["ingen kjente"] if page.critical_information == "none-known" else ["ikke registrert"]


def _dosed(name: str, dosage: str | None) -> str:
    return f"{name} {dosage}" if dosage else name


def _sign(series: PageVitalSign) -> str:
    value = f"{series.points[-1].value:f}".replace(".", ",")
    unit = _UNITS.get(series.unit or "", series.unit or "")
    return " ".join(filter(None, (_SIGNS.get(series.code, series.code), value, unit)))


def _written(page: EncounterPage, heading: str) -> Iterator[str]:
    yield from (getattr(note, heading) for note in page.notes)
    yield getattr(page.draft, heading)


def _together(texts: Sequence[str] | Iterator[str]) -> str:
    return "\n".join(text for text in texts if text.strip())
