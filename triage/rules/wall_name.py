"""What a wall may say about a person (navn og problem på tavla): enough to find them, no more."""

from __future__ import annotations

import re

NEUTRAL = "Annen henvendelse"
"""Shown in place of complaints that say too much about a person to a passer-by."""

# Mental health, substance use, violence, sexual health, pregnancy: stems as nurses write them.
_SENSITIVE = re.compile(
    r"psyk|angst|depre|suicid|selvmord|selvskad|\brus|\balkohol|overdose|abstinens|heroin|kokain|amfetamin"
    r"|vold(?!som)|overgrep|voldt|mishandl|kjønns|klamyd|gonor|angrepille|prevensjon|abort|gravid|svanger",
    re.IGNORECASE,
)


def wall_name(called: str, given: str | None, family: str | None) -> str:
    """Given name and initial: `Ingrid S.`. A description from the door (`Ukjent mann`) stays as written."""
    if given:
        return f"{given} {family[0].upper()}." if family else given
    first, *rest = called.split()
    if rest and all(word[0].isupper() for word in (first, *rest)):
        return f"{first} {rest[-1][0]}."
    return called


def wall_complaint(complaint: str) -> str:
    """The complaint, or the neutral word when it belongs to nobody else."""
    return NEUTRAL if _SENSITIVE.search(complaint) else complaint
