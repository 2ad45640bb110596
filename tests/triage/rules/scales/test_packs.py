from pathlib import Path

import pytest

from triage.rules.scales.packs import load_scale, scale, scales
from triage.rules.scales.refusals import ScaleUnknown

TABLES = Path(__file__).parents[5] / "shared" / "triage"


def test_two_scales_and_two_helpers_come_with_the_program() -> None:
    assert {id: each.helper for id, each in scales().items()} == {
        "sats": False,
        "news2": False,
        "qsofa": True,
        "gcs": True,
    }


def test_a_scale_nobody_brought_is_refused_by_name() -> None:
    with pytest.raises(ScaleUnknown) as refused:
        scale("manchester")

    assert refused.value.facts == {"scale": "manchester"}


def test_the_disputed_cell_and_the_missing_sign_off_are_said_in_the_file() -> None:
    sats = scale("sats")

    disputed = [f"{place}.{parameter.id}" for place, parameter in sats.sections() if parameter.disputed]
    assert disputed == ["younger_child.hr"]
    assert "NOT checked against the printed chart" in sats.status
    assert "not endorsed" in sats.name


@pytest.mark.parametrize("id", ["sats", "news2"])
def test_every_sign_option_and_level_has_norwegian_words(id: str) -> None:
    loaded = scale(id)

    signs = [sign.nb for signs in loaded.discriminators.values() for sign in signs]
    options = [option.nb for _, parameter in loaded.sections() for option in parameter.options]
    assert all([*signs, *options, *(level.nb for level in loaded.levels)])


@pytest.mark.parametrize("id", ["sats", "news2", "qsofa", "gcs"])
def test_nothing_of_a_carried_scale_is_left_in_bokmaal_on_a_nynorsk_screen(id: str) -> None:
    loaded = scale(id)
    options = [option for _, parameter in loaded.sections() for option in parameter.options]
    signs = [sign for signs in loaded.discriminators.values() for sign in signs]
    said = [each.nn for each in (*loaded.groups, *loaded.levels, *signs, *options)]

    foreign = {"ikke", "fra", "mer", "annen", "noe", "bare", "uten", "eller ikke", "vanlig", "våken"}
    assert all(said)
    assert [words for words in said if foreign & set(words.lower().replace(",", " ").split())] == []


@pytest.mark.parametrize(("id", "file"), [("sats", "sats_tews.json"), ("news2", "news2.json")])
def test_a_scale_as_others_write_the_format_is_read_with_the_same_bands(id: str, file: str) -> None:
    if not (TABLES / file).exists():
        pytest.skip("the separately kept copy of the table is not on this machine")

    theirs = load_scale((TABLES / file).read_text(encoding="utf-8"))

    ours = scale(id)
    assert [p.bands for _, p in theirs.sections()] == [
        p.bands for place, p in ours.sections() if place != "recorded"
    ]
    assert [(s.code, s.level) for s in theirs.signs("adult")] == [
        (s.code, s.level) for s in ours.signs("adult")
    ]
    assert theirs.score_to_level == ours.score_to_level
