"""The complaint pack: what is meant by what people write, and which signs a scale asks about first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.ward.cases_children import CHILDREN
from app.ward.cases_common import COMMON
from app.ward.cases_urgent import URGENT
from tests.triage.site_scale import fjord
from triage.rules.complaints.pack import Pack, complaint_in, complaints_of, pack, plain
from triage.rules.scales.brought.form import load_brought
from triage.rules.scales.packs import scale
from triage.rules.scales.refusals import ScaleBroken


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Feber og hoste", "fever_cough"),
        ("FEBER  og hoste!", "fever_cough"),
        ("Feber og hoste i 3 døgn", "fever_cough"),
        ("Fever and cough", "fever_cough"),
        ("Gøyande hoste i natt", "barking_cough"),  # the longer phrase, not only "hoste"
        ("høy feber", "fever"),
        ("Vondt i magen", "abdominal_pain"),
        ("Magesmerte", None),  # a part of a word is not the word
        ("Hostet", None),
        ("noe ingen har sagt før", None),
        ("", None),
    ],
)
def test_the_longest_known_phrase_says_what_is_meant(written: str, code: str | None) -> None:
    found = complaint_in(written, complaints_of(None))

    assert (found.code if found else None) == code


@pytest.mark.parametrize("written", ["Hjertestans", "Øreverk – høyre  side", "a.b,c", "  "])
def test_comparing_leaves_out_marks_and_doubled_spaces(written: str) -> None:
    assert plain(plain(written)) == plain(written)
    assert "  " not in plain(written)


def test_every_sign_the_pack_names_is_one_of_the_scale() -> None:
    known = {sign.code for group in scale("sats").discriminators.values() for sign in group}

    for complaint in pack().complaints:
        assert complaint.signs["sats"], complaint.code
        assert set(complaint.signs["sats"]) <= known, complaint.code


def test_every_complaint_has_words_in_all_languages_and_says_that_it_is_our_proposal() -> None:
    assert all(each.nb and each.nn and each.en for each in pack().complaints)
    assert "proposal" in pack().status


@pytest.mark.parametrize("case", [*COMMON, *URGENT, *CHILDREN], ids=lambda case: case.complaint)
def test_what_people_of_the_synthetic_ward_come_with_is_known(case: Any) -> None:
    assert complaint_in(case.complaint, complaints_of(scale("sats"))) is not None


def _pack(**changes: Any) -> dict[str, Any]:
    whole = json.loads(pack().model_dump_json())
    return {**whole, **changes}


def test_one_word_for_two_complaints_or_a_start_nobody_knows_is_refused() -> None:
    twice = _pack()
    twice["complaints"][1]["also"] = [*twice["complaints"][1]["also"], twice["complaints"][0]["nb"]]

    for broken in (twice, _pack(start=["nothing_like_it"])):
        with pytest.raises(ValueError, match=r"twice|unknown-code"):
            Pack.model_validate(broken)


def _fjord(**complaint: Any) -> str:
    file = json.loads(fjord())
    sign = next(iter(file["discriminators"].values()))[0]["code"]
    file["complaints"] = [{"code": "fever", "signs": [sign], **complaint}]
    return json.dumps(file)


def test_a_sites_own_scale_says_itself_which_signs_go_with_a_complaint() -> None:
    brought = load_brought(_fjord())
    own = next(each for each in complaints_of(brought) if each.code == "fever")

    assert own.signs[brought.id] == brought.complaints[0].signs
    assert own.nb == "Feber"


def test_a_sites_own_scale_may_bring_complaints_that_we_do_not_have() -> None:
    brought = load_brought(_fjord(code="avalanche", nb="Snøskred", label="Avalanche"))

    found = complaint_in("Tatt av snøskred", complaints_of(brought))
    assert found is not None
    assert (found.code, found.word("nn"), found.word("en")) == ("avalanche", "Snøskred", "Avalanche")


def test_a_scale_that_names_a_sign_it_does_not_have_is_refused() -> None:
    with pytest.raises(ScaleBroken) as refused:
        load_brought(_fjord(signs=["no_such_sign"]))

    assert refused.value.facts["problem"] == "unknown-name"
