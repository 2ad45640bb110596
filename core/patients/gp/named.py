"""The patient's GP (fastlege) as kept with the patient: who, and where letters go."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from core.text import Request, ShortText

HerId = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""A number in the national address register (Adresseregisteret)."""


class GeneralPractitioner(Request):
    """A GP with HER-ids of the person and of the office (entries in Adresseregisteret)."""

    name: ShortText
    her_id: HerId
    hpr_number: ShortText | None = None
    office_name: ShortText
    office_her_id: HerId
