"""Taking in a scale that the site brings (ta inn), and choosing what a unit triages by (velge skala)."""

from __future__ import annotations

from pydantic import Field

from core.access.permissions import Permission, require
from core.errors import NotFound
from core.ids import Role
from core.patients.tables import Unit
from core.store.work import Work
from core.text import Code, Request, ShortText
from triage.events import UnitChanged
from triage.rules.scale_use.choice import ScaleChoice, as_choices, chosen
from triage.rules.scales.brought.form import load_brought
from triage.rules.scales.brought.try_out import require_tried
from triage.rules.scales.packs import scales
from triage.rules.scales.refusals import NotForTriage, ScaleBroken, ScaleVersionTaken
from triage.rules.scales.scale import Scale
from triage.rules.unit.arrangement import arrangement, require_sound
from triage.rules.unit.zones import UNTRIAGED
from triage.rules.vital_signs import VITAL_SIGNS
from triage.scale_packs import ScalePack, find_scale


class ScaleOfUnit(Request):
    """What a unit triages by, and what is tried beside it during a change-over."""

    scale: Code
    version: ShortText | None = Field(None, description="None: the newest that is here, from now on")
    beside: Code | None = None
    beside_version: ShortText | None = None


def read_brought(text: str) -> Scale:
    """The scale of a site's file when it may be used: whole, tried, and in the units the record keeps."""
    scale = load_brought(text)
    for place, parameter in scale.sections():
        kept = VITAL_SIGNS.get(parameter.reads)
        if kept is not None and parameter.unit != kept.unit:
            raise ScaleBroken(
                scale=scale.id,
                place=f"{place}.{parameter.id}.unit",
                value=str(parameter.unit),
                problem=f"must-be {kept.unit}",
            )
    require_tried(scale)
    return scale


async def bring_scale(work: Work, text: str) -> ScaleChoice:
    """Keep the scale so that units can use it; the same file again changes nothing."""
    _require_may(work)
    scale = read_brought(text)
    carried = scales().get(scale.id)
    here = await work.session.get(ScalePack, (scale.id, scale.table_version))
    known = {each.digest for each in (here,) if each}
    if carried is not None and carried.table_version == scale.table_version:
        known.add(carried.digest)
    if known - {scale.digest}:
        raise ScaleVersionTaken(scale=scale.id, version=scale.table_version)
    if not known:
        work.session.add(
            ScalePack(
                id=scale.id,
                version=scale.table_version,
                digest=scale.digest,
                text=text,
                brought_at=work.now,
                brought_by=work.actor.name,
            )
        )
    return ScaleChoice(scale=scale.id, version=scale.table_version)


async def choose_scale(work: Work, given: ScaleOfUnit) -> ScaleChoice:
    """Let the unit triage by this scale from now on. Patients keep the level they have."""
    _require_may(work)
    unit = await work.session.get(Unit, work.unit)
    if unit is None:
        raise NotFound(unit=work.unit)
    main = await find_scale(work.session, given.scale, given.version)
    trial = await find_scale(work.session, given.beside, given.beside_version) if given.beside else None
    for each in (main, trial):
        if each is not None and each.helper:
            raise NotForTriage(scale=each.id)
    ranks = {level.rank for level in main.levels}
    require_sound(arrangement(unit.rooms, unit.choices), {UNTRIAGED, *ranks})
    before = chosen(unit.scale, unit.choices)
    choice = ScaleChoice(
        scale=main.id,
        version=main.table_version,
        beside=trial.id if trial else None,
        beside_version=trial.table_version if trial else None,
    )
    unit.choices = as_choices(choice, before, unit.choices)
    unit.scale = main.id
    await work.record(UnitChanged(encounter_id=None, happened_at=work.now, changed=("scale",)))
    return choice


def _require_may(work: Work) -> None:
    # From the command line whoever has the machine may; over HTTP only those who administer.
    if work.actor.role is not Role.SYSTEM:
        require(work.actor, Permission.ADMINISTER)
