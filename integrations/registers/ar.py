"""Adresseregisteret: whether and how a HER-id can be reached."""

from __future__ import annotations

from typing import Any

from core.clock import Clock
from integrations.registers.flr import ended
from integrations.registers.port import Party, RegisterAway
from integrations.registers.soap import RegisterFault, Soap

SERVICE, PORT = "CommunicationParty", "BasicHttpBinding_ICommunicationPartyService"
_NOT_THERE = "InvalidHerIdSupplied"


class Adresseregisteret:
    """The register by SOAP."""

    def __init__(self, soap: Soap, clock: Clock) -> None:
        self._soap = soap
        self._clock = clock

    async def party(self, her_id: int) -> Party | None:
        """GetCommunicationPartyDetails."""
        try:
            found = await self._soap.call("GetCommunicationPartyDetails", herId=her_id)
        except RegisterFault as fault:
            if fault.code == _NOT_THERE:
                return None
            raise RegisterAway("register-fault") from fault
        if found is None:
            return None
        if found.HerId != her_id:
            raise RegisterAway("unexpected-answer")
        until = found.Valid.To if found.Valid else None
        return Party(
            her_id=her_id,
            name=found.DisplayName or found.Name or "",
            parent_her_id=found.ParentHerId if found.ParentHerId and found.ParentHerId > 0 else None,
            parent_name=found.ParentName,
            hpr_number=_hpr(found),
            reachable=bool(
                found.Active and found.IsValidCommunicationParty and not ended(until, self._clock())
            ),
        )


def _hpr(found: Any) -> str | None:
    person = getattr(found, "Person", None)
    number = getattr(getattr(person, "HPRInformation", None), "HPRNumber", None)
    return str(number) if number else None
