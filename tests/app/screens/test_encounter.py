"""The doctor's page as the server draws it: before, while writing, and after signing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.screens.encounter import encounter, message_view
from app.screens.texts import texts
from core.ids import Actor
from journal.queries.page import EncounterPage, PageMay, PageMessage, PageReceipt
from journal.queries.vital_signs.series import PageMeasured
from tests.app.screens import record
from tests.app.screens.markup import Node, by_id, pick, read, words
from tests.cast import UNIT, arrival
from tests.conftest import Served

NB = texts("nb")


def drawn(page: EncounterPage, *, me: Actor = record.DOCTOR) -> Node:
    source = encounter(
        page,
        me=me,
        board=record.board(),
        codes=record.CODES,
        colleagues=(record.HENRIK, record.ANNE),
        now=record.NOW,
        language="nb",
        websocket_path="/ws/units/nordvik/board",
        asset_version="v1",
    )
    return read(source)


def ids(page: Node) -> set[str]:
    return {node.get("id") for node in pick(page, "//*[@id]")}


def test_the_page_says_who_it_is_and_how_urgent() -> None:
    page = drawn(record.page())

    assert words(pick(page, "//h1")[0]) == "Bjørg Solvang"
    assert "Oransje · Rom 7" in words(pick(page, "//*[@class='ctx']")[0])
    assert "over forslag (gul)" in words(pick(page, "//*[@class='ctx']")[0])


def test_the_identity_number_is_masked() -> None:
    assert "098647 •••••" in words(pick(drawn(record.page()), "//body")[0])


def test_the_draft_stands_in_the_fields_as_it_was_saved() -> None:
    page = drawn(record.page())

    assert by_id(page, "objective").text == record.TEXT["objective"]
    assert words(by_id(page, "saved")) == "Lagret 22:11:48 · kladd v. 14"
    assert [radio.get("value") for radio in pick(page, "//input[@name='outcome'][@checked]")] == ["home-gp"]


def test_the_doctor_reads_what_was_told_at_triage() -> None:
    told = {"history": "Hoste i 3 døgn.", "pain": 4, "reason_code": "clinical-look"}
    page = drawn(record.page(assessments=(record.assessment().model_copy(update=told),)))

    card = words(pick(page, "//section[@aria-labelledby='latest']")[0])
    assert "Hoste i 3 døgn." in card
    assert "Smerte 4 av 10" in card
    assert NB("triage.reason.clinical-look") in card


def test_what_nobody_has_asked_is_said_and_not_left_empty() -> None:
    page = drawn(record.page())

    assert "Ikke registrert" in words(pick(page, "//*[@class='crit unasked']")[0])


@pytest.mark.parametrize(
    ("page", "there", "gone"),
    [
        (record.arrived(), {"take"}, {"finish", "note", "hand-over"}),
        (record.page(), {"finish", "note", "hand-over"}, {"take"}),
        (record.signed(), {"messages"}, {"finish", "note", "take", "missing", "hand-over"}),
    ],
)
def test_only_what_the_reader_may_do_is_offered(page: EncounterPage, there: set[str], gone: set[str]) -> None:
    found = ids(drawn(page))

    assert there <= found
    assert not gone & found


async def test_a_patient_is_not_handed_over_to_oneself(served: Served) -> None:
    came = await served.http.post(
        f"/api/units/{UNIT}/arrivals", json=arrival(), headers=served.cast.nora.headers
    )
    where = f"encounters/{came.json()['id']}"
    await served.http.post(f"/api/{where}/take", json={}, headers=served.cast.dag.headers)

    page = await served.http.get(f"/{where}/hand-over", headers=served.cast.dag.headers)

    assert [option.text for option in pick(read(page.text), "//select[@id='to']/option")] == ["Dina Berg"]


def test_a_colleagues_patient_says_whose_it_is() -> None:
    may = PageMay(assess=True, take=False, write=True, finish=False)

    page = drawn(record.page(doctor=record.ANNE, may=may))

    assert "Anne Berg har pasienten" in words(page)
    assert "finish" not in ids(page)


def test_without_a_gp_the_doctor_is_told_before_signing() -> None:
    patient = record.page().patient.model_copy(update={"gp": None})

    page = drawn(record.page(patient=patient))

    assert "ingen epikrise kan sendes" in words(pick(page, "//*[@class='fw']")[0])


def test_after_signing_nothing_can_be_written() -> None:
    page = drawn(record.signed())

    # A wrong allergy is put right whenever it is found; everything else is as it was signed.
    fields = "//main//textarea | //main//input[not(ancestor::*[@data-part='critical'])]"
    assert pick(page, fields) == []
    assert record.TEXT["plan"] in words(page)
    assert "Ingenting spesielt" in words(pick(page, "//dl[@class='signed']")[0])


@pytest.mark.parametrize(
    ("more", "state", "detail"),
    [
        ({"state": "queued"}, "I kø", "Sendes så snart det går."),
        (
            {"state": "queued", "reason": "no-connection"},
            "I kø",
            "Ingen kontakt med meldingsnettet. Prøves igjen.",
        ),
        ({"state": "sent"}, "Sendt", "Sendt 22:13. Venter på kvittering."),
        ({"state": "acknowledged"}, "Levert", "Mottakeren kvitterte 22:13."),
        (
            {"state": "given-up", "reason": "no-gp"},
            "Ikke levert",
            "Pasienten har ingen fastlege. Epikrisen er ikke sendt. "
            "Skriv ut og gi med, eller send i portalen.",
        ),
        ({"state": "rejected", "reason": "X99"}, "Avvist", "Meldt årsak: X99"),
        (
            {"state": "contradicted", "reason": "contradicting-receipts"},
            "Motstridende svar",
            "Mottakeren har svart både ja og nei. Ring og spør.",
        ),
    ],
)
def test_a_message_says_how_far_it_has_come(more: dict[str, Any], state: str, detail: str) -> None:
    view = message_view(record.message("1", **more), NB, record.DOCTOR)

    assert (view.state, view.detail) == (state, detail)


@pytest.mark.parametrize(("who", "may"), [(record.DOCTOR, True), (record.NURSE, False)])
def test_only_who_may_write_it_down_is_asked_how_it_was_delivered(who: Actor, may: bool) -> None:
    for state in ("rejected", "given-up", "contradicted"):
        assert message_view(record.message("1", state), NB, who).by_hand == may


def test_a_rejected_message_says_what_the_receiver_wrote() -> None:
    wrong = PageReceipt(
        kind="application", status="rejected", errors=("Ukjent pasient",), received_at=record.NOW
    )
    message: PageMessage = record.message("1", "rejected", reason="Ukjent pasient", receipts=(wrong,))

    assert message_view(message, NB, record.DOCTOR).detail == "Ukjent pasient"


def test_the_vital_signs_are_drawn_and_said() -> None:
    lines = pick(drawn(record.page()), "//ul[@class='vit']/li")

    said = [pick(line, ".//*[@role='img']")[0].get("aria-label") for line in lines]
    assert said[1].startswith("Resp.: 21:44 22, 21:53 24")
    assert [words(pick(line, "./b")[0]) for line in lines][:2] == ["4↓ fra 7", "20/min"]
    assert "121/70mmHg" in [words(pick(line, "./b")[0]) for line in lines]


def test_one_measurement_is_drawn_as_one_dot() -> None:
    once = record.vital_signs()[0].model_copy(update={"points": record.vital_signs()[0].points[:1]})

    line = pick(drawn(record.page(vital_signs=(once,))), "//ul[@class='vit']/li")[0]

    assert len(pick(line, ".//*[local-name()='circle']")) == 1


@pytest.mark.parametrize("pressure", ["60", "102", "150", "240"])
def test_a_blood_pressure_outside_the_usual_range_is_still_drawn(pressure: str) -> None:
    series = record.vital_signs()[3]
    low = series.model_copy(update={"points": (PageMeasured(at=record.NOW, value=Decimal(pressure)),)})

    line = pick(drawn(record.page(vital_signs=(low,))), "//ul[@class='vit']/li")[0]

    assert all(float(band.get("height")) >= 0 for band in pick(line, ".//*[local-name()='rect']"))
    assert all(7 <= float(dot.get("cy")) <= 47 for dot in pick(line, ".//*[local-name()='circle']"))


def test_an_event_nobody_has_words_for_is_still_on_the_line() -> None:
    unknown = record.timeline()[0].model_copy(update={"kind": "new-kind", "facts": {}})

    assert "new-kind" in words(pick(drawn(record.page(timeline=(unknown,))), "//ol[@class='tl']")[0])


@pytest.mark.parametrize(
    "kind", ["message-sent", "message-acknowledged", "message-rejected", "message-given-up"]
)
def test_what_happened_to_a_message_is_on_the_line(kind: str) -> None:
    facts = {"channel": "gp-summary", "receiver": "Nordvik legesenter"}
    moment = record.timeline()[0].model_copy(update={"kind": kind, "facts": facts})

    assert "Fastlege" in words(pick(drawn(record.page(timeline=(moment,))), "//ol[@class='tl']")[0])
