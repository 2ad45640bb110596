"""The synthetic ward's GPs as the registers know them: everybody is on one's list, a few on nobody's."""

from __future__ import annotations

from app.sandbox.national.registers import Entry, Registers
from app.ward.people import GPS


def registers() -> Registers:
    """Each with an entry; the last of them has stopped taking electronic letters."""
    entries = {
        gp["her_id"]: Entry(
            her_id=gp["her_id"],
            name=gp["name"],
            parent_her_id=gp["office_her_id"],
            parent_name=gp["office_name"],
            hpr_number=int(gp["hpr_number"]),
            valid=gp is not GPS[-1],
        )
        for gp in GPS
    }
    return Registers(entries=entries, everybody=tuple(entries))
