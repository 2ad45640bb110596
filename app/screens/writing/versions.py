"""Older versions of a draft on one page: what changed in each, and what can be fetched back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.screens import show
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from core.clock import local
from core.ids import Actor
from journal.queries.drafts.looked_back import LookedBack
from journal.rules.merging import TEXTS
from journal.rules.note import NoteText
from journal.rules.writing.versions import Piece, Saved, differences, missing, worth_showing


@dataclass(frozen=True, slots=True)
class HeadingView:
    """One heading of one version."""

    field: str
    name: str
    words: str
    pieces: tuple[Piece, ...]  # beside the version shown before it; nothing when it says the same
    lacking: str  # what the draft does not say any more


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version."""

    number: int
    when: str
    told: str  # who, and that it came of merging or choosing
    headings: tuple[HeadingView, ...]

    @property
    def changed(self) -> list[HeadingView]:
        """Those that say something else than before."""
        return [each for each in self.headings if each.pieces]

    @property
    def lacking(self) -> list[HeadingView]:
        """Those with words that stand in the draft no more."""
        return [each for each in self.headings if each.lacking]


def versions_page(page: LookedBack, *, me: Actor, now: datetime, language: str, asset_version: str) -> str:
    """The page; newest first."""
    t = texts(language)
    saved = [
        Saved(each.number, each.kind, each.by, each.saved_at, each.text)
        for each in reversed(page.history.versions)
    ]
    return render(
        "screens/draft_versions.html",
        t=t,
        asset_version=asset_version,
        current="encounter",
        unit=page.unit,
        unit_name=page.unit_name,
        me=me,
        now=now,
        page=page,
        versions=list(_views(worth_showing(saved), page, now, t))[::-1],
        oldest=saved[0].number if saved else 0,
        words=data_block(t.subset(("error.", "form.", "versions.script."))),
    )


def _views(shown: Sequence[Saved], page: LookedBack, now: datetime, t: Texts) -> Iterator[VersionView]:
    for at, each in enumerate(shown):
        # Of the oldest on a page with more before it, what was before is on the next page.
        before = shown[at - 1] if at else None if page.older else Saved(0, "", "", each.saved_at, {})
        told = t.known(f"versions.kind_{each.kind}", "versions.kind_saved", name=each.by)
        headings = tuple(_heading(field, each, before, page, t) for field in TEXTS)
        yield VersionView(each.number, _when(each.saved_at, now), told, headings)


def _heading(field: str, each: Saved, before: Saved | None, page: LookedBack, t: Texts) -> HeadingView:
    words = each.words(field)
    changed = before is not None and before.words(field) != words
    return HeadingView(
        field=field,
        name=t(f"note.{field}" if field in NoteText.model_fields else f"encounter.{field}"),
        words=words,
        pieces=differences(before.words(field), words) if before is not None and changed else (),
        lacking=missing(str(page.now.get(field) or ""), words) if page.open else "",
    )


def _when(at: datetime, now: datetime) -> str:
    same_day = local(at).date() == local(now).date()
    return show.clock_seconds(at) if same_day else f"{show.day(at)} {show.clock_seconds(at)}"
