"""Two who wrote from the same text (fletting): what both did is kept, and where they differ a person looks.

Three texts go in: what both began from, what is there now and what was sent. Paragraphs are what is compared,
and within one paragraph its sentences. Changes in different places stand side by side. Where both changed the
same sentence differently, both versions stay in the text, one after the other, and the place is named: in a
record no program chooses between two doctors' words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal

from core.errors import Conflict, Stale
from journal.rules.note import NoteText

TEXTS = (
    *("subjective", "objective", "assessment", "plan"),
    *("asked_of_gp", "told_to_patient", "medication_changes"),
)
"""What is written in words in a draft: the note's headings, then the closing."""

CHOICES = ("outcome",)
"""What is chosen and cannot be both."""

NOTHING = ("asked_of_gp", "medication_changes")
"""Where "nothing" is a tick (ingenting, ingen endringer), kept under `nothing`; words beside it end it."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÆØÅ])")


class ConflictsOpen(Conflict):
    """Two doctors wrote differently in one place, and nobody has chosen: nothing is signed past that."""

    code = "draft-conflicts-open"


class DraftNotSeen(Stale):
    """A colleague wrote in the draft after the signer's screen was drawn: nobody signs words unseen."""

    code = "draft-not-seen"


@dataclass(frozen=True, slots=True)
class Clash:
    """A place both changed, each in their own way. Empty says that the words were taken away there."""

    field: str
    before: str
    first: str  # what was there
    second: str  # what was sent


