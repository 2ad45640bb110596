"""A file of codes is read whole or refused with the line that is wrong; codes are found as they are typed."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.rules.codes.choosing import CodeNotValid, require_valid
from journal.rules.codes.pack import CodePackBroken, Pack
from journal.rules.codes.reading import read_pack
from journal.rules.codes.searching import fold, searched, wanted

ICPC = {"system": "icpc-2", "version": "2026", "valid_from": "2026-01-01", "source": "Et eksempel"}
NCMP = {**ICPC, "system": "ncmp", "kind": "procedure", "uri": "urn:oid:1.2.3"}


def _faults(text: str, **said: Any) -> list[tuple[int, str, str]]:
    with pytest.raises(CodePackBroken) as refused:
        read_pack(text, {**ICPC, **said})
    faults = refused.value.facts["faults"]
    assert isinstance(faults, list)
    return [(each["line"], each["problem"], each["value"]) for each in faults]


def _codes(pack: Pack) -> dict[str, str]:
    return {each.code: each.display for each in pack.codes}


def test_a_table_with_tabs_as_the_directorate_publishes_it_is_a_pack() -> None:
    pack = read_pack("A03\tFeber\nR81\tLungebetennelse\n\nA\tAllment og uspesifisert\n", ICPC)

    assert _codes(pack) == {"A03": "Feber", "R81": "Lungebetennelse"}
    assert (pack.header.uri, pack.left_out) == ("urn:oid:2.16.578.1.12.4.1.1.7170", 1)


def test_a_table_with_headings_may_hold_days_of_its_own() -> None:
    text = "Kode;Betegnelse;Gyldig til\n2ad;Konsultasjon hos allmennlege;\n1bd;Gammel takst;30.06.2026\n"

    pack = read_pack(text, {**NCMP, "system": "normaltariff", "kind": "tariff"})

    assert [(each.code, each.valid_to) for each in pack.codes] == [("1bd", date(2026, 6, 30)), ("2ad", None)]


def test_the_json_of_finnkode_is_a_pack_without_chapters_and_with_the_day_a_code_went_out() -> None:
    said = [
        {"codeValue": "A00-A09", "nameNorwegian": "Tarm", "active": True, "parentCode": "I"},
        {"codeValue": "J18", "nameNorwegian": "Pneumoni", "active": True, "parentCode": "J09-J18"},
        {"codeValue": "J18.9", "nameNorwegian": "Uspesifisert pneumoni", "active": True, "parentCode": "J18"},
        {
            "codeValue": "J46",
            "nameNorwegian": "Status asthmaticus",
            "active": False,
            "statusChangedDate": "2025-12-31T23:00:00.000+00:00",
        },
        {"codeValue": "J99", "nameNorwegian": "Aldri brukt", "active": False},
    ]

    pack = read_pack(json.dumps({"data": said, "succeeded": True}), {**ICPC, "system": "icd-10"})

    assert [(each.code, each.valid_to) for each in pack.codes] == [
        ("J18.9", None),
        ("J46", date(2025, 12, 31)),
    ]
    assert pack.left_out == 3


def test_our_own_form_carries_its_header() -> None:
    own = {**ICPC, "complete": False, "codes": [{"code": "R81", "display": "Lungebetennelse"}]}

    pack = read_pack(json.dumps(own), {"version": "2027"})

    assert (pack.header.version, pack.header.complete, len(pack.codes)) == ("2027", False, 1)


@pytest.mark.parametrize(
    ("text", "said", "fault"),
    [
        ("", {}, (0, "no-codes", "")),
        ("A\tKapittel\n", {}, (0, "no-codes", "")),
        ("A03\tFeber\nA04", {}, (2, "display: missing", "")),
        ("A03\tFeber\nR81 x\tLunge", {}, (2, "code: string_pattern_mismatch", "R81 x")),
        ("A03\tFeber\nRR1\tLunge", {}, (2, "not-a-code-of-icpc-2", "RR1")),
        ("A03\tFeber\nR81\tLunge\nA03\tVarme", {}, (3, "another-than-in-line-1", "A03")),
        ("A03;Feber;2026-02-30", {}, (1, "valid_from: day value is outside expected range", "2026-02-30")),
        ("A03;Feber;2026-02-03;2026-02-01", {}, (1, "ends-before-it-begins", "")),
        ('[\n{"code": "A03", "display": "Feber"},\n3]', {}, (3, "not-a-code", "")),
        ('{"codes": [\n{"code": "A03"}]}', {}, (2, "display: missing", "")),
        ('{"codes":\n [', {}, (2, "Expecting value", "")),
        ('{"kode": []}', {}, (0, "no-codes", "")),
        ("[" * 100_000, {}, (0, "not-readable", "")),
        ("A03\tFeber", {"valid_from": ""}, (0, "valid_from: missing", "")),
        ("A03\tFeber", {"system": "ncmp"}, (0, "uri: missing", "")),
        ("A03\tFeber", {"kind": "tariff"}, (0, "kind-does-not-fit-system", "")),
        ("A03\tFeber", {"uri": "urn:oid:1.2.3"}, (0, "uri-is-another-systems", "")),
        ("A03\tFeber", {"valid_to": "2025-01-01"}, (0, "ends-before-it-begins", "")),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    text: str, said: dict[str, Any], fault: tuple[int, str, str]
) -> None:
    line, problem, value = _faults(text, **said)[0]

    assert (line, value) == (fault[0], fault[2]) or problem == "not-readable"
    assert problem == fault[1]


def test_every_fault_of_a_file_is_told_at_once() -> None:
    assert [line for line, _, _ in _faults("A03\tFeber\nA0 4\tx\nA05\nR81\tLunge")] == [2, 3]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lungebet", True),
        ("bet akutt", True),  # words in any order, each by its beginning
        ("AKUTT Øvre", True),
        ("ovre", False),  # ø is a letter of its own
        ("j18.9", True),
        ("J189", True),
        ("j18", True),
        ("8.9", False),
        ("betennelse", True),  # four letters are enough inside a word
        ("nne", False),
        ("", True),
    ],
)
def test_a_code_is_found_by_the_beginnings_of_its_words(typed: str, found: bool) -> None:
    text = searched("J18.9", "Akutt lungebetennelse, betinget, øvre")

    assert all(word in text for word in wanted(typed)) is found


@given(st.text(max_size=60))
def test_how_letters_are_put_together_does_not_matter(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))
    assert fold("Sår på tå, ÆRLIG café") == fold("sår på tå – ærlig cafe")


def test_a_code_counts_from_its_first_day_to_its_last() -> None:
    begins, ends = date(2026, 1, 1), date(2026, 6, 30)
    for day in ("2026-01-01", "2026-06-30"):
        require_valid("icpc-2", "A03", day, begins=begins, ends=ends)
    for day in ("2025-12-31", "2026-07-01"):
        with pytest.raises(CodeNotValid):
            require_valid("icpc-2", "A03", day, begins=begins, ends=ends)
