"""Triage (triagering): what is wrong, what was measured, and how urgent it is; points follow each key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from app.screens import show
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from app.screens.triage.before import earlier_views, last_values
from app.screens.triage.fields import fields, sizes
from app.screens.triage.signs import all_signs, for_script, sign_lists
from app.screens.triage.which_table import Tables, tables
from app.screens.triage.words import word_of
from core.ids import Actor
from journal.queries.page import EncounterPage
from triage.queries.intake import Intake
from triage.rules.complaints.pack import complaints_of
from triage.rules.levels import Level
from triage.rules.scales.scale import Scale

_SCRIPT_TEXTS = ("complaint.", "error.", "place.waiting_room", "time.", "triage.script.")
MARKS = ("infection", "fall", "interpreter", "allergy")
REASONS = ("clinical-look", "known-before", "values-misleading", "risk", "other")
_CHILDBEARING_MONTHS = (10 * 12, 60 * 12)


def triage(
    page: EncounterPage,
    *,
    scale: Scale,
    companion: Scale | None,
    trial: Scale | None = None,
    levels: Sequence[Level],
    me: Actor,
    now: datetime,
    language: str,
    asset_version: str,
    intake: Intake = Intake(),
) -> str:
    """The page for one patient: the scale's own signs and measurements for this age.

    `levels` are the unit's; `companion` is the deterioration score beside (NEWS2), `trial` the scale on trial
    during a change-over; `intake` is what is known besides the record: common complaints, earlier values,
    drafts.
    """
    t = texts(language)
    asked = tables(scale, companion, trial, age_months=page.patient.age_months, intake=intake)
    earlier = earlier_views(intake.earlier, t)
    complaints = complaints_of(scale)
    offered = [level for level in levels if scale.level(level.code).queue]
    return render(
        "screens/triage.html",
        t=t,
        asset_version=asset_version,
        current="triage",
        unit=page.unit,
        unit_name=page.unit_name,
        me=me,
        now=now,
        page=page,
        scale=scale,
        companion=companion if asked.beside else None,
        group_word=word_of(asked.group, language),
        signs=sign_lists(asked, page.complaint, complaints=complaints, language=language),
        sizes=sizes(asked, t),
        fields=fields(asked, t, last_values(earlier)),
        earlier=earlier,
        intake=intake,
        marks=MARKS,
        reasons=REASONS,
        levels=offered,
        may_be_pregnant=_may_be_pregnant(page),
        waited=show.duration(show.minutes_between(page.arrived_at, now), t),
        data=data_block(
            {
                **_script_data(page, scale, companion, offered, t),
                **_table_data(asked),
                "me": me.id,
                "complaints": for_script(complaints, scale, language),
                "common": [each.model_dump(mode="json") for each in intake.common],
                "draft": intake.draft.model_dump(mode="json") if intake.draft else None,
            }
        ),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def _table_data(asked: Tables) -> dict[str, object]:
    return {
        "tables": [{"scale": each.id, "group": table.id} for each, table in asked.asked_by],
        "sizes": [size.id for size in asked.sizes],
        "order": [sign.code for sign, _ in all_signs(asked)],
    }


def _may_be_pregnant(page: EncounterPage) -> bool:
    months, (low, high) = page.patient.age_months, _CHILDBEARING_MONTHS
    return page.patient.sex != "male" and (months is None or low <= months <= high)


def _whole(total: Decimal | None) -> int | None:
    return None if total is None else int(total)


def _level_word(scale: Scale, code: str, t: Texts) -> str:
    return t(f"level.{scale.level(code).rank}").lower()


def _script_data(
    page: EncounterPage, scale: Scale, companion: Scale | None, levels: Sequence[Level], t: Texts
) -> dict[str, object]:
    return {
        "encounter": page.id,
        "version": page.version,
        "assessments": len(page.assessments),
        "latest": page.assessments[0].id if page.assessments else None,
        "complaint": page.complaint,
        "flags": list(page.flags),
        "place": page.place,
        "unit": page.unit,
        "scale": scale.id,
        "score": scale.score_name,
        "age_months": page.patient.age_months,
        "due_from": None if page.assessments else page.arrived_at.isoformat(),
        "levels": [{**level.model_dump(mode="json"), "word": t(f"level.{level.rank}")} for level in levels],
        "gives": [
            {"min": _whole(each.min), "max": _whole(each.max), "word": _level_word(scale, each.level, t)}
            for each in scale.score_to_level
        ],
        "risk": {
            level.code: word_of(level, t.language) or level.code.replace("_", "–")
            for level in (companion.levels if companion else ())
        },
    }
