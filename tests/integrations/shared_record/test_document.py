import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from integrations.shared_record.document import build, master_identifier
from integrations.shared_record.validate import faults
from journal.rules.summary import Summary, SummaryChange, SummaryGiven
from tests.integrations.gp_summary.examples import (
    BJORG,
    DEPARTURE,
    GENERATED_AT,
    MESSAGE_ID,
    STOPPED,
    STOPPED_AND_MORE,
    UNKNOWN_MAN,
    VITAL_SIGNS,
    a_summary,
)
from tests.integrations.kith.standards import standard


def built(summary: Summary, message_id: str = MESSAGE_ID) -> Any:
    return json.loads(build(summary, message_id=message_id, generated_at=GENERATED_AT))


def resource(bundle: Any, kind: str) -> Any:
    return resources(bundle, kind)[0]


def resources(bundle: Any, kind: str) -> list[Any]:
    found = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in found if resource["resourceType"] == kind]


def document(summary: Summary) -> Any:
    return resource(built(summary), "Bundle")


def test_a_night_becomes_one_sharing_without_faults() -> None:
    body = build(a_summary(), message_id=MESSAGE_ID, generated_at=GENERATED_AT)

    assert faults(body) == ()
    assert Bundle.model_validate_json(body).type == "transaction"
    assert [entry["request"]["url"] for entry in json.loads(body)["entry"]] == [
        "List",
        "DocumentReference",
        "Bundle",
    ]


EARLIER = "0c5d6b1e-5a7e-4d0a-8c2b-1a2b3c4d5e6f"
CORRECTED = SummaryChange(
    kind="correction",
    number=1,
    at=DEPARTURE,
    by="Dag Holm",
    reason="Feil side",
    told=(),
    replaces=EARLIER,
)


def test_a_new_version_puts_the_old_one_out_of_use_in_the_same_transaction() -> None:
    changed = built(a_summary(change=CORRECTED))

    [patch] = [entry for entry in changed["entry"] if entry["request"]["method"] == "PATCH"]
    replaced = master_identifier(EARLIER)
    assert patch["request"]["url"] == f"DocumentReference?identifier=urn:ietf:rfc:3986|{replaced}"
    said = {part["name"]: part for part in patch["resource"]["parameter"][0]["part"]}
    assert said["path"]["valueString"] == "DocumentReference.status"
    assert (said["type"]["valueCode"], said["value"]["valueCode"]) == ("replace", "superseded")
    related = resource(changed, "DocumentReference")["relatesTo"][0]["target"]["identifier"]
    assert related["value"] == replaced


def test_what_may_never_have_arrived_or_the_service_sees_to_itself_is_only_named() -> None:
    unsure = built(a_summary(change=replace(CORRECTED, arrived=False)))
    body = build(
        a_summary(change=CORRECTED), message_id=MESSAGE_ID, generated_at=GENERATED_AT, supersede=False
    )

    for sharing in (unsure, json.loads(body)):
        assert resources(sharing, "Parameters") == []
        assert resource(sharing, "DocumentReference")["relatesTo"][0]["code"] == "replaces"


def test_the_metadata_say_whose_and_what_in_national_codes() -> None:
    reference = resource(built(a_summary()), "DocumentReference")

    def code(*path: str | int) -> tuple[str, str]:
        inner = reference
        for part in path:
            inner = inner[part]
        return inner["coding"][0]["system"].rsplit(".", 1)[-1], inner["coding"][0]["code"]

    assert reference["subject"]["identifier"] == {
        "system": "urn:oid:2.16.578.1.12.4.1.4.1",
        "value": "09864712345",
    }
    assert code("category", 0) == ("9602", "A00-1")
    assert code("type") == ("9602", "A03-2")
    assert code("securityLabel", 0) == ("9603", "N")
    assert code("context", "facilityType") == ("1303", "86.211")
    assert code("context", "practiceSetting") == ("8663", "KA02")
    assert "docStatus" not in reference
    assert "data" not in reference["content"][0]["attachment"]


def test_the_document_holds_the_sections_in_the_order_a_gp_wants() -> None:
    composition = resource(document(a_summary()), "Composition")

    assert [section["title"] for section in composition["section"]] == [
        "Dette ber vi fastlegen gjøre",
        "Diagnoser",
        "Legemiddelendringer",
        "Funn",
        "Målinger",
        "Hastegrad",
        "Vurdering",
        "Tiltak og plan",
        "Informasjon til pasienten",
        "Kontaktårsak",
        "Sykehistorie",
    ]


