from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from integrations.gp_summary.document import build
from integrations.gp_summary.read import read
from integrations.gp_summary.shown import GpPage, gp_page
from journal.rules.summary import SummaryResult
from tests.integrations.gp_summary.examples import BJORG, GENERATED_AT, MESSAGE_ID, UNKNOWN_MAN, a_summary


def a_page(**changes: Any) -> GpPage:
    body = build(a_summary(**changes), message_id=MESSAGE_ID, generated_at=GENERATED_AT)
    return gp_page(read(body), received_at=GENERATED_AT)


def test_the_gp_reads_first_what_to_do() -> None:
    page = a_page()

    assert page.asked == (
        "Klinisk kontroll innen tirsdag 17. mars",
        "Ny CRP samtidig",
        "Vurdere kolsbehandling ved neste kontroll",
    )
    assert (page.person, page.about) == ("Bjørg Solvang, 78 år", "Kvinne · 09.06.1947 · 098647 •••••")
    assert page.contact == "lør. 14. mars 2026, 21:38–23:05"
    assert page.receiver == "Kari Mo, Nordvik legesenter"
    assert (page.diagnosis, page.other_diagnoses) == ("R81 Lungebetennelse", "R95 Kols")
    assert [title for title, _ in page.sections] == [
        "Legemidler",
        "Funn",
        "Vurdering",
        "Tiltak og plan",
        "Informasjon til pasienten",
        "Kontaktårsak",
        "Sykehistorie",
    ]


def test_measurements_stand_by_time_with_pressure_in_one_cell() -> None:
    measurements = a_page().measurements

    assert measurements is not None
    assert measurements.times == ("21:44", "22:55")
    assert dict(measurements.rows) == {
        "Resp.": ("22 /min", "18 /min"),
        "SpO₂": ("95 %", "95 %"),
        "Puls": ("104 /min", "92 /min"),
        "BT": ("118/72", "124/74"),
        "Temp.": ("38,4 °C", "37,9 °C"),
        "Glukose": ("6,1 mmol/l", ""),
    }


def test_the_level_is_shown_as_it_was_sent() -> None:
    urgency = a_page().urgency

    assert urgency is not None
    assert (urgency.rank, urgency.word, urgency.scores) == (2, "Oransje", "TEWS 4 · NEWS2 5")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1. Kontroll\n2) Ny CRP", ("Kontroll", "Ny CRP")),
        ("- Kontroll\n• Ny CRP", ("Kontroll", "Ny CRP")),
        ("Kontroll\n\n  Ny CRP  ", ("Kontroll", "Ny CRP")),
        ("3 tabletter daglig", ("3 tabletter daglig",)),
        (None, ("Ingenting for fastlegen å gjøre.",)),
    ],
)
def test_each_line_is_one_thing_to_do(written: str | None, shown: tuple[str, ...]) -> None:
    assert a_page(asked_of_gp=written).asked == shown


@pytest.mark.parametrize(
    ("born", "shown"),
    [
        (date(1947, 6, 9), "Bjørg Solvang, 78 år"),
        (date(2024, 3, 14), "Bjørg Solvang, 2 år"),
        (date(2024, 3, 15), "Bjørg Solvang, 23 md."),
        (date(2026, 3, 14), "Bjørg Solvang, 0 md."),
        (None, "Bjørg Solvang"),
    ],
)
def test_the_age_is_as_it_was_that_night(born: date | None, shown: str) -> None:
    assert a_page(patient=replace(BJORG, birth_date=born)).person == shown


def test_an_unknown_patient_is_shown_as_unknown() -> None:
    page = a_page(patient=UNKNOWN_MAN)

    assert (page.person, page.about) == ("Ukjent Mann", "Mann · uten identitetsnummer")


def test_measurements_are_shown_under_findings_even_when_nothing_was_written_there() -> None:
    page = a_page(findings=None)

    assert dict(page.sections)["Funn"] == ()
    assert "Funn" not in dict(a_page(findings=None, vital_signs=()).sections)


def test_tests_stand_by_name_with_what_is_odd_about_them() -> None:
    at = GENERATED_AT
    crp = SummaryResult(
        name="CRP", value=Decimal("148.5"), text=None, unit="mg/L", mark="high", status="final", at=at
    )
    film = SummaryResult(
        name="Røntgen", value=None, text="Fortetning", unit=None, mark=None, status="preliminary", at=at
    )

    page = a_page(results=(crp, film), findings=None, vital_signs=())

    assert [(each.name, each.answer, each.remark) for each in page.tests] == [
        ("CRP", "148,5 mg/l", "Høy."),
        ("Røntgen", "Fortetning", "Foreløpig svar."),
    ]
    assert page.measured_under in dict(page.sections)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Ny: Doksysyklin, 1 × 1. Grunn: Lungebetennelse.", ("Ny", "Doksysyklin, 1 × 1", "Lungebetennelse")),
        ("Sluttet: Apiksaban. Grunn: Blødning.", ("Sluttet", "Apiksaban", "Blødning")),
        ("Endret dose: Metoprolol, fra 1 × 1 til 1 × 2. Grunn: BT.", (
            "Endret dose", "Metoprolol, fra 1 × 1 til 1 × 2", "BT",
        )),
        ("Ingen endringer i legemidler.", ("", "Ingen endringer i legemidler.", "")),
    ],
)  # fmt: skip
def test_each_change_of_a_medicine_says_what_and_why(line: str, shown: tuple[str, str, str]) -> None:
    [medicine] = a_page(medication_changes=line).medicines

    assert (medicine.mark, medicine.what, medicine.why) == shown
