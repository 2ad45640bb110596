"""What was signed (det signerte) with every version, and the forms to correct, add to and delete it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.screens import show
from app.screens.encounter import HEADINGS
from app.screens.record.rest import rest_of
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from core.access.legal.bases import Kind, bases, known
from core.access.permissions import Permission, may
from core.ids import Actor
from integrations.dialogue.reading import DialogueLine
from journal.copy_tables import Withheld
from journal.queries.page import EncounterPage, PageDeletion, PageDiagnosis, PageEdition
from journal.rules.corrections import may_correct
from journal.rules.reading import WHO
from journal.rules.summary import Outcome

CLOSING = ("outcome", "asked_of_gp", "medication_changes", "told_to_patient")
"""What a conclusion says, in the order it is read."""


def record(
    page: EncounterPage,
    *,
    dialogue: tuple[DialogueLine, ...] = (),
    withheld: tuple[Withheld, ...] = (),
    me: Actor,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """The page of one encounter; forms only for who may use them."""
    t = texts(language)
    own = page.unit == me.unit
    signer = page.conclusion.signed_by.id if page.conclusion else ""
    return render(
        "screens/record.html",
        t=t,
        asset_version=asset_version,
        current="record",
        me=me,
        now=now,
        unit=me.unit,
        unit_name=page.unit_name,
        page=page,
        headings=HEADINGS,
        rest=rest_of(page, dialogue, t) if page.may.delete else (),
        outcomes=tuple(Outcome),
        bases=bases(Kind.DELETION, now),
        grounds=bases(Kind.WITHHOLDING, now),
        who=WHO,
        withheld=[_kept_back(each) for each in withheld],
        may_copy=own and may(me, Permission.COPY_RECORD),
        may_withhold=own and may(me, Permission.WITHHOLD),
        mine=lambda author: may_correct(me.id, author),
        own_closing=may_correct(me.id, signer),
        may_decide=lambda deletion: _may_decide(deletion, page, me),
        lines=lambda edition: edition_lines(edition, t),
        moment=moment,
        as_value=_as_value,
        words=data_block(t.subset(("error.", "form."))),
    )


def edition_lines(edition: PageEdition, t: Texts) -> list[tuple[str, str]]:
    """A version as headings and words, without those that said nothing."""
    body: Mapping[str, Any] = edition.body
    if edition.kind == "addendum":
        return [(t("record.addendum"), body["text"])]
    if edition.target == "diagnoses":
        told = ", ".join(f"{each['code']} {each['display']}" for each in body["diagnoses"])
        return [(t("encounter.diagnosis"), told)]
    if edition.target == "conclusion":
        said = {name: body.get(name) for name in CLOSING}
        said["outcome"] = t(f"outcome.{body['outcome']}")
        names = {"outcome": "encounter.what_next"}
        return [(t(names.get(name, f"encounter.{name}")), words) for name, words in said.items() if words]
    return [(t(f"note.{name}"), body[name]) for name in HEADINGS if body[name]]


def moment(at: datetime) -> str:
    """Day and clock."""
    return f"{show.day(at)} {show.clock(at)}"


def _may_decide(deletion: PageDeletion, page: EncounterPage, me: Actor) -> bool:
    """Somebody else than who wrote it and who brought it up; the service asks again."""
    authors = {note.id: note.author.id for note in page.notes}
    authors |= {page.id: page.conclusion.signed_by.id} if page.conclusion else {}
    own = deletion.by.id == me.id or authors.get(deletion.object_id or "") == me.id
    return deletion.state == "asked" and may(me, Permission.DECIDE_DELETION) and not own


def _kept_back(row: Withheld) -> tuple[Withheld, str]:
    named = known(row.basis)
    return row, named.reference if named else row.basis


def _as_value(diagnosis: PageDiagnosis) -> str:
    return json.dumps(diagnosis.model_dump(exclude={"id"}), ensure_ascii=False)
