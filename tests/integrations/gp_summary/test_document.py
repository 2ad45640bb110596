import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from core.text import storable
from integrations.gp_summary.document import NAMESPACE, NoReceiver, build
from integrations.gp_summary.read import read
from integrations.gp_summary.validate import differences
from journal.rules.summary import CodedText, Outcome, Sex, Summary, SummaryChange
from tests.integrations.gp_summary.examples import (
    BJORG,
    DEPARTURE,
    GENERATED_AT,
    HENRIK,
    MESSAGE_ID,
    STOPPED,
    STOPPED_AND_MORE,
    UNKNOWN_MAN,
    a_summary,
)


def built(summary: Summary) -> bytes:
    return build(summary, message_id=MESSAGE_ID, generated_at=GENERATED_AT)


def at(body: bytes, path: str) -> list[etree._Element]:
    found = etree.fromstring(body).xpath(path.replace("/", "/e:"), namespaces={"e": NAMESPACE})
    assert isinstance(found, list)
    return [element for element in found if isinstance(element, etree._Element)]


def test_a_night_reads_back_as_it_was_written() -> None:
    summary = a_summary()

    received = read(built(summary))

    assert differences(summary, built(summary)) == ()
    assert (received.message_id, received.report_id) == (MESSAGE_ID, summary.report_id)
    assert (received.title, received.kind) == ("Legevaktsepikrise", "E-L")
    assert received.comment("OP") == summary.asked_of_gp
    assert received.medication == (summary.medication_changes,)
    assert (received.sender.department_id, received.receiver.person_id) == ("8142001", "258521")
    assert (received.started_at, received.ended_at) == (summary.arrived_at, summary.finished_at)
    assert len(received.results) == 13 + 4


def test_the_envelope_has_what_the_standard_asks_for() -> None:
    body = built(a_summary())

    assert body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<Message xmlns=")
    assert b"<!--" not in body
    assert at(body, "/Message/GenDate")[0].get("V") == "2026-03-14T23:05:30+01:00"
    assert at(body, "/Message/ServRprt/MsgDescr")[0].text == "Legevaktsepikrise"
    assert [at(body, f"/Message/ServRprt/{name}")[0].get("V") for name in ("ServType", "Status", "Ack")] == [
        "N",
        "F",
        "J",
    ]
    assert at(body, "/Message/ServRprt/Patient/Name")[0].text == "Bjørg Solvang"


@pytest.mark.parametrize(("kind", "code"), [("correction", "M"), ("addendum", "M"), ("withdrawn", "C")])
def test_what_is_added_is_a_change_and_the_report_keeps_its_date(kind: Any, code: str) -> None:
    later = DEPARTURE + timedelta(hours=3)
    change = SummaryChange(
        kind=kind, number=1, at=later, by="Henrik Sande", reason=None, told=(), replaces=MESSAGE_ID
    )

    received = read(built(a_summary(change=change)))

    assert received.service_type == code
    assert (received.issued_at, received.approved_at) == (a_summary().finished_at, later)


def test_parts_come_in_the_order_of_the_standard() -> None:
    body = built(a_summary())

    report = [etree.QName(part).localname for part in at(body, "/Message/ServRprt/*")]
    event = [etree.QName(part).localname for part in at(body, "/Message/ServRprt/Event/*")]
    headings = [part.get("V") for part in at(body, "/Message/ServRprt/Event/Comment/Heading")]

    assert " ".join(report) == (
        "ServType IssueDate ApprDate Status Ack MsgDescr ServProvId Event Patient ServProvider Requester"
        " RelServProvider"
    )
    assert " ".join(dict.fromkeys(event)) == (
        "ReportedEvent ServType Priority AdmOutcome Service AssRequest InfItem Comment"
    )
    assert headings == ["OP", "FU", "VU", "FO", "IP", "PROB"]


def test_nothing_to_do_and_no_changes_are_said_in_words() -> None:
    none = a_summary(asked_of_gp=None, medication_changes=None, medicines_stated="none")

    received = read(built(none))

    assert received.comment("OP") == "Ingenting for fastlegen å gjøre."
    assert received.medication == ("Ingen endringer i legemidler.",)


def test_that_nobody_said_anything_about_medicines_is_not_no_changes() -> None:
    received = read(built(a_summary(medication_changes=None)))

    assert received.medication == ("Endringer i legemidler er ikke oppgitt.",)


def test_each_changed_medicine_stands_by_itself_with_its_reason() -> None:
    summary = a_summary(
        medication_changes=STOPPED_AND_MORE, medicine_changes=(STOPPED,), medicines_stated="changed"
    )

    assert differences(summary, built(summary)) == ()
    assert read(built(summary)).medication == (
        "Sluttet: Simvastatin 20 mg, 1 × 1. Grunn: Samspill.", "Paracetamol ved behov"
    )  # fmt: skip


def test_headings_without_content_are_left_out() -> None:
    bare = a_summary(
        findings=None,
        assessment=None,
        plan=None,
        told_to_patient=None,
        story=None,
        triage=None,
        vital_signs=(),
    )

    body = built(bare)

    assert [heading for heading, _ in read(body).comments] == ["OP", "PROB"]
    assert at(body, "/Message/ServRprt/Event/Priority") == []
    assert [
        part for part in etree.fromstring(body).iter() if not (len(part) or part.text or part.attrib)
    ] == []