def test_nothing_to_do_and_no_changes_are_said_in_words_and_empty_headings_left_out() -> None:
    bare = a_summary(
        asked_of_gp=None,
        medication_changes=None,
        medicines_stated="none",
        findings=None,
        assessment=None,
        plan=None,
        told_to_patient=None,
        story=None,
        triage=None,
        vital_signs=(),
    )

    sections = resource(document(bare), "Composition")["section"]

    assert [section["title"] for section in sections] == [
        "Dette ber vi fastlegen gjøre",
        "Diagnoser",
        "Legemiddelendringer",
        "Kontaktårsak",
    ]
    assert "Ingenting for fastlegen å gjøre." in sections[0]["text"]["div"]
    assert "Ingen endringer i legemidler." in sections[2]["text"]["div"]


def test_a_changed_medicine_is_a_statement_with_its_reason_that_the_section_points_to() -> None:
    body = document(a_summary(medication_changes=STOPPED_AND_MORE, medicine_changes=(STOPPED,)))

    [statement] = resources(body, "MedicationStatement")
    section = resource(body, "Composition")["section"][2]
    assert (statement["status"], statement["statusReason"]) == ("stopped", [{"text": "Samspill"}])
    assert statement["medicationCodeableConcept"]["coding"][0]["code"] == "C10AA01"
    assert [each["reference"] for each in section["entry"]] == [f"urn:uuid:{statement['id']}"]
    assert "Paracetamol ved behov" in section["text"]["div"]


