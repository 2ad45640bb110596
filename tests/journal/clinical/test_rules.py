"""What counts of critical information, and what a list of medicines says, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from journal.rules.clinical.critical import (
    OFF,
    CriticalKnown,
    newest,
    nothing_known,
    require_none_known,
    standing,
    state,
)
from journal.rules.clinical.lines import known_lines
from journal.rules.clinical.medicines import (
    DosageMissing,
    MedicineChange,
    MedicineReasonMissing,
    MedicinesChanged,
    all_words,
    changes_in,
    require_whole,
    stated,
)

AT = datetime(2026, 11, 27, 21, 47, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """A version of a line."""

    item_id: str
    number: int = 1
    kind: str = "allergy"
    severity: str = "unknown"
    certainty: str = "confirmed"


NONE = Said("n", kind="none-known")
PENICILLIN, REFUTED = Said("p"), Said("p", 2, certainty="refuted")


@pytest.mark.parametrize(
    ("versions", "outside", "says"),
    [
        ([], False, "not-recorded"),
        ([], True, "recorded"),
        ([NONE], False, "none-known"),
        ([NONE], True, "recorded"),
        ([PENICILLIN], False, "recorded"),
        ([NONE, PENICILLIN], False, "recorded"),
        ([PENICILLIN, REFUTED], False, "not-recorded"),  # nobody has asked about anything else
        ([PENICILLIN, REFUTED, NONE], False, "none-known"),
        ([NONE, PENICILLIN, REFUTED], False, "not-recorded"),  # what was said before no longer counts
    ],
)
def test_an_empty_list_is_no_answer(versions: list[Said], outside: bool, says: str) -> None:
    assert state(versions, told_outside=outside) == says


def test_the_gravest_stands_first_and_none_known_is_refused_beside_it() -> None:
    lines = [Said("a", severity="mild"), Said("b"), Said("c", severity="life-threatening"), NONE]

    assert [each.item_id for each in standing(lines)] == ["c", "a", "b"]
    for outside, versions in ((False, lines), (True, [])):
        with pytest.raises(CriticalKnown):
            require_none_known(versions, told_outside=outside)
    require_none_known([PENICILLIN, REFUTED], told_outside=False)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from(("allergy", "none-known")),
            st.sampled_from((*OFF, "confirmed")),
        )
    )
)
def test_a_line_is_on_the_list_exactly_while_its_last_version_says_so(
    said: list[tuple[str, str, str]],
) -> None:
    versions = [
        Said(item + kind, number, kind=kind, certainty=certainty)
        for number, (item, kind, certainty) in enumerate(said, 1)
    ]
    last = {each.item_id: each for each in versions}

    on = {each.item_id for each in standing(versions)}

    assert newest(versions) == last
    assert on == {i for i, each in last.items() if each.kind == "allergy" and each.certainty not in OFF}
    assert (nothing_known(versions) is not None) == (bool(versions) and versions[-1].kind == "none-known")
    assert (state(versions, told_outside=False) == "recorded") == bool(on)


@dataclass(frozen=True)
class Row:
    """A version of a medicine."""

    item_id: str
    name: str
    number: int = 1
    encounter_id: str = "now"
    atc: str | None = None
    dosage: str | None = "1 × 1"
    source: str = "patient"
    source_as_of: datetime | None = AT
    external_id: str | None = None
    use: str | None = "uses"
    change: str | None = None
    new_dosage: str | None = None
    reason: str | None = None
    void: bool = False
    recorded_by: str = "nora"
    recorded_at: datetime = AT


def before(item: str, name: str, **more: Any) -> Row:
    return Row(item, name, encounter_id="before", **more)


LISTED = [{"external_id": "x1", "name": "Apiksaban 5 mg", "atc": "B01AF02", "dosage": "1 × 2"}]


@pytest.mark.parametrize(
    ("rows", "listed", "says"),
    [
        ([], [], []),
        ([], LISTED, [("Apiksaban 5 mg", 0, "medication-list")]),
        (
            [Row("a", "Paracet")],
            LISTED,
            [("Paracet", 1, "patient"), ("Apiksaban 5 mg", 0, "medication-list")],
        ),
        ([Row("a", "Apiksaban 5 mg", external_id="x1")], LISTED, [("Apiksaban 5 mg", 1, "patient")]),
        ([Row("a", "Apiksaban 5 mg", external_id="x1", void=True)], LISTED, []),  # not offered anew
        ([before("e", "Metoprolol")], [], [("Metoprolol", 0, "earlier")]),
        ([before("e", "apiksaban 5  MG")], LISTED, [("Apiksaban 5 mg", 0, "medication-list")]),
        ([before("e", "Metoprolol", change="stopped")], [], []),
        ([before("e", "Metoprolol", use="uses-not")], [], []),
        ([before("e", "Metoprolol"), Row("e", "Metoprolol", 2)], [], [("Metoprolol", 2, "patient")]),
    ],
)
def test_the_list_has_every_medicine_once_with_where_it_comes_from(
    rows: list[Row], listed: list[dict[str, Any]], says: list[tuple[str, int, str]]
) -> None:
    known = known_lines(rows, encounter="now", patient="p", listed=listed, listed_as_of=AT, named=str)

    assert [(each.name, each.version, each.source) for each in known] == says
    again = known_lines(rows, encounter="now", patient="p", listed=listed, listed_as_of=AT, named=str)
    assert [each.id for each in again] == [each.id for each in known]


def test_an_earlier_change_of_dose_is_the_dose_that_is_asked_about_next_time() -> None:
    [line] = known_lines(
        [before("e", "Metoprolol", change="dose", new_dosage="1 × 2")],
        encounter="now",
        patient="p",
        listed=[],
        listed_as_of=None,
        named=str,
    )

    assert (line.dosage, line.change) == ("1 × 2", None)


@pytest.mark.parametrize(
    ("change", "dosage", "reason", "refused"),
    [
        ("stopped", None, None, MedicineReasonMissing),
        ("dose", "1 × 2", None, MedicineReasonMissing),
        ("dose", None, "Høyt blodtrykk", DosageMissing),
        ("paused", None, "Nyresvikt", None),
        (None, None, None, None),
    ],
)
def test_a_change_says_why(
    change: Any, dosage: str | None, reason: str | None, refused: type[Refused] | None
) -> None:
    if refused is None:
        return require_whole(change, dosage, reason)
    with pytest.raises(refused):
        require_whole(change, dosage, reason)


BETTER: dict[str, Any] = {"change": "dose", "new_dosage": "1 × 2", "reason": "Høyt BT"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            Row("a", "Doksysyklin 100 mg", change="new", reason="Lungebetennelse."),
            "Ny: Doksysyklin 100 mg, 1 × 1. Grunn: Lungebetennelse.",
        ),
        (
            Row("a", "Simvastatin 20 mg", change="stopped", dosage=None, reason="Samspill"),
            "Sluttet: Simvastatin 20 mg. Grunn: Samspill.",
        ),
        (
            Row("a", "Metformin", change="paused", reason="Dehydrert"),
            "Satt på pause: Metformin, 1 × 1. Grunn: Dehydrert.",
        ),
        (Row("a", "Metoprolol", **BETTER), "Endret dose: Metoprolol, fra 1 × 1 til 1 × 2. Grunn: Høyt BT."),
        (
            Row("a", "Metoprolol", dosage=None, **BETTER),
            "Endret dose: Metoprolol, nå 1 × 2. Grunn: Høyt BT.",
        ),
    ],
)
def test_a_change_is_read_by_the_gp_with_its_reason(row: Row, words: str) -> None:
    assert [each.words for each in changes_in([row])] == [words]
    assert changes_in([row, Row("a", row.name, 2)]) == ()  # taken back
    assert changes_in([row, Row("a", row.name, 2, change="stopped", void=True)]) == ()  # entered in error


NEW = MedicineChange(kind="new", name="Paracet", dosage=None, new_dosage=None, reason="Feber")


@pytest.mark.parametrize(
    ("changes", "words", "none", "says"),
    [
        ((), None, False, "not-stated"),
        ((), None, True, "none"),
        ((), "Økt paracet", False, "changed"),
        ((NEW,), None, False, "changed"),
    ],
)
def test_silence_about_medicines_is_not_no_changes(
    changes: tuple[MedicineChange, ...], words: str | None, none: bool, says: str
) -> None:
    assert stated(changes, words, said_none=none) == says
    if says == "changed":
        with pytest.raises(MedicinesChanged):
            stated(changes, words, said_none=True)
    assert all_words(changes, words) == (
        "\n".join(filter(None, (*(c.words for c in changes), words))) or None
    )
