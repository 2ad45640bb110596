"""Text and numbers at the edge: what may come in, and how it is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pydantic import TypeAdapter, ValidationError

from core.clock import local
from core.text import Code, LongText, Measured, Moment, Request, ShortText, storable

short, long = TypeAdapter[str](ShortText), TypeAdapter[str](LongText)
code, measured = TypeAdapter[str](Code), TypeAdapter[Decimal](Measured)
moment = TypeAdapter[datetime](Moment)


class Named(Request):
    """A body with one field."""

    called: ShortText


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ingrid Solvang", "Ingrid Solvang"),
        ("  Ingrid ", "Ingrid"),
        ("A\u030asne", "Åsne"),  # one letter, however the keyboard made it
        ("Ráhčadan", "Ráhčadan"),
        ("👩‍🦽", "👩‍🦽"),
        ("a\tb", "a b"),
    ],
)
def test_a_name_is_kept_as_it_is_read(written: str, kept: str) -> None:
    assert short.validate_python(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "\u2003",
        "a\0b",
        "\ud800",
        "\x1b[2J",
        "\x08",
        "\ufffe",
        "\uffff",
        "x" * 201,
        1,
        None,
    ],
)
def test_what_cannot_be_kept_or_read_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        short.validate_python(written)


@given(st.text(max_size=300))
def test_whatever_is_taken_can_be_stored_sent_and_taken_again(written: str) -> None:
    try:
        kept = long.validate_python(written)
    except ValidationError:
        return

    assert long.validate_python(kept) == kept
    assert json.loads(json.dumps(kept).encode()) == kept
    element = etree.Element("text")
    element.text = kept
    read = etree.fromstring(etree.tostring(element)).text or ""
    assert read == kept.replace("\r\n", "\n").replace("\r", "\n") or "\r" in kept


@given(st.text())
def test_text_is_never_cut_or_changed_but_for_how_letters_are_composed(written: str) -> None:
    try:
        once = storable(written)
    except ValueError:
        return

    assert storable(once) == once


def test_a_long_note_is_taken_and_a_longer_one_refused() -> None:
    assert long.validate_python("x" * 20_000) == "x" * 20_000

    with pytest.raises(ValidationError):
        long.validate_python("x" * 20_001)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        Named.model_validate({"called": "Ingrid", "compliant": "Hoste"})


def test_a_body_cannot_be_changed_after_it_was_checked() -> None:
    body = Named(called="Ingrid")

    with pytest.raises(ValidationError):
        body.called = "\0"


@pytest.mark.parametrize("given", ["K74", "icpc-2", "J18.9", "a_b", "A" * 64])
def test_codes_of_the_code_systems_are_codes(given: str) -> None:
    assert code.validate_python(given) == given


@pytest.mark.parametrize("given", ["", "-K74", "K 74", "K74\n", "æ", "A" * 65, "../x", "K74;"])
def test_other_text_is_no_code(given: str) -> None:
    with pytest.raises(ValidationError):
        code.validate_python(given)


@pytest.mark.parametrize(
    ("given", "kept"), [(37.2, "37.2"), ("37.2", "37.2"), (0, "0"), (99_999, "99999"), ("0.001", "0.001")]
)
def test_a_measurement_keeps_its_digits(given: object, kept: str) -> None:
    assert str(measured.validate_python(given)) == kept


@pytest.mark.parametrize(
    "given",
    [-1, 100_001, float("nan"), float("inf"), "NaN", "sNaN", "1e999", 2**63, "0.0001", True, "", []],
)
def test_what_no_instrument_shows_is_no_measurement(given: object) -> None:
    with pytest.raises(ValidationError):
        measured.validate_python(given)


def test_a_time_is_kept_in_utc() -> None:
    kept = moment.validate_python("2026-10-25T02:30:00+02:00")

    assert kept == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert kept.tzinfo is UTC


@pytest.mark.parametrize(
    "given",
    [
        "2026-11-20T20:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59Z",
        "1899-12-31T00:00:00Z",
        "2200-01-01T00:00:00Z",
        "not a time",
        None,
    ],
)
def test_a_time_outside_the_calendar_or_without_offset_is_refused(given: object) -> None:
    with pytest.raises(ValidationError):
        moment.validate_python(given)


@given(st.datetimes(), st.integers(min_value=-14 * 60, max_value=14 * 60))
def test_every_time_that_is_taken_can_be_shown_on_the_wall(at: datetime, offset: int) -> None:
    given = at.replace(tzinfo=timezone(timedelta(minutes=offset)))
    try:
        kept = moment.validate_python(given)
    except ValidationError:
        return

    assert local(kept) == given