def test_a_dose_given_here_is_an_administration_and_one_refused_says_why() -> None:
    given = SummaryGiven(
        status="completed",
        medication="Salbutamol 5 mg",
        dose=Decimal("5"),
        unit="mg",
        route="på forstøver",
        at=datetime(2026, 3, 14, 20, 44, tzinfo=UTC),
        by="Nora Lie",
        whose="delegering salbutamol",
        how="",
        remark=None,
        words="21:44 Salbutamol 5 mg, 5 mg, på forstøver.",
    )
    refused = replace(given, status="not-done", how="ville ikke ha", remark="Kvalm", words="22:00 Nei.")
    body = document(a_summary(given=(given, refused)))

    first, second = resources(body, "MedicationAdministration")
    amount = {"value": 5, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    assert (first["status"], first["dosage"]["dose"]) == ("completed", amount)
    assert (first["performer"][0]["actor"]["display"], first["dosage"]["route"]["text"]) == (
        "Nora Lie",
        "på forstøver",
    )
    assert (second["status"], second["statusReason"]) == ("not-done", [{"text": "ville ikke ha, Kvalm"}])
    sections = resource(body, "Composition")["section"]
    [section] = [each for each in sections if each["title"] == "Legemidler gitt på legevakten"]
    assert [each["reference"] for each in section["entry"]] == [
        f"urn:uuid:{each['id']}" for each in (first, second)
    ]
    assert given.words in section["text"]["div"]
    [findings] = [each for each in sections if each["title"] == "Funn"]
    assert "Salbutamol" not in findings["text"]["div"]  # told once


def test_measurements_carry_loinc_and_ucum_and_pressures_are_one_panel() -> None:
    observations = resources(document(a_summary()), "Observation")

    coded = [found for found in observations if "coding" in found["code"]]
    by_code = {found["code"]["coding"][0]["code"]: found for found in coded}
    pressure = by_code["85354-9"]["component"]
    assert by_code["8310-5"]["valueQuantity"] == {
        "value": 37.9,
        "unit": "°C",
        "system": "http://unitsofmeasure.org",
        "code": "Cel",
    }
    assert [part["code"]["coding"][0]["code"] for part in pressure] == ["8480-6", "8462-4"]
    assert [part["valueQuantity"]["code"] for part in pressure] == ["mm[Hg]", "mm[Hg]"]
    assert len(coded) == 4 + 4 + 2 + 1  # two times four single ones, two panels, glucose
    assert {"NEWS2", "TEWS", "Hastegrad (SATS)"} == {
        found["code"]["text"] for found in observations if "coding" not in found["code"]
    }


def test_a_lone_systolic_pressure_is_kept() -> None:
    alone = a_summary(vital_signs=tuple(sign for sign in VITAL_SIGNS if sign.code == "sbp")[:1])

    panel = [found for found in resources(document(alone), "Observation") if "component" in found]

    assert [part["valueQuantity"]["value"] for part in panel[0]["component"]] == [118]


@pytest.mark.parametrize(("kind", "system"), [("fnr", "4.1"), ("dnr", "4.2"), ("fhn", "4.3")])
def test_each_kind_of_identity_has_its_own_system(kind: str, system: str) -> None:
    patient = resource(document(a_summary(patient=replace(BJORG, identifier_kind=kind))), "Patient")

    assert patient["identifier"][0]["system"] == f"urn:oid:2.16.578.1.12.4.1.{system}"


def test_a_patient_nobody_could_identify_is_known_by_our_own_number() -> None:
    summary = a_summary(patient=UNKNOWN_MAN)

    patient = resource(document(summary), "Patient")

    assert patient["identifier"] == [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{UNKNOWN_MAN.id}"}]
    assert "birthDate" not in patient
    assert faults(build(summary, message_id=MESSAGE_ID, generated_at=GENERATED_AT)) == ()


def test_markup_in_a_text_stays_text() -> None:
    sections = resource(document(a_summary(findings="<script>alert(1)</script> & 5 < 6")), "Composition")[
        "section"
    ]

    said = next(section["text"]["div"] for section in sections if section["title"] == "Funn")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 5 &lt; 6" in said


def test_a_retry_is_the_same_bytes_and_another_message_is_another_document() -> None:
    once, again, other = built(a_summary()), built(a_summary()), built(a_summary(), "another-message")

    masters = [resource(bundle, "DocumentReference")["masterIdentifier"]["value"] for bundle in (once, other)]
    assert once == again
    assert masters == [master_identifier(MESSAGE_ID), master_identifier("another-message")]
    assert masters[0] != masters[1]


_texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=60
).filter(lambda text: text.strip() and not set(text) & {"\ufffe", "\uffff"})


@given(asked=st.none() | _texts, complaint=_texts, family=_texts, given_name=_texts)
def test_whatever_is_written_can_be_shared(
    asked: str | None, complaint: str, family: str, given_name: str
) -> None:
    patient = replace(BJORG, family=family.strip(), given=given_name.strip())
    summary = a_summary(asked_of_gp=asked, complaint=complaint.strip(), patient=patient)

    assert faults(build(summary, message_id=MESSAGE_ID, generated_at=GENERATED_AT)) == ()


_PROFILES = [
    ("List", "IHE.MHD.Comprehensive.SubmissionSet"),
    ("DocumentReference", "IHE.MHD.Comprehensive.DocumentReference"),
]


@pytest.mark.parametrize(("kind", "profile"), _PROFILES)
def test_what_the_mhd_profiles_demand_and_forbid_is_kept(kind: str, profile: str) -> None:
    published = json.loads(
        standard("fhir-mhd", "profiles", f"StructureDefinition-{profile}.json").read_text("utf-8")
    )
    shared = resource(built(a_summary()), kind)

    wrong = []
    for element in published["snapshot"]["element"]:
        way = element["path"].split(".")[1:]
        if not way or ":" in element["id"]:  # slices are not cardinalities of the plain element
            continue
        for parent in _reached(shared, way[:-1]):
            count = len(_reached(parent, way[-1:]))
            if count < element["min"] or (element["max"] != "*" and count > int(element["max"])):
                wrong.append(f"{element['path']}: {count}")
    assert wrong == []


def _reached(start: Any, way: list[str]) -> list[Any]:
    found = [start]
    for name in way:
        inner = [part.get(name) for part in found if isinstance(part, dict)]
        found = [
            one for part in inner if part is not None for one in (part if isinstance(part, list) else [part])
        ]
    return found


def test_document_types_are_in_the_national_value_set() -> None:
    value_set = json.loads(
        standard(
            "fhir-no-basis", "json", "ValueSet", "no-basis-documentreference-type.valueset.json"
        ).read_text("utf-8")
    )
    allowed = {code["code"] for part in value_set["compose"]["include"] for code in part["concept"]}

    shared = built(a_summary())
    used = [
        resource(shared, "DocumentReference")["type"],
        resource(document(a_summary()), "Composition")["type"],
    ]

    assert {concept["coding"][0]["code"] for concept in used} <= allowed
