"""The patient's own copy on paper: one page, plain words, three languages, no empty heading."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.screens import show
from app.screens.render import render
from app.screens.texts import LANGUAGES, Texts, texts
from journal.rules.plain.patient_copy import PatientCopy, written
from journal.rules.summary import SummaryResult, SummaryVitalSign

_UNITS = {"10*9/L": "10⁹/l", "1": ""}


def patient_copy_page(copy: PatientCopy, *, encounter: str, language: str, asset_version: str) -> str:
    """The page; the doctor's own words are Norwegian whatever language the rest is in."""
    t = texts(language)
    return render(
        "screens/patient_copy.html",
        t=t,
        asset_version=asset_version,
        copy=copy,
        encounter=encounter,
        languages=LANGUAGES,
        when=_when(copy.came_at, copy.left_at, t),
        measured=[_measured(each, t) for each in copy.measured if _key(each) in t.entries],
        tests=[_tested(each, t) for each in copy.tests],
        waiting=list(_waiting(copy.waiting, t)),
    )


def _when(came: datetime, left: datetime, t: Texts) -> str:
    return t("patient_copy.when", day=show.day(came), came=show.clock(came), left=show.clock(left))


def _key(sign: SummaryVitalSign) -> str:
    return f"patient_copy.value_{sign.code}"


def _measured(sign: SummaryVitalSign, t: Texts) -> str:
    return t(_key(sign), number=written(sign.value, t.language))


def _tested(test: SummaryResult, t: Texts) -> tuple[str, str]:
    number = "" if test.value is None else written(test.value, t.language)
    unit = _UNITS.get(test.unit or "", test.unit or "")
    mark = t(f"patient_copy.mark_{test.mark}") if test.mark else ""
    return test.name, " ".join(filter(None, (number, unit, test.text, mark)))


def _waiting(tests: Iterable[tuple[str, str]], t: Texts) -> Iterable[str]:
    for name, who in tests:
        yield t("patient_copy.waiting", name=name, who=t(f"patient_copy.follow_{who}"))
