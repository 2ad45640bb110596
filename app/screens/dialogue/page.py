"""Dialogue with GPs as pages: the unit's list of what waits, and what was written about one encounter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.screens import show
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from core.access.permissions import Permission, may
from core.ids import Actor
from integrations.dialogue.reading import DialogueFile, DialogueLine
from integrations.kith.dialogue import TOPICS

_LOOKS = {"acknowledged": "ok", **dict.fromkeys(("rejected", "given-up", "contradicted", "held"), "bad")}
_SCRIPT_TEXTS = ("error.", "form.", "dialogue.script.")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The encounter a page is about."""

    encounter: str
    number: str
    unit: str
    unit_name: str
    patient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A file that came with a message. `why_not`: why it is not opened, instead of where it opens."""

    words: str
    where: str
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One message in words. `look`: how its state is coloured."""

    line: DialogueLine
    title: str
    who: str
    at: str
    due: str
    late: bool
    state: str
    look: str
    paragraphs: Sequence[str]
    files: Sequence[FileView]
    can_answer: bool
    can_close: bool
    can_place: bool


def waiting_dialogue(
    lines: Sequence[DialogueLine],
    *,
    unit: str,
    unit_name: str,
    me: Actor,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """What waits, by when it is due; each leads to its encounter."""
    t = texts(language)
    return render(
        "screens/dialogue.html",
        t=t,
        asset_version=asset_version,
        current="dialogue",
        me=me,
        now=now,
        unit=unit,
        unit_name=unit_name,
        about=None,
        lines=[_view(line, me, now, t) for line in lines],
        may_ask=False,
        topics=(),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def encounter_dialogue(
    lines: Sequence[DialogueLine],
    about: About,
    *,
    me: Actor,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """The whole dialogue of one encounter, the oldest first, and a question of one's own below."""
    t = texts(language)
    return render(
        "screens/dialogue.html",
        t=t,
        asset_version=asset_version,
        current="encounter",
        me=me,
        now=now,
        unit=about.unit,
        unit_name=about.unit_name,
        about=about,
        lines=[_view(line, me, now, t) for line in lines],
        may_ask=may(me, Permission.WRITE_NOTE),
        topics=tuple((code, t(f"dialogue.topic_{code}")) for code in TOPICS),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def _view(line: DialogueLine, me: Actor, now: datetime, t: Texts) -> LineView:
    waits = line.direction == "in" and line.closed_at is None
    late = waits and line.due_at is not None and line.due_at < now
    state, look = _state(line, late, t)
    doctor = may(me, Permission.WRITE_NOTE)
    return LineView(
        line=line,
        title=t(f"dialogue.{line.direction}_{line.kind}"),
        who=" · ".join(filter(None, (line.person, line.party))),
        at=show.day_and_clock(line.at),
        due=t("dialogue.due", at=show.day_and_clock(line.due_at)) if waits and line.due_at else "",
        late=late,
        state=state,
        look=look,
        paragraphs=[part for part in (line.text or "").split("\n") if part.strip()],
        files=[_file(line, number, file, t) for number, file in enumerate(line.files)],
        can_answer=waits and doctor and line.encounter is not None and line.kind != "report",
        can_close=waits and doctor,
        can_place=waits and line.encounter is None and may(me, Permission.READ_BALANCE),
    )


def _file(line: DialogueLine, number: int, file: DialogueFile, t: Texts) -> FileView:
    why_not = "dialogue.file_not_opened" if file.opens is False else ""
    why_not = why_not or ("dialogue.file_unplaced" if line.encounter is None else "")
    return FileView(
        words=t("dialogue.file", name=file.name or "–", size=max(1, round(file.size / 1024))),
        where=f"/encounters/{line.encounter}/dialogue/{line.id}/files/{number}",
        why_not=t(why_not) if why_not else "",
    )


def _state(line: DialogueLine, late: bool, t: Texts) -> tuple[str, str]:
    if line.direction == "out" and line.closed_how != "erased":
        return t(f"message.{line.state}"), _LOOKS.get(line.state or "", "")
    if line.closed_at is not None:
        return t(f"dialogue.closed_{line.closed_how}", who=line.closed_by or ""), "ok"
    if line.answers_it:
        return t("dialogue.answers", who=line.answers_it), "bad" if late else ""
    return t("dialogue.nobody"), "bad"
