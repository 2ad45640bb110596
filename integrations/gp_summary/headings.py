"""The body of the summary, in the order a GP wants it; a heading without content is left out.

Two headings are never left out: what is asked of the GP and what changed in the medicines. "Nothing" is said
in words there, and so is that nothing was said: silence cannot be mistaken for an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from lxml import etree

from core.clock import local
from integrations.gp_summary import codes
from integrations.kith.elements import Coded, add, add_code, stamp
from journal.rules.summary import (
    CodedText,
    Summary,
    SummaryChange,
    SummaryResult,
    SummaryTriage,
    SummaryVitalSign,
)

NOTHING_ASKED = "Ingenting for fastlegen å gjøre."
NO_MEDICATION_CHANGES = "Ingen endringer i legemidler."
MEDICATION_NOT_STATED = "Endringer i legemidler er ikke oppgitt."


def add_items(event: etree._Element, summary: Summary) -> None:
    """Coded things and results (InfItem). In the format they all stand before the texts."""
    for number, diagnosis in enumerate(summary.diagnoses):
        kind = codes.OTHER_DIAGNOSIS if number else codes.MAIN_DIAGNOSIS
        _add_diagnosis(event, kind, diagnosis)
    for words in summary.medication(NO_MEDICATION_CHANGES, MEDICATION_NOT_STATED):
        _add_observation(event, codes.MEDICATION, words)
    if summary.story:
        _add_observation(event, codes.HISTORY, summary.story)
    if summary.triage:
        _add_triage(event, summary.triage)
    for measured in summary.vital_signs:
        _add_vital_sign(event, measured)
    for each in summary.results:
        _add_test(event, each)


def add_notice(event: etree._Element, change: SummaryChange) -> None:
    """What is different from the letter before."""
    _add_comment(event, codes.CHANGED, change.words)


def add_comments(event: etree._Element, summary: Summary) -> None:
    """The texts (Comment): what has changed since the letter before, then what is asked of the GP."""
    if summary.change:
        add_notice(event, summary.change)
    texts: tuple[tuple[Coded, str | None], ...] = (
        (codes.ASKED_OF_GP, summary.asked(NOTHING_ASKED)),
        (codes.FINDINGS, summary.found),
        (codes.ASSESSMENT, summary.assessment),
        (codes.COURSE, summary.plan),
        (codes.TOLD_TO_PATIENT, summary.told_to_patient),
        (codes.COMPLAINT, summary.complaint),
    )
    for heading, words in texts:
        if words:
            _add_comment(event, heading, words)
    for added in summary.addenda:
        if not summary.change or added.number != summary.change.number:
            told = f"Tillegg {local(added.at):%d.%m.%Y kl. %H:%M} av {added.by}: {added.text}"
            _add_comment(event, codes.CHANGED, told)


def _add_comment(event: etree._Element, heading: Coded, words: str) -> None:
    comment = add(event, "Comment")
    add_code(comment, "Heading", heading)
    add(comment, "TextResultValue", words)


def _add_diagnosis(event: etree._Element, kind: Coded, diagnosis: CodedText) -> None:
    item = add(event, "InfItem")
    described = add(add(item, "Observation"), "CodedDescr")
    system = codes.DIAGNOSIS_SYSTEMS[diagnosis.system]
    add(described, "Concept", V=diagnosis.code, S=system, DN=diagnosis.display)
    add_code(item, "Type", kind)


def _add_observation(event: etree._Element, kind: Coded, words: str) -> None:
    item = add(event, "InfItem")
    add(add(item, "Observation"), "Description", words)
    add_code(item, "Type", kind)


@contextmanager
def _result(
    event: etree._Element, at: datetime, comment: str | None = None, **investigation: str
) -> Iterator[etree._Element]:
    """A result: what was found goes in first, then when, a remark, and last what was looked for."""
    item = add(event, "InfItem")
    result = add(item, "ResultItem")
    yield result
    add(result, "InvDate", V=stamp(at))
    if comment:
        add(result, "Comment", comment)
    add(add(result, "ClinInv"), "Id", **investigation)
    add_code(item, "Type", codes.RESULT)


def _add_value(result: etree._Element, **amount: str) -> None:
    add(add(result, "NumResult"), "NumResultValue", **amount)


def _add_words(result: etree._Element, words: str) -> None:
    add(add(add(result, "TextResult"), "Result"), "TextResultValue", words)


def _add_number(event: etree._Element, amount: dict[str, str], at: datetime, **investigation: str) -> None:
    with _result(event, at, **investigation) as result:
        _add_value(result, **amount)


def _add_vital_sign(event: etree._Element, measured: SummaryVitalSign) -> None:
    coded = codes.VITAL_SIGNS[measured.code]
    amount = {"V": f"{measured.value:f}", "U": codes.UNITS_AS_READ.get(measured.unit, measured.unit)}
    _add_number(event, amount, measured.measured_at, V=coded.code, S=codes.LOINC, DN=coded.display)


def _add_test(event: etree._Element, test: SummaryResult) -> None:
    # The ward's own tests have no national code here: the name is code and text both, as with scales.
    remarks = " ".join(filter(None, (test.text if test.value is not None else None, test.remarks)))
    with _result(event, test.at, remarks, V=test.name, DN=test.name) as result:
        if test.value is None:
            _add_words(result, test.text or "")
        elif test.unit in (None, "1"):
            _add_value(result, V=f"{test.value:f}")
        else:
            unit = codes.UNITS_AS_READ.get(test.unit, test.unit)
            _add_value(result, V=f"{test.value:f}", U=unit)


def _add_triage(event: etree._Element, triage: SummaryTriage) -> None:
    # No national code exists for triage scales and their scores: the name of the scale is code and text both.
    # The level is a text and a number, not a TextCode: the national stylesheet shows that as "ukjent kode".
    named = {"V": triage.scale, "DN": f"Hastegrad ({triage.scale})"}
    with _result(event, triage.assessed_at, f"Vurdert av {triage.assessed_by}.", **named) as word:
        _add_words(word, triage.level_word)
    rank = {"V": str(triage.level_rank)}
    _add_number(event, rank, triage.assessed_at, V=codes.LEVEL, DN="Hastegrad, nivå (1 haster mest)")
    for name, score in triage.scores:
        _add_number(event, {"V": str(score)}, triage.assessed_at, V=name, DN=name)
