"""What a scale refuses (avslag): impossible values, unknown codes, and scales that do not hold together."""

from __future__ import annotations

from core.errors import Invalid


class ScaleBroken(Invalid):
    """The scale file cannot be used (ugyldig skala): a gap, an overlap, an unknown code. Says where."""

    code = "scale-broken"


class ScaleUnknown(Invalid):
    """There is no such scale here (ukjent skala)."""

    code = "scale-unknown"


class ScaleNotForPatient(Invalid):
    """The scale does not hold for this patient (skalaen gjelder ikke), e.g. NEWS2 for a child."""

    code = "scale-not-for-patient"


class GroupUnknown(Invalid):
    """The scale has no such group of patients (ukjent aldersgruppe)."""

    code = "group-unknown"


class ValueNotPossible(Invalid):
    """Outside what can be measured (umulig verdi): refused, never pulled in to the nearest possible one."""

    code = "value-not-possible"


class OptionUnknown(Invalid):
    """Not one of the answers this group has (ukjent svar), e.g. `C` for the youngest children."""

    code = "option-unknown"


class ParameterUnknown(Invalid):
    """The scale neither scores nor records this (ukjent måling)."""

    code = "parameter-unknown"


class SignUnknown(Invalid):
    """The scale has no such sign for this group (ukjent tegn)."""

    code = "sign-unknown"
