"""A sick note or a referral: a form while it is its author's draft, an A4 sheet when it is signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from app.screens import show
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from core.ids import Actor
from journal.queries.compositions.of_encounter import PageComposition
from journal.queries.compositions.paper import Papers
from journal.rules.compositions.forms import FORM, ReferralForm, SickNoteForm, lacks

SICK_NOTE_TEXTS = ("limits", "at_work", "follow_up")
REFERRAL_TEXTS = ("reason", "history", "findings", "done", "medicines", "critical", "wishes")
URGENCIES = ("emergency", "urgent", "ordinary")
WAYS = ("patient", "relative", "escort", "post")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of paper: for whom, and its lines as heading and words."""

    part: str
    lines: tuple[tuple[str, str], ...]


def composition_page(
    papers: Papers, id: str, *, me: Actor, now: datetime, language: str, asset_version: str
) -> str:
    """The page. The paper itself is in Norwegian, whatever the screen's language."""
    t = texts(language)
    shown = papers.of(id)
    assert shown is not None
    form = FORM.validate_python(shown.body)
    missing = lacks(form, contact_day=papers.contact_day, identified=papers.identified)
    return render(
        "screens/composition.html",
        t=t,
        paper=texts("nb"),
        asset_version=asset_version,
        current="encounter",
        unit=papers.unit,
        unit_name=papers.unit_name,
        me=me,
        now=now,
        papers=papers,
        shown=shown,
        form=form,
        mine=papers.may_write and shown.signed_at is None and shown.author_id == me.id,
        versions=papers.versions(shown.document_id),
        missing=missing if shown.signed_at is None else (),
        sheets=list(sheets(shown, texts("nb"))),
        signed=moment(shown.signed_at) if shown.signed_at else "",
        texts_of=SICK_NOTE_TEXTS if shown.kind == "sick-note" else REFERRAL_TEXTS,
        urgencies=URGENCIES,
        ways=WAYS,
        moment=moment,
        data=data_block(
            {"encounter": papers.encounter, "composition": shown.id, "kind": shown.kind}
            | {"version": shown.revision, "me": me.id}
        ),
        words=data_block(t.subset(("error.", "form.", "composition.script.", "composition.lack_"))),
    )


def moment(at: datetime) -> str:
    """Day and clock."""
    return f"{show.day(at)} {show.clock(at)}"


def sheets(shown: PageComposition, t: Texts) -> Iterator[Sheet]:
    """A referral is one sheet; of a sick note the employer's sheet says nothing of the diagnosis."""
    form = FORM.validate_python(shown.body)
    if isinstance(form, ReferralForm):
        yield Sheet("referral", tuple(_referral(form, t)))
        return
    yield Sheet("patient", tuple(_for_patient(form, t)))
    yield Sheet("employer", tuple(_for_employer(form, t)))


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else "–"


def _period(form: SickNoteForm, t: Texts) -> tuple[tuple[str, str], ...]:
    grade = t("composition.grade_full") if form.grade == 100 else f"{form.grade or '–'} %"
    days = f"{_day(form.from_day)} – {_day(form.to_day)}"
    return ((t("composition.field_period"), days), (t("composition.field_grade"), grade))


def _for_patient(form: SickNoteForm, t: Texts) -> Iterator[tuple[str, str]]:
    yield from _period(form, t)
    yield t("composition.field_diagnosis"), form.diagnosis
    if form.backdated_reason:
        yield t("composition.field_backdated_reason"), form.backdated_reason
    yield (
        t("composition.field_work_related"),
        t("composition.yes" if form.work_related else "composition.no"),
    )
    yield from _texts(form, ("employer", *SICK_NOTE_TEXTS), t)


def _for_employer(form: SickNoteForm, t: Texts) -> Iterator[tuple[str, str]]:
    yield from _period(form, t)
    yield from _texts(form, ("employer", "at_work"), t)


def _referral(form: ReferralForm, t: Texts) -> Iterator[tuple[str, str]]:
    yield from _texts(form, ("receiver",), t)
    if form.urgency:
        yield t("composition.field_urgency"), t(f"composition.urgency_{form.urgency}")
    yield from _texts(form, ("diagnosis", *REFERRAL_TEXTS, "call_back"), t)


def _texts(form: SickNoteForm | ReferralForm, names: tuple[str, ...], t: Texts) -> Iterator[tuple[str, str]]:
    for name in names:
        if said := getattr(form, name):
            yield t(f"composition.field_{name}"), said
