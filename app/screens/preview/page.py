"""What would leave, as its receivers would read it (forhåndsvisning): each letter from its own bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.outward.rehearsal import WouldLeave
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from core.errors import Refused
from core.ids import Actor
from integrations.gp_summary.read import read
from integrations.gp_summary.shown import GpPage, gp_page
from integrations.shared_record.shown import SharedPage, shared_page
from journal.queries.page import EncounterPage
from journal.rules.plain.abbreviations import unexplained


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """One letter as it would be read; with neither page, `why` says why none would go."""

    channel: str
    receiver: str
    gp: GpPage | None = None
    shared: SharedPage | None = None
    why: str = ""
    unclear: tuple[str, ...] = ()  # abbreviations a GP may not know or may read as something else


def preview(
    page: EncounterPage,
    *,
    letters: Sequence[WouldLeave],
    refused: Refused | None,
    me: Actor,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """The page; nothing on it is signed or sent."""
    t = texts(language)
    return render(
        "screens/preview.html",
        t=t,
        asset_version=asset_version,
        current="encounter",
        unit=page.unit,
        unit_name=page.unit_name,
        me=me,
        now=now,
        page=page,
        letters=[_view(each, now, t) for each in letters],
        missing=[t(f"missing.{code}") for code in page.missing],
        refused=t.known(f"error.{refused.code}", "error.refused") if refused and not page.missing else "",
        orders=_orders(refused),
        words=data_block(t.subset(("error.", "form."))),
    )


def _unclear(page: GpPage) -> tuple[str, ...]:
    said = (*page.asked, *(line for _, lines in page.sections for line in lines))
    return tuple(f"{each.short} ({each.means})" if each.means else each.short for each in unexplained(*said))


def _orders(refused: Refused | None) -> str:
    names = refused.facts.get("orders") if refused else None
    return ", ".join(map(str, names)) if isinstance(names, tuple) else ""


def _view(letter: WouldLeave, now: datetime, t: Texts) -> LetterView:
    channel, receiver = t(f"message.channel.{letter.channel}"), letter.receiver or t("message.no_receiver")
    if letter.body is None:
        why = t.known(f"reason.{letter.reason}", "reason.other", code=letter.reason)
        return LetterView(channel=channel, receiver=receiver, why=why)
    if letter.channel == "gp-summary":
        shown = gp_page(read(letter.body), received_at=now)
        return LetterView(channel=channel, receiver=receiver, gp=shown, unclear=_unclear(shown))
    return LetterView(channel=channel, receiver=receiver, shared=shared_page(letter.body))