@dataclass(frozen=True, slots=True)
class Merged:
    """The text with what both did, and where a person must look."""

    text: str
    clashes: tuple[Clash, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """Parts `start` to `end` of what both began from became `parts`, by the first or the second."""

    start: int
    end: int
    parts: tuple[str, ...]
    second: bool


def merge_draft(
    base: Mapping[str, Any], first: Mapping[str, Any], second: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[Clash, ...]]:
    """A whole draft: each heading by itself. `first` is what is there now, `second` what was sent."""
    body: dict[str, Any] = {}
    clashes: list[Clash] = []
    for field in TEXTS:
        merged = merge_text(*(str(each.get(field) or "") for each in (base, first, second)))
        body[field] = merged.text
        clashes += [replace(clash, field=field) for clash in merged.clashes]
    for field in CHOICES:
        before, there, sent = (each.get(field) for each in (base, first, second))
        body[field] = sent if there == before else there
        if there != sent and before not in (there, sent):
            clashes.append(Clash(field, before or "", there or "", sent or ""))
    ticks = [set(each.get("nothing") or ()) for each in (base, first, second)]
    moved = ticks[0] ^ ticks[2]  # what was sent took these away or put them there
    body["nothing"] = sorted(said_nothing({**body, "nothing": (ticks[1] - moved) | (ticks[2] & moved)}))
    return body, tuple(clashes)


def said_nothing(draft: Mapping[str, Any]) -> tuple[str, ...]:
    """Where the draft says "nothing" on purpose."""
    ticked = draft.get("nothing") or ()
    return tuple(name for name in NOTHING if name in ticked and not str(draft.get(name) or "").strip())


def merge_text(base: str, first: str, second: str) -> Merged:
    """One heading."""
    if first == second or second == base:
        return Merged(first, ())
    if first == base:
        return Merged(second, ())
    kept: list[str] = []
    clashes: list[Clash] = []
    for before, there, sent in _places(_paragraphs(base), _paragraphs(first), _paragraphs(second)):
        parts, clash = _settle(before, there, sent)
        kept += parts
        clashes += [clash] if clash else []
    return Merged("\n".join(kept), tuple(clashes))


def same_words(note: NoteText, draft: Mapping[str, Any]) -> bool:
    """Whether the note says what stands under the draft's headings."""
    return all(text.strip() == str(draft.get(name) or "").strip() for name, text in note.model_dump().items())


def without(text: str, part: str) -> str | None:
    """The text without these paragraphs; None when they do not stand there, once and whole, any more."""
    lines, gone = _paragraphs(text), _paragraphs(part)
    size = len(gone)
    found = [at for at in range(len(lines) - size + 1) if lines[at : at + size] == gone] if size else []
    if len(found) != 1:
        return None
    return "\n".join(lines[: found[0]] + lines[found[0] + size :])


def with_choice(
    body: Mapping[str, Any], clash: Clash, keep: Literal["first", "second", "both"]
) -> tuple[Mapping[str, Any], bool]:
    """The draft with one of the two; False when the other words stand there differently by now."""
    if clash.field in CHOICES:
        return {**body, clash.field: (clash.second if keep == "second" else clash.first) or None}, True
    gone = {"first": clash.second, "second": clash.first, "both": ""}[keep]
    if not gone:
        return body, True
    text = without(str(body.get(clash.field) or ""), gone)
    return ({**body, clash.field: text}, True) if text is not None else (body, False)


Place = tuple[list[str], list[str], list[str]]
"""Before, there, sent."""


def _settle(before: list[str], there: list[str], sent: list[str]) -> tuple[list[str], Clash | None]:
    if before == there or there == sent:
        return sent, None
    if before == sent:
        return there, None
    if not before:
        return _both_added(there, sent), None
    if len(before) == len(there) == len(sent) == 1:
        sentences = _by_sentence(before[0], there[0], sent[0])
        if sentences is not None:
            return [sentences], None
    return [*there, *sent], Clash("", *("\n".join(each) for each in (before, there, sent)))


def _by_sentence(before: str, there: str, sent: str) -> str | None:
    """One paragraph in which different sentences were changed; None when it was the same one."""
    kept: list[str] = []
    for each in _places(*(_SENTENCE.split(text) for text in (before, there, sent))):
        old, first, second = each
        if old == first or first == second:
            kept += second
        elif old == second:
            kept += first
        elif not old:
            kept += _both_added(first, second)
        else:
            return None
    return " ".join(kept)


def _both_added(there: list[str], sent: list[str]) -> list[str]:
    """New words of both in one place: nothing was there to differ about, so all of it stands."""
    if sent[: len(there)] == there:
        return sent
    return there if there[: len(sent)] == sent else [*there, *sent]


def _paragraphs(text: str) -> list[str]:
    return text.split("\n") if text else []


def _places(base: list[str], first: list[str], second: list[str]) -> Iterator[Place]:
    """The text from its beginning: each stretch as it was and as each has it."""
    changes = sorted(
        [*_changes(base, first, second=False), *_changes(base, second, second=True)],
        key=lambda change: (change.start, change.end),
    )
    at = 0
    while changes:
        group = [changes.pop(0)]
        start, end = group[0].start, group[0].end
        while changes and _meets(start, end, changes[0]):
            group.append(changes.pop(0))
            end = max(end, group[-1].end)
        if start > at:
            yield base[at:start], base[at:start], base[at:start]
        yield (
            base[start:end],
            _applied(base, start, end, [each for each in group if not each.second]),
            _applied(base, start, end, [each for each in group if each.second]),
        )
        at = end
    if base[at:]:
        yield base[at:], base[at:], base[at:]


def _changes(base: list[str], text: list[str], *, second: bool) -> Iterator[_Change]:
    matcher = SequenceMatcher(None, base, text, autojunk=False)
    for what, start, end, begins, ends in matcher.get_opcodes():
        if what != "equal":
            yield _Change(start, end, tuple(text[begins:ends]), second)


def _meets(start: int, end: int, change: _Change) -> bool:
    """Whether the change is about the same place; beside it is another place."""
    if start == end or change.start == change.end:
        return start == end == change.start == change.end or start < change.start < end
    return change.start < end


def _applied(base: list[str], start: int, end: int, changes: Sequence[_Change]) -> list[str]:
    parts: list[str] = []
    for change in changes:
        parts += base[start : change.start]
        parts += change.parts
        start = change.end
    return parts + base[start:end]