def test_diagnoses_carry_the_national_oid_of_their_system() -> None:
    diagnoses = (
        CodedText(system="icpc-2", code="R81", display="Lungebetennelse"),
        CodedText(system="icd-10", code="J18.9", display="Uspesifisert pneumoni"),
    )

    received = read(built(a_summary(diagnoses=diagnoses)))

    assert received.main_diagnosis is not None
    assert (received.main_diagnosis.code, received.main_diagnosis.system) == (
        "R81",
        "2.16.578.1.12.4.1.1.7170",
    )
    assert [(other.code, other.system) for other in received.other_diagnoses] == [
        ("J18.9", "2.16.578.1.12.4.1.1.7110")
    ]


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.HOME, "1"),
        (Outcome.HOME_GP, "1"),
        (Outcome.MUNICIPAL_BED, "39"),
        (Outcome.ADMITTED, "31"),
        (Outcome.OTHER, None),
        (Outcome.DEAD, "2"),
    ],
)
def test_where_the_patient_went_is_coded_when_it_is_known(outcome: Outcome, code: str | None) -> None:
    received = read(built(a_summary(outcome=outcome)))

    assert (received.outcome.code if received.outcome else None) == code


@pytest.mark.parametrize(("rank", "code"), [(1, "0"), (2, "0"), (3, "1H"), (4, "4H"), (5, None)])
def test_the_triage_level_becomes_a_national_priority(rank: int, code: str | None) -> None:
    triage = a_summary().triage
    assert triage is not None

    received = read(built(a_summary(triage=replace(triage, level_rank=rank))))

    assert (received.priority.code if received.priority else None) == code


@pytest.mark.parametrize(("kind", "code"), [("fnr", "FNR"), ("dnr", "DNR"), ("fhn", "FHN")])
def test_the_kind_of_identity_is_told(kind: str, code: str) -> None:
    received = read(built(a_summary(patient=replace(BJORG, identifier_kind=kind))))

    assert (received.patient.identifier, received.patient.identifier_kind) == (BJORG.identifier, code)


def test_a_patient_nobody_could_identify_gets_our_own_number_and_no_false_one() -> None:
    body = built(a_summary(patient=UNKNOWN_MAN))

    assert at(body, "/Message/ServRprt/Patient/OffId") == []
    assert at(body, "/Message/ServRprt/Patient/DateOfBirth") == []
    assert at(body, "/Message/ServRprt/Patient/AdditionalId/Id")[0].text == UNKNOWN_MAN.id
    assert read(body).patient.name == "Ukjent Mann"


def test_a_doctor_without_hpr_number_is_named_all_the_same() -> None:
    received = read(built(a_summary(doctor=replace(HENRIK, hpr_number=None))))

    assert (received.sender.person, received.sender.person_id) == ("Henrik Sande", None)


def test_without_a_gp_there_is_nobody_to_write_to() -> None:
    with pytest.raises(NoReceiver):
        built(a_summary(gp=None))


def test_the_same_encounter_always_gives_the_same_bytes() -> None:
    assert built(a_summary()) == built(a_summary())


def _is_storable(text: str) -> bool:
    try:
        return storable(text) == text and text.strip() != ""
    except ValueError:
        return False


_texts = st.text(min_size=1, max_size=80).filter(_is_storable)


@given(
    asked=st.none() | _texts,
    findings=st.none() | _texts,
    story=st.none() | _texts,
    display=_texts,
    family=_texts,
    sex=st.sampled_from(Sex),
)
def test_whatever_is_written_arrives(
    asked: str | None, findings: str | None, story: str | None, display: str, family: str, sex: Sex
) -> None:
    summary = a_summary(
        asked_of_gp=asked,
        findings=findings,
        story=story,
        diagnoses=(CodedText(system="icpc-2", code="A01", display=display),),
        patient=replace(BJORG, family=" ".join(family.split()), sex=sex),
    )

    assert differences(summary, built(summary)) == ()


# The national stylesheets have no licence, so they are not kept here; point the variable at a copy of
# NorskHelsenett/kith-visningsfiler to see that a Norwegian record system shows every field where it belongs.
_STYLESHEETS = os.environ.get("LEGEVAKT_TEST_KITH_VISNINGSFILER", "")


@pytest.mark.by_hand("LEGEVAKT_TEST_KITH_VISNINGSFILER")
def test_the_national_stylesheet_shows_every_text_under_its_heading() -> None:
    sheet = etree.XSLT(etree.parse(str(Path(_STYLESHEETS) / "epikrise" / "Epikrise2html.xsl")))
    summary = a_summary()

    page = html.fromstring(bytes(sheet(etree.fromstring(built(summary)))))

    shown = {_words(h): _below(h) for h in page.iter("h2")}
    assert summary.asked_of_gp is not None
    assert summary.asked_of_gp.splitlines()[0] in shown["Videre oppfølging"]
    assert "Lungebetennelse" in shown["Diagnoser"]
    assert "R81" in shown["Diagnoser"]
    assert str(summary.assessment) in shown["Vurdering"]
    assert str(summary.told_to_patient) in shown["Informasjon til pasient/pårørende"]
    assert str(summary.story) in shown["Sykehistorie"]
    assert str(summary.plan) in shown["Forløp og behandling"]
    assert summary.complaint in shown["Forløp og behandling"]
    assert "Doksysyklin" in shown["Legemiddelopplysninger"]
    findings = shown["Funn/undersøkelsesresultat"]
    assert all(part in findings for part in (str(summary.findings), "Oransje", "NEWS2", "38.4", "°C"))
    assert "ukjent kode" not in _words(page)


def _words(element: etree._Element) -> str:
    return " ".join(" ".join(str(part) for part in element.itertext()).split())


def _below(heading: etree._Element) -> str:
    return " ".join(_words(part) for part in heading.itersiblings("div"))
