"""Signs that decide (faretegn) as they stand on the screen: what fits the complaint first, none hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.screens.triage.which_table import Tables
from app.screens.triage.words import word_of
from triage.rules.complaints.pack import Complaint, complaint_in
from triage.rules.scales.scale import Scale
from triage.rules.scales.scale import Sign as ScaleSign

RED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign that decides by itself (faretegn)."""

    code: str
    word: str
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignLists:
    """`first` fits the complaint, worst first; `red` are the other red ones, always seen; then the rest."""

    complaint: Complaint | None
    first: tuple[Sign, ...]
    red: tuple[Sign, ...]
    rest: tuple[Sign, ...]


def all_signs(asked: Tables) -> tuple[tuple[ScaleSign, int], ...]:
    """The signs of the scale by rank; then those that only the scale on trial has: they decide nothing."""
    own = asked.scale.signs(asked.group.id)
    codes = {sign.code for sign in own}
    trial = asked.trial[0].signs(asked.trial[1].id) if asked.trial else ()
    ranked = [(sign, asked.scale.level(sign.level).rank if sign.level else 0) for sign in own]
    return (*ranked, *((sign, 0) for sign in trial if sign.code not in codes))


def sign_lists(asked: Tables, said: str, *, complaints: tuple[Complaint, ...], language: str) -> SignLists:
    """For a complaint that nobody knows, all signs stand first, worst first."""
    signs = sorted(
        (
            Sign(code=sign.code, word=word_of(sign, language) or sign.code, rank=rank)
            for sign, rank in all_signs(asked)
        ),
        key=lambda sign: sign.rank or 9,  # those that decide nothing alone stand last
    )
    complaint = complaint_in(said, complaints)
    fitting = complaint.signs.get(asked.scale.id, ()) if complaint else ()
    first = tuple(sign for sign in signs if sign.code in fitting)
    if not first:
        return SignLists(complaint=complaint, first=tuple(signs), red=(), rest=())
    others = [sign for sign in signs if sign.code not in fitting]
    return SignLists(
        complaint=complaint,
        first=first,
        red=tuple(sign for sign in others if sign.rank == RED),
        rest=tuple(sign for sign in others if sign.rank != RED),
    )


def for_script(
    complaints: Sequence[Complaint], scale: Scale | None, language: str
) -> list[dict[str, object]]:
    """The pack as the browser searches it, in the reader's words; without a scale only the words."""
    return [
        {
            "code": complaint.code,
            "word": complaint.word(language),
            "phrases": list(dict.fromkeys(complaint.phrases())),
            "signs": list(complaint.signs.get(scale.id, ())) if scale else [],
        }
        for complaint in complaints
    ]
