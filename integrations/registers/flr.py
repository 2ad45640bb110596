"""Fastlegeregisteret: who is the patient's GP now."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from core.clock import NORWAY, Clock
from integrations.registers.port import RegisterAway
from integrations.registers.soap import RegisterFault, Soap

SERVICE, PORT = "FlrReadOperationsService", "BasicHttpBinding_IFlrReadOperations"
# The register has one code for all faults, so its words must tell them apart.
_NO_GP, _NOT_A_NUMBER = "ikke tilknyttet fastlegekontrakt", "er ugyldig"


class Fastlegeregisteret:
    """The register by SOAP."""

    def __init__(self, soap: Soap, clock: Clock) -> None:
        self._soap = soap
        self._clock = clock

    async def gp_of(self, national_id: str) -> int | Literal["no-gp", "no-address", "number-unknown"]:
        """GetPatientGPDetails."""
        try:
            found = await self._soap.call("GetPatientGPDetails", patientNin=national_id)
        except RegisterFault as fault:
            if _NO_GP in fault.words:
                return "no-gp"
            if _NOT_A_NUMBER in fault.words:
                return "number-unknown"
            raise RegisterAway("register-fault") from fault
        if found is None:
            return "no-gp"
        if found.PatientNIN not in (None, national_id):
            raise RegisterAway("unexpected-answer")  # an answer about somebody else
        if found.Period and ended(found.Period.To, self._clock()):
            return "no-gp"
        return found.GPHerId if found.GPHerId and found.GPHerId > 0 else "no-address"


def ended(until: datetime | None, now: datetime) -> bool:
    """Whether the register's time is past; without an offset it is Norwegian time."""
    if until is None:
        return False
    until = until.replace(tzinfo=None) if until.year > 9000 else until  # "for ever" has no time zone
    return until.year <= 9000 and (until if until.tzinfo else until.replace(tzinfo=NORWAY)) <= now
