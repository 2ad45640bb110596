"""What happens in the journal (hendelser i journalen)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.store.event_log import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientTaken(Event):
    """A doctor took responsibility (lege tok pasienten)."""

    kind: ClassVar[str] = "taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class _ToColleague(Event):
    to: str

    def facts(self) -> dict[str, Any]:
        return {"to": self.to}


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientHandedOver(_ToColleague):
    """Another doctor has the responsibility now (overlevert)."""

    kind: ClassVar[str] = "handed-over"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverProposed(_ToColleague):
    """A colleague is asked to take over (overlevering foreslått); nobody else is responsible yet."""

    kind: ClassVar[str] = "hand-over-proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverDeclined(Event):
    """The colleague said no (overlevering avslått)."""

    kind: ClassVar[str] = "hand-over-declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverWithdrawn(Event):
    """Who asked took it back (overlevering trukket)."""

    kind: ClassVar[str] = "hand-over-withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverExpired(Event):
    """Nobody answered in time (overlevering utløpt); the patient is still with who asked."""

    kind: ClassVar[str] = "hand-over-expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(Event):
    """A note was put in the record (notat skrevet)."""

    kind: ClassVar[str] = "note-written"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesSigned(Event):
    """A doctor signed own notes in a visit that is a colleague's to finish (egne notater signert)."""

    kind: ClassVar[str] = "notes-signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisSet(Event):
    """A diagnosis was added (diagnose satt). The code itself is not in the log that feeds screens."""

    kind: ClassVar[str] = "diagnosis-set"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesPerformed(Event):
    """A procedure or a tariff was set or taken away (prosedyre, takst); which, stands in the record."""

    kind: ClassVar[str] = "codes-performed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfEncounter(Event):
    encounter_id: str  # never of none


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterFinished(_OfEncounter):
    """Signed and closed (avsluttet og signert); the messages out are fixed in the same transaction."""

    kind: ClassVar[str] = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishUndone(_OfEncounter):
    """The signature is taken back in time (angret); its letters are withdrawn before anything else."""

    kind: ClassVar[str] = "finish-undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterReopened(_OfEncounter):
    """It is as it was before it was finished (åpen igjen)."""

    kind: ClassVar[str] = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCorrected(_OfEncounter):
    """Something signed has a new version beside it (rettet); receivers get it in the same transaction."""

    kind: ClassVar[str] = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddendumWritten(_OfEncounter):
    """Something was added to what is signed (tillegg)."""

    kind: ClassVar[str] = "addendum-written"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionAsked(Event):
    """Somebody wants something gone from the record (krav om sletting)."""

    kind: ClassVar[str] = "deletion-asked"

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionRefused(Event):
    """It stays, with a reason, and the right of appeal was told (avslag på sletting)."""

    kind: ClassVar[str] = "deletion-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordErased(_OfEncounter):
    """Something was deleted by decision (slettet); letters that told of it are withdrawn."""

    kind: ClassVar[str] = "erased"

    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineErased(Event):
    """Something that no letter told of was deleted by decision (slettet)."""

    kind: ClassVar[str] = "line-erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueErased(RecordErased):
    """A message to or from the GP was deleted by decision (slettet); forwarding keeps it and empties it."""

    kind: ClassVar[str] = "dialogue-erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalRecorded(Event):
    """Critical information was written down or changed (kritisk informasjon); what, stands in the record."""

    kind: ClassVar[str] = "critical-recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineAnswered(Event):
    """A medicine was added, answered for or changed (legemiddel); which, stands in the record."""

    kind: ClassVar[str] = "medicine-answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(Event):
    """Something was ordered (bestilt); what, stands in the record and not in the log that feeds screens."""

    kind: ClassVar[str] = "ordered"

    requisition: str

    def facts(self) -> dict[str, Any]:
        return {"requisition": self.requisition}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChanged(Event):
    """An order was begun, put on hold, done or revoked (pågår, på vent, utført, avbestilt)."""

    kind: ClassVar[str] = "order-changed"

    order: str
    status: str

    def facts(self) -> dict[str, Any]:
        return {"order": self.order, "status": self.status}


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfResult(Event):
    result: str

    def facts(self) -> dict[str, Any]:
        return {"result": self.result}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReported(_OfResult):
    """A result came, or a corrected one (svar, rettet svar)."""

    kind: ClassVar[str] = "result-reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultWasSeen(_OfResult):
    """Somebody has seen a result (svar sett)."""

    kind: ClassVar[str] = "result-seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfComposition(Event):
    composition: str

    def facts(self) -> dict[str, Any]:
        return {"composition": self.composition}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositionWritten(_OfComposition):
    """A sick note or a referral was begun (sykmelding, henvisning); which, stands in the record."""

    kind: ClassVar[str] = "composition-written"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositionSigned(_OfComposition):
    """A sick note or a referral was signed, alone or with the encounter."""

    kind: ClassVar[str] = "composition-signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositionErased(Event):
    """A sick note or a referral was deleted by decision (slettet); no letter told of it."""

    kind: ClassVar[str] = "composition-erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositionHandedOver(_OfComposition):
    """It was printed and handed over (utlevert)."""

    kind: ClassVar[str] = "composition-handed-over"


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineGiven(Event):
    """A medicine was given, or refused (utdelt); which, stands in the record and not in this log."""

    kind: ClassVar[str] = "medicine-given"

    administration: str

    def facts(self) -> dict[str, Any]:
        return {"administration": self.administration}


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineCorrected(MedicineGiven):
    """What was recorded as given was put right (utdeling rettet)."""

    kind: ClassVar[str] = "medicine-corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineChecked(MedicineGiven):
    """A second person looked at it (dobbeltkontrollert)."""

    kind: ClassVar[str] = "medicine-checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingOrderDecided(Event):
    """A standing order was approved or withdrawn (delegering godkjent, trukket tilbake)."""

    kind: ClassVar[str] = "standing-order-decided"

    order: str

    def facts(self) -> dict[str, Any]:
        return {"order": self.order}
