"""The document a command is about: in this encounter, the author's own where it is a draft."""

from __future__ import annotations

from core.access.permissions import Permission, require
from core.clock import local
from core.errors import Conflict, NotAllowed, NotFound, Stale
from core.patients import encounter as encounters
from core.patients.encounter import NotPossibleNow, Status
from core.patients.need.relation_here import require_need
from core.patients.tables import Encounter, Patient
from core.store.work import Work
from journal.code_tables import Composition, own_composition
from journal.rules.compositions.forms import FORM, SIGNED, CompositionIncomplete, lacks
from journal.rules.corrections import correction_hash


class SignedAlready(Conflict):
    """It is signed: a change is a new version with a reason."""

    code = "composition-signed"


class NotYourDraft(NotAllowed):
    """A colleague's unfinished document is theirs."""

    code = "not-your-draft"


async def encounter_for_writing(work: Work, encounter_id: str) -> Encounter:
    """The encounter, open or signed, whose record the actor may write in."""
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id)
    await require_need(work, encounter)
    if encounter.status in (Status.CANCELLED, Status.PLANNED):
        raise NotPossibleNow(encounter_status=encounter.status)
    return encounter


async def load_composition(work: Work, encounter_id: str, id: str) -> Composition:
    """One version; another encounter's is not found."""
    found = await work.session.scalar(own_composition(encounter_id, id))
    if found is None:
        raise NotFound(encounter=encounter_id)
    return found


async def load_draft(work: Work, encounter_id: str, id: str, expected: int) -> Composition:
    """The actor's own draft as new as it was read."""
    row = await load_composition(work, encounter_id, id)
    if row.signed_at is not None:
        raise SignedAlready
    if row.author_id != work.actor.id:
        raise NotYourDraft
    if row.revision != expected:
        raise Stale(version=row.revision, expected=expected)
    return row


async def missing_in(work: Work, encounter: Encounter, row: Composition) -> tuple[str, ...]:
    """Codes of what must be there before it is signed."""
    patient = await work.session.get_one(Patient, encounter.patient_id)
    return lacks(
        FORM.validate_python(row.body),
        contact_day=local(encounter.arrived_at).date(),
        identified=bool(patient.given and patient.family),
    )


async def sign_row(work: Work, encounter: Encounter, row: Composition) -> None:
    """Sign it if it is whole. Raises CompositionIncomplete."""
    if missing := await missing_in(work, encounter, row):
        raise CompositionIncomplete(fields=[{"field": code, "problem": "missing"} for code in missing])
    content = {name: getattr(row, name) for name in SIGNED}
    row.signed_at, row.content_hash = work.now, correction_hash(content, work.now)
