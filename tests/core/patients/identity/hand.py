"""Identity as the tests change it: by whom, on whom, and whose every encounter then is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import AccessLogRow
from core.ids import Actor
from core.patients.identity.candidates import Candidates, Looking, look_up
from core.patients.identity.identify import Identification, IdentityAnswer, identify
from core.patients.identity.merge import Merging, merge
from core.patients.identity.page import IdentityPage, identity_page
from core.patients.identity.split import Splitting, split
from core.patients.identity.undo import Undoing, undo
from core.patients.identity_tables import RelatedPerson
from core.patients.open_record import open_record
from core.patients.tables import Encounter, Patient, PatientIdentifier
from core.store.event_log import EventRow
from core.store.work import Store
from tests.cast import UNIT, Cast, arrival
from triage.commands.check_in import Arrival, CheckedIn, check_in
from triage.commands.look_after import register_left
from triage.queries.board import board
from triage.queries.board_row import BoardRow


@dataclass(frozen=True, slots=True)
class Hand:
    """Kari the coordinator, who may do all of it, with Nora at the door."""

    store: Store
    cast: Cast

    async def check_in(self, unit: str = UNIT, **changes: Any) -> CheckedIn:
        """Somebody comes."""
        given = Arrival.model_validate(arrival(**changes))
        actor = self.cast.nora.actor if unit == UNIT else self.cast.stranger.actor
        return await self.store.write(actor, check_in, given, unit, "test")

    async def leave(self, encounter: str) -> None:
        """The patient goes."""
        version = (await self.encounter(encounter)).version
        await self.store.write(self.cast.nora.actor, register_left, encounter, version)

    async def identify(self, encounter: str, who: Actor | None = None, **known: Any) -> IdentityAnswer:
        """Something is known."""
        given = Identification.model_validate({"reason": "Legitimasjon vist", **known})
        version = (await self.encounter(encounter)).version
        actor = who or self.cast.nora.actor
        return await self.store.write(actor, identify, encounter, given, version, environment="test")

    async def merge(self, encounter: str, other: str, keep: str = "other", **more: Any) -> IdentityAnswer:
        """The same person."""
        given = Merging.model_validate(
            {"other": other, "keep": keep, "reason": "Samme person, bekreftet av datter", **more}
        )
        version = (await self.encounter(encounter)).version
        actor = self.cast.kari.actor
        return await self.store.write(actor, merge, encounter, given, version, environment="test")

    async def split(self, encounter: str, to: str | None = None, **more: Any) -> IdentityAnswer:
        """Another person."""
        given = Splitting.model_validate({"to": to, "reason": "Skrevet på feil pasient", **more})
        version = (await self.encounter(encounter)).version
        actor = self.cast.kari.actor
        return await self.store.write(actor, split, encounter, given, version, environment="test")

    async def undo(self, encounter: str, change: str, who: Actor | None = None) -> IdentityAnswer:
        """Take it back."""
        version = (await self.encounter(encounter)).version
        actor = who or self.cast.kari.actor
        return await self.store.write(
            actor, undo, encounter, change, Undoing(reason="Det var feil"), expected=version
        )

    async def look_up(self, **known: Any) -> Candidates:
        """Who could it be."""
        looking = Looking.model_validate(known)
        return await self.store.write(self.cast.nora.actor, look_up, looking, environment="test")

    async def page(self, encounter: str) -> IdentityPage:
        """The page of identity."""
        return await open_record(self.store, identity_page, encounter, self.cast.kari.actor)

    async def encounter(self, encounter: str) -> Encounter:
        """The row."""

        async def read(session: AsyncSession) -> Encounter:
            return await session.get_one(Encounter, encounter)

        return await self.store.read(read)

    async def row(self, encounter: str) -> BoardRow:
        """The row on the board."""
        shown = await self.store.read(board, UNIT, self.store.clock())
        return next(row for row in shown.rows if row.id == encounter)

    async def events(self, encounter: str) -> list[str]:
        """What the log says happened, in order."""

        async def read(session: AsyncSession) -> list[str]:
            found = await session.execute(
                select(EventRow.kind).where(EventRow.encounter_id == encounter).order_by(EventRow.seq)
            )
            return list(found.scalars())

        return await self.store.read(read)

    async def opened(self, what: str) -> list[str | None]:
        """Whose records the access log says were opened."""

        async def read(session: AsyncSession) -> list[str | None]:
            found = await session.execute(select(AccessLogRow.patient_id).where(AccessLogRow.what == what))
            return list(found.scalars())

        return await self.store.read(read)

    async def everything(self) -> dict[str, Any]:
        """Who everybody is: each active patient with numbers, and whose each encounter is."""

        async def read(session: AsyncSession) -> dict[str, Any]:
            patients = (await session.execute(select(Patient).where(Patient.active))).scalars().all()
            numbers = (await session.execute(select(PatientIdentifier))).scalars().all()
            related = (await session.execute(select(RelatedPerson))).scalars().all()
            encounters = (await session.execute(select(Encounter.id, Encounter.patient_id))).all()
            return {
                "patients": {p.id: {c.key: getattr(p, c.key) for c in Patient.__table__.c} for p in patients},
                "numbers": {(n.kind, n.country, n.value): (n.patient_id, n.added_at) for n in numbers},
                "related": {r.id: (r.patient_id, r.related_patient_id) for r in related},
                "encounters": {row.id: row.patient_id for row in encounters},
            }

        return await self.store.read(read)
