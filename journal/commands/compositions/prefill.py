"""What the record says already, put in a new document for its author to look over (forhåndsutfylt)."""

from __future__ import annotations

from sqlalchemy import select

from core.patients.tables import Encounter
from core.store.work import Work
from journal.clinical_tables import critical_rows, medicine_lines
from journal.code_tables import known_proposals
from journal.rules.clinical.critical import nothing_known, standing
from journal.rules.clinical.lines import KnownLine
from journal.rules.compositions.forms import ReferralForm, SickNoteForm
from journal.rules.note import NoteText
from journal.rules.writing.proposals import settled
from journal.tables import Diagnosis, Draft, Note


async def from_record(work: Work, encounter: Encounter, kind: str) -> SickNoteForm | ReferralForm:
    """The main diagnosis; for a referral also the note, the medicines and the critical information."""
    main = await work.session.scalar(
        select(Diagnosis).where(Diagnosis.encounter_id == encounter.id).order_by(Diagnosis.position).limit(1)
    )
    diagnosis = f"{main.code} {main.display}"[:300] if main else ""
    if kind == "sick-note":
        return SickNoteForm(diagnosis=diagnosis)
    note = await _note(work, encounter)
    return ReferralForm(
        diagnosis=diagnosis,
        history=note.get("subjective") or encounter.complaint,
        findings=note.get("objective", ""),
        reason=note.get("assessment", ""),
        done=note.get("plan", ""),
        medicines="\n".join(_medicine(each) for each in await medicine_lines(work.session, encounter)),
        critical=await _critical(work, encounter),
    )


def _medicine(line: KnownLine) -> str:
    said = " ".join(filter(None, (line.name, line.new_dosage or line.dosage)))
    remark = "sluttet" if line.change == "stopped" else _REMARKS.get(line.use)
    return f"{said} ({remark})" if remark else said


_REMARKS = {"uses-not": "bruker ikke", "unknown": "usikkert om brukes", None: "ikke avklart"}


async def _critical(work: Work, encounter: Encounter) -> str:
    """What is written down; "none known" only when somebody asked, else nothing."""
    rows = await critical_rows(work.session, encounter)
    lines = [": ".join(filter(None, (each.text, each.reaction))) for each in standing(rows)]
    return "\n".join(lines) if lines else "Ingen kjente" if nothing_known(rows) else ""


async def _note(work: Work, encounter: Encounter) -> dict[str, str]:
    """The draft, else the newest note that is in the record; what a template proposed is left out."""
    draft = await work.session.get(Draft, encounter.id)
    said = {name: str(draft.body.get(name, "")) for name in NoteText.model_fields} if draft else {}
    if not any(said.values()):
        newest = await work.session.scalar(
            select(Note)
            .where(Note.encounter_id == encounter.id)
            .order_by(Note.written_at.desc(), Note.id)
            .limit(1)
        )
        said = {name: getattr(newest, name) for name in NoteText.model_fields} if newest else {}
    known = await known_proposals(work.session, encounter.unit_id, list(said.values()))
    return settled(said, known)
