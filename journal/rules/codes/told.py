"""What was done, in the words of a letter (utført). Tariffs are no reader's business. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Done(Protocol):
    """A procedure that was done so many times."""

    @property
    def kind(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def display(self) -> str: ...
    @property
    def quantity(self) -> int: ...


def done_words(codes: Iterable[Done]) -> str:
    """E.g. `Utført: Sutur av sår i hud (QAB00), 2 ganger; Stikk-CRP (…)`; empty when nothing was coded."""
    said = [
        f"{each.display} ({each.code})" + (f", {each.quantity} ganger" if each.quantity > 1 else "")
        for each in codes
        if each.kind == "procedure"
    ]
    return f"Utført: {'; '.join(said)}." if said else ""
