"""The patient's GP (fastlege) as kept with the patient: who, and where letters go."""

from __future__ import annotations

from core.text import Request, ShortText


class GeneralPractitioner(Request):
    """A GP with HER-ids of the person and of the office (entries in Adresseregisteret)."""

    name: ShortText
    her_id: int
    hpr_number: ShortText | None = None
    office_name: ShortText
    office_her_id: int
