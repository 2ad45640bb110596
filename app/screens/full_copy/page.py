"""The whole record as sheets to print, in the words it was written in, and the page that asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.outward.whole import ContactSheet, Whole
from app.screens import show
from app.screens.access.page import said_of
from app.screens.compositions.page import sheets as paper_sheets
from app.screens.encounter import HEADINGS
from app.screens.record.page import edition_lines, moment
from app.screens.record.rest import RestLine, critical_lines, rest_of
from app.screens.render import data_block, render
from app.screens.texts import LANGUAGES, Texts, texts
from core.ids import Actor
from integrations.gp_summary.shown import GpPage
from journal.commands.copies.make import CopyAsked
from journal.queries.page import EncounterPage, PageMessage
from journal.rules.plain.abbreviations import Abbreviation, explained
from journal.rules.reading import WHO


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """One contact on paper."""

    page: EncounterPage
    when: str
    rest: list[RestLine]
    papers: list[tuple[str, str, list[tuple[str, str]]]]  # title, who and when, what it says
    sent: list[str]
    letters: tuple[GpPage, ...]
    kept_back: tuple[str, ...]


def asking_page(
    asked: CopyAsked, *, encounter: str, me: Actor, now: datetime, language: str, asset_version: str
) -> str:
    """Who asks and how that was seen; copies made before."""
    t = texts(language)
    return render(
        "screens/full_copy_ask.html",
        t=t,
        asset_version=asset_version,
        current="record",
        me=me,
        now=now,
        unit=me.unit,
        unit_name=asked.unit_name,
        asked=asked,
        encounter=encounter,
        who=WHO,
        moment=moment,
        words=data_block(t.subset(("error.", "form."))),
    )


def copy_page(whole: Whole, *, encounter: str, language: str, asset_version: str) -> str:
    """The sheets; the headings are in the language asked for, the record's own words as they stand."""
    t = texts(language)
    record = whole.record
    views = [_sheet(each, t) for each in whole.sheets]
    return render(
        "screens/full_copy.html",
        t=t,
        asset_version=asset_version,
        encounter=encounter,
        record=record,
        patient=views[-1].page.patient,
        sheets=views,
        critical=list(critical_lines(views[-1].page, t)),
        languages=LANGUAGES,
        headings=HEADINGS,
        lines=lambda edition: edition_lines(edition, t),
        moment=moment,
        looked=[said_of(each, t) for each in record.seen],
        abbreviations=_abbreviations(views),
    )


def _sheet(sheet: ContactSheet, t: Texts) -> SheetView:
    page = sheet.contact.page
    ended = next((each.at for each in reversed(page.timeline) if each.kind == "finished"), None)
    return SheetView(
        page=page,
        when=moment(page.arrived_at) + (f" – {moment(ended)}" if ended else ""),
        rest=[line for line in rest_of(page, sheet.dialogue, t) if line.what != "critical"],
        papers=[
            (
                t(f"composition.kind_{each.kind}"),
                f"{each.author} · {moment(each.signed_at)}" if each.signed_at else each.author,
                [line for part in paper_sheets(each, t) for line in part.lines],
            )
            for each in page.compositions
        ],
        sent=[_sent(each, t) for each in page.messages],
        letters=sheet.letters,
        kept_back=sheet.contact.kept_back,
    )


def _sent(message: PageMessage, t: Texts) -> str:
    said = (t(f"message.channel.{message.channel}"), t(f"message.{message.state}"))
    return " · ".join((*said, show.day_and_clock(message.changed_at)))


def _abbreviations(sheets: list[SheetView]) -> tuple[Abbreviation, ...]:
    """Those that stand in the text and somebody here has said the meaning of."""
    return explained(*(words for sheet in sheets for words in _words(sheet)))


def _words(sheet: SheetView) -> Iterator[str]:
    yield sheet.page.complaint
    for note in sheet.page.notes:
        yield from (getattr(note, heading) for heading in HEADINGS)
    for line in sheet.rest:
        yield from (line.words, *line.details)
