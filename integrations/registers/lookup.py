"""The two registers as one question: who is the GP, and can a letter reach them."""

from __future__ import annotations

from integrations.registers.port import AddressRegister, GpAnswer, GpRegister


class Lookup:
    """Asks Fastlegeregisteret, then Adresseregisteret. Raises RegisterAway when either gives no answer."""

    def __init__(self, gps: GpRegister, addresses: AddressRegister) -> None:
        self._gps = gps
        self._addresses = addresses

    async def gp(self, national_id: str) -> GpAnswer:
        """The patient's GP now."""
        found = await self._gps.gp_of(national_id)
        if not isinstance(found, int):
            return GpAnswer(found)
        doctor = await self._addresses.party(found)
        if doctor is None:
            return GpAnswer("no-address")
        gp = {
            "name": doctor.name,
            "her_id": doctor.her_id,
            "hpr_number": doctor.hpr_number,
            "office_name": doctor.parent_name or doctor.name,
            "office_her_id": doctor.parent_her_id or 0,
        }
        reachable = doctor.reachable and doctor.parent_her_id is not None
        return GpAnswer("found" if reachable else "no-address", gp)

    async def reachable(self, her_id: int) -> bool:
        """Whether somebody named at the door has an address that counts."""
        party = await self._addresses.party(her_id)
        return party is not None and party.reachable
