"""The words on the screens: complete in three languages, none missing and none left over."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from app.screens.texts import FAMILIES, LANGUAGES, texts

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"
_KEY = re.compile(r"""(?<!data-field=)(?<!data-show=)["'`]([a-z_]+(?:\.[a-zA-Z0-9_-]*[a-zA-Z0-9])+)["'`]""")
_CODE = re.compile(r"""\bcode(?:: ClassVar\[str\])?(?:, status)? = "([a-z0-9-]+)\"""")
_PACKAGES = ("core", "triage", "journal", "integrations", "app")


def _sources() -> list[Path]:
    patterns = ("screens/**/*.py", "templates/**/*.html", "static/**/*.js")
    return [path for pattern in patterns for path in APP.glob(pattern)]


def _used() -> set[str]:
    entries = texts("nb").entries
    sections = {key.split(".")[0] for key in entries}
    found = {key for path in _sources() for key in _KEY.findall(path.read_text(encoding="utf-8"))}
    return {key for key in found if key.split(".")[0] in sections and not key.endswith((".html", ".js"))}


def _facts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_wall_says_waiting_room_in_three_languages() -> None:
    words = [texts(language)("place.waiting_room") for language in LANGUAGES]

    assert words == ["Venterom", "Venterom", "Waiting"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_screen_names_the_places_in_the_bar_as_the_bar_does(language: str) -> None:
    t = texts(language)

    assert t("nav.more") in t("pairing.step_choose")
    assert t("nav.displays") in t("pairing.step_choose")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence_with_the_same_facts(language: str) -> None:
    bokmaal = {key: _facts(text) for key, text in texts("nb").entries.items()}

    same = {key: _facts(text) for key, text in texts(language).entries.items()}

    assert same == bokmaal


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    assert [key for key, text in texts(language).entries.items() if not text.strip()] == []


def test_every_sentence_a_page_or_script_asks_for_is_there() -> None:
    assert sorted(_used() - set(texts("nb").entries)) == []


def test_no_sentence_is_left_over() -> None:
    kept = {key for key in texts("nb").entries if key.startswith(FAMILIES)}

    assert sorted(set(texts("nb").entries) - kept - _used()) == []


def test_every_family_has_members() -> None:
    assert [name for name in FAMILIES if not texts("nb").subset([name])] == []


def test_every_refusal_has_its_words() -> None:
    sources = [path for package in _PACKAGES for path in (ROOT / package).rglob("*.py")]

    codes = {code for path in sources for code in _CODE.findall(path.read_text(encoding="utf-8"))}

    assert sorted(code for code in codes if f"error.{code}" not in texts("nb").entries) == []
    assert "not-allowed" in codes


def test_a_plain_refusal_needs_no_facts() -> None:
    plain = {k: t for k, t in texts("nb").subset(["error."]).items() if not k.endswith(".facts")}

    assert [key for key, text in plain.items() if _facts(text)] == []


def test_a_missing_sentence_raises() -> None:
    with pytest.raises(KeyError):
        texts("nb")("wall.no_such_sentence")


def test_a_missing_fact_raises() -> None:
    with pytest.raises(KeyError):
        texts("nb")("time.minutes", hours=1)


def test_an_unknown_language_raises() -> None:
    with pytest.raises(KeyError):
        texts("sv")
