"""Words for refusals, in the reader's language, for problem+json."""

from __future__ import annotations

from app.screens.texts import LANGUAGES, texts


def problem_words(code: str, accept_language: str) -> str:
    """One sentence for a code; the general one when a code has no words of its own."""
    return texts(preferred(accept_language)).known(f"error.{code}", "error.refused")


def preferred(accept_language: str, default: str = "nb") -> str:
    """The first of our languages the reader accepts; `no` is read as bokmål."""
    for wish in accept_language.split(","):
        tag = wish.partition(";")[0].strip().lower().partition("-")[0]
        language = "nb" if tag == "no" else tag
        if language in LANGUAGES:
            return language
    return default
