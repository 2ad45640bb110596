"""The bars of the wristband are Code 128's own, and the page shows no more than it may."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from app.screens.identity.code128 import _STOP, _WIDTHS, bars
from app.screens.identity.registered import registered
from app.screens.texts import texts
from journal.queries.clinical.person import PageRegistered, RegisterDiffers, Responsible
from journal.queries.clinical.view import PageRegister

PATTERNS = [_WIDTHS[place : place + 6] for place in range(0, len(_WIDTHS), 6)]


def test_every_sign_has_a_pattern_of_its_own_with_the_parity_scanners_check() -> None:
    assert len(PATTERNS) == len(set(PATTERNS)) == 106
    for pattern in PATTERNS:
        widths = [int(sign) for sign in pattern]
        assert sum(widths) == 11, pattern
        assert sum(widths[::2]) % 2 == 0, pattern  # black modules are even in number: how a misprint shows
    assert sum(int(sign) for sign in _STOP) == 13


def test_what_is_drawn_can_be_read_back() -> None:
    text = "T29-261120-I"

    drawn, width = bars(text)

    black = {at + step for at, wide in drawn for step in range(wide)}
    modules = "".join("1" if place in black else "0" for place in range(10, width - 10))
    read = [_value(modules[place : place + 11]) for place in range(0, len(modules) - 13, 11)]
    start, *values, check = read
    assert (start, "".join(chr(value + 32) for value in values)) == (104, text)
    assert check == (104 + sum(place * value for place, value in enumerate(values, 1))) % 103


def _value(modules: str) -> int:
    widths, last = "", ""
    for module in modules:
        widths, last = (
            (widths + "1", module) if module != last else (widths[:-1] + str(int(widths[-1]) + 1), last)
        )
    return PATTERNS.index(widths)


@pytest.mark.parametrize("text", ["Æ", "T29\n", "😀"])
def test_what_has_no_bars_is_not_drawn(text: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        bars(text)


def test_what_the_register_has_otherwise_is_shown_with_what_one_press_sends() -> None:
    at = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
    looked_up = PageRegister(
        service="person-register", asked=True, outcome="found", as_of=None, answered_at=at, away=False
    )
    differs = (
        RegisterDiffers(field="family", here="Solvang", register_says="Solvang Berg"),
        RegisterDiffers(field="sex", here="unknown", register_says="female"),
        RegisterDiffers(field="address", here=None, register_says="Storgata 1"),
    )
    told = PageRegistered(
        looked_up=looked_up,
        status="Deceased",
        dead_on=date(2026, 11, 1),
        number_now="019252 •••••",
        differs=differs,
        responsible=(Responsible(role="CoMother", name=None),),
    )

    shown = registered(told, texts("nb"))

    assert shown.source == "Folkeregisteret, hentet 20.11.2026 20:30."
    assert shown.warnings == ("Registrert død 01.11.2026", "Nummeret er erstattet av 019252 •••••")
    assert shown.differs == (
        ("Etternavn", "Solvang", "Solvang Berg"),
        ("Kjønn", texts("nb")("sex.long_unknown"), texts("nb")("sex.long_female")),
        ("Adresse", "–", "Storgata 1"),
    )
    assert shown.changed == "Folkeregisteret sier noe annet: etternavn, kjønn"
    assert shown.responsible == (("Medmor", "uten navn i svaret"),)
    assert json.loads(shown.take) == {
        "family": "Solvang Berg",
        "sex": "female",
        "address": "Storgata 1",
        "reason": "Hentet fra Folkeregisteret 20.11.2026 20:30",
    }
