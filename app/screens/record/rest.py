"""What is in the record beside notes, diagnoses and closing, in words: each line once, with its versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain

from app.screens.clinical import lines as clinical
from app.screens.orders.card import order_views
from app.screens.texts import Texts
from app.screens.triage.words import word_of
from app.screens.vitals.given import given_views
from app.screens.vitals.measured import round_views, values_in_words
from integrations.dialogue.reading import DialogueLine
from journal.queries.page import EncounterPage, PageAssessment, PagePoints
from journal.rules.deleting import What
from triage.rules.observe.rounds import OTHER_NAMES, RoundValue
from triage.rules.scales.packs import scales


@dataclass(frozen=True, slots=True, kw_only=True)
class RestLine:
    """One thing; `details` are who and when, and what it said before."""

    what: What
    id: str
    words: str
    at: datetime | None
    details: tuple[str, ...] = ()


def rest_of(page: EncounterPage, dialogue: tuple[DialogueLine, ...], t: Texts) -> list[RestLine]:
    """In the order a contact goes: triage, measuring, what is known, ordered, given, written to and from."""
    return [
        *(_assessment(each, t) for each in page.assessments),
        *_rounds(page, t),
        *critical_lines(page, t),
        *_medicines(page, t),
        *_orders(page, t),
        *_given(page, t),
        *(_message(each, t) for each in dialogue if each.closed_how != "erased"),
    ]


def _assessment(each: PageAssessment, t: Texts) -> RestLine:
    scores = (f"{score.name} {score.total}" for score in each.scores if score.complete)
    level = t("level.label", word=t.known(f"level.{each.level}", "parameter.other", word=each.level_code))
    said = (each.complaint, each.history, _measured(each, t), _signs(each, t.language), each.reason)
    return RestLine(
        what="assessment",
        id=each.id,
        words=" · ".join((level, *scores)),
        at=each.assessed_at,
        details=(*(words for words in said if words), each.by.name),
    )


def _measured(each: PageAssessment, t: Texts) -> str:
    """Every value that was scored, each once however many scales asked for it."""
    parts = {part.id: part for score in each.scores for part in score.parts if part.value is not None}
    return values_in_words((_value(part) for part in parts.values()), t)


def _value(part: PagePoints) -> RoundValue:
    code = OTHER_NAMES.get(part.id, part.id)
    if part.unit is None:
        return RoundValue(code=code, text=part.value)
    return RoundValue(code=code, value=Decimal(part.value or 0), unit=part.unit)


def _signs(each: PageAssessment, language: str) -> str:
    """The signs that were seen, as the scale words them; of a site's own scale by their codes."""
    known = scales().get(each.scale)
    offered = chain.from_iterable(known.discriminators.values()) if known else ()
    words = {sign.code: word_of(sign, language) for sign in offered}
    return " · ".join(words.get(code, code) for code in each.discriminators)


def _rounds(page: EncounterPage, t: Texts) -> Iterator[RestLine]:
    """The newest version of each round, withdrawn ones too; the words of those before it beneath."""
    by_id = {each.id: each for each in page.measurements}
    views = {view.id: view for view in round_views(page.measurements, t)}
    replaced = {each.replaces for each in page.measurements}
    for each in page.measurements:
        if each.id in replaced:
            continue
        view, before, older = views[each.id], [], by_id.get(each.replaces or "")
        while older is not None:
            before.append(t("orders.was", words=views[older.id].words, reason=view.state))
            older = by_id.get(older.replaces or "")
        words = " · ".join(filter(None, (view.scores, view.words)))
        yield RestLine(
            what="measurement", id=each.id, words=words, at=each.measured_at, details=(view.by, *before)
        )


def critical_lines(page: EncounterPage, t: Texts) -> Iterator[RestLine]:
    """Those written here; what a national register says is not ours to delete."""
    shown = clinical.banner(page.critical, t)
    for view in (*shown.lines, *shown.removed):
        if view.line.version is not None:
            yield RestLine(
                what="critical",
                id=view.line.id,
                words=view.line.text,
                at=view.line.at,
                details=(view.told, view.source, *view.history),
            )


def _medicines(page: EncounterPage, t: Texts) -> Iterator[RestLine]:
    for view in clinical.medicine_card(page.medicine_list, t).lines:
        if view.line.here:
            details = tuple(filter(None, (view.changed, view.source)))
            words = f"{view.line.name}, {view.dosage}"
            yield RestLine(what="medicine", id=view.line.id, words=words, at=view.line.at, details=details)


def _orders(page: EncounterPage, t: Texts) -> Iterator[RestLine]:
    for view in order_views(page.orders, page.results, t):
        result = view.result
        text = result.text if result else ""
        words = " ".join(filter(None, (view.order.display, view.value, view.unit, text, view.mark)))
        yield RestLine(
            what="order", id=view.order.id, words=words, at=view.order.at, details=(view.state, *view.lines)
        )


def _given(page: EncounterPage, t: Texts) -> Iterator[RestLine]:
    at = {each.id: each.given_at for each in page.administrations}
    for view in given_views(page.administrations, t):
        yield RestLine(
            what="administration",
            id=view.id,
            words=view.title,
            at=at[view.id],
            details=(view.state, *view.lines),
        )


def _message(line: DialogueLine, t: Texts) -> RestLine:
    who = " · ".join(filter(None, (line.person, line.party)))
    return RestLine(
        what="dialogue",
        id=line.id,
        words=" · ".join(filter(None, (t(f"dialogue.{line.direction}_{line.kind}"), line.subject))),
        at=line.at,
        details=tuple(filter(None, (line.text, who))),
    )
