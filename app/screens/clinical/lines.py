"""Critical information and medicines in words: what, how sure, from whom (legemidler)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from app.screens import show
from app.screens.texts import Texts
from core.ids import initials
from journal.queries.clinical.view import (
    PageCritical,
    PageCriticalLine,
    PageCriticalVersion,
    PageMedicine,
    PageMedicines,
    PageRegister,
)
from journal.rules.clinical import critical as rules
from journal.rules.clinical.medicines import Use

CHOICES: Mapping[str, tuple[str, ...]] = {
    "kinds": get_args(rules.Kind),
    "severities": get_args(rules.Severity),
    "certainties": tuple(each for each in get_args(rules.Certainty) if each not in rules.OFF),
    "all_certainties": get_args(rules.Certainty),
    "sources": get_args(rules.Source),
}
"""What can be chosen when a line is written or changed."""
USES: tuple[str, ...] = get_args(Use)
"""The three answers, in the order of the keys 1, 2 and 3."""
_CLASSES = {"recorded": "known", "none-known": "none", "not-recorded": "unasked"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalView:
    """One line of the banner."""

    line: PageCriticalLine
    told: str  # kind, severity, reaction, certainty
    source: str
    history: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """The whole of it; `state_class` has its colours."""

    state_class: str
    lines: tuple[CriticalView, ...]
    removed: tuple[CriticalView, ...]
    none: str  # who said that nothing is known
    register: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineView:
    """One medicine."""

    line: PageMedicine
    dosage: str
    changed: str  # what this contact decided, and why
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineCard:
    """The list, and how far it is answered for."""

    lines: tuple[MedicineView, ...]
    listed: str  # how new the national list is
    register: str
    progress: str


def banner(critical: PageCritical, t: Texts) -> Banner:
    """What the page says first about a patient."""
    none = critical.none_known
    return Banner(
        state_class=_CLASSES[critical.state],
        lines=tuple(_critical(line, t) for line in critical.lines),
        removed=tuple(_critical(line, t) for line in critical.removed),
        none=_said(none.source, none.by, none.at, t) if none else "",
        register=register_line(critical.looked_up, t),
    )


def _critical(line: PageCriticalLine, t: Texts) -> CriticalView:
    said = _said(line.source, line.by, line.at, t)
    return CriticalView(
        line=line,
        told=_told(t(f"critical.kind_{line.kind}"), line, t),
        source=", ".join(filter(None, (said, line.onset))),
        history=tuple(_version(each, t) for each in line.history),
    )


def _told(lead: str, line: PageCriticalLine | PageCriticalVersion, t: Texts) -> str:
    grave = "" if line.severity == "unknown" else t(f"critical.severity_{line.severity}")
    first = ", ".join(filter(None, (lead, grave)))
    what = f"{first}: {line.reaction}" if line.reaction else first
    return f"{what} – {t(f'critical.certainty_{line.certainty}')}"


def _version(version: PageCriticalVersion, t: Texts) -> str:
    said = f"{_told(version.text, version, t)} ({version.by}, {show.day_and_clock(version.at)})"
    return t("critical.was", words=said)


def _said(source: str, by: str | None, at: datetime | None, t: Texts) -> str:
    told = t(f"critical.source_{source}")
    return f"{told} · {initials(by)} {show.day_and_clock(at)}" if by and at else told


def register_line(register: PageRegister | None, t: Texts) -> str:
    """How a national register stands to the patient, with its age."""
    if register is None:
        return ""
    name = t(f"register.{register.service}")
    if not register.asked:
        return t("register.not_asked", name=name)
    if register.answered_at is None:
        return t("register.away_new" if register.away else "register.asking", name=name)
    at = show.day_and_clock(register.answered_at)
    said = t(f"register.outcome_{register.outcome or 'nothing'}", name=name, at=at)
    return f"{said} {t('register.away')}" if register.away else said


def medicine_card(medicines: PageMedicines, t: Texts) -> MedicineCard:
    """The list with source and age of each line."""
    lines = medicines.lines
    left = sum(not (each.use or each.change) for each in lines)
    register = medicines.looked_up
    as_of = register.as_of if register else None
    return MedicineCard(
        lines=tuple(_medicine(line, t) for line in lines),
        listed=t("medicines.listed", day=show.day(as_of.date())) if as_of else "",
        register=register_line(register, t),
        progress=_progress(len(lines), left, t),
    )


def _progress(lines: int, left: int, t: Texts) -> str:
    if not lines:
        return t("medicines.explain")
    return t("medicines.left", left=left, lines=lines) if left else t("medicines.reconciled")


def _medicine(line: PageMedicine, t: Texts) -> MedicineView:
    day = show.day(line.source_as_of.date()) if line.source_as_of else ""
    source = t(f"medicines.source_{line.source}", day=day)
    answered = f" · {initials(line.by)} {show.clock(line.at)}" if line.by and line.at else ""
    return MedicineView(
        line=line,
        dosage=line.dosage or t("medicines.no_dosage"),
        changed=_changed(line, t),
        source=source + answered,
    )


def _changed(line: PageMedicine, t: Texts) -> str:
    if line.change is None:
        return ""
    what = t(f"medicines.change_{line.change}")
    dose: Iterable[str] = (line.new_dosage,) if line.new_dosage else ()
    return f"{' '.join((what, *dose))}: {line.reason}"
