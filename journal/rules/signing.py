"""What is missing before signing (mangler før signering)."""

from __future__ import annotations

from core.errors import Invalid


class MissingBeforeSigning(Invalid):
    """Something a reader of the journal must find is not there yet; says what."""

    code = "missing-before-signing"


def missing(*, has_note: bool, diagnoses: int, outcome: str | None) -> tuple[str, ...]:
    """Codes of what is missing: a note, a diagnosis, what happens next (pasientjournalforskriften §§ 4-8)."""
    return tuple(
        code
        for code, there in (
            ("note", has_note),
            ("diagnosis", diagnoses > 0),
            ("outcome", outcome is not None),
        )
        if not there
    )
