"""Who can be responsible for a patient, and who can give it on (ansvar for pasienten). Pure."""

from __future__ import annotations

from core.errors import Conflict, Invalid


class NotADoctor(Invalid):
    """Only a doctor of the same unit can be responsible."""

    code = "not-a-doctor"


class NotYours(Conflict):
    """Only the responsible doctor signs and hands over (den som har pasienten)."""

    code = "not-yours"
