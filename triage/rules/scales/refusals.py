"""What a scale refuses (avslag): impossible values, unknown codes, and scales that do not hold together."""

from __future__ import annotations

from core.errors import Conflict, Invalid


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


class UnitNotUnderstood(Invalid):
    """Measured in another unit than the table's (annen enhet): a guess would be a wrong number."""

    code = "unit-not-understood"


class ValuesUnconfirmed(Invalid):
    """Possible but odd values that nobody has confirmed (ubekreftede verdier); the facts say which."""

    code = "values-unconfirmed"


class NotForTriage(Invalid):
    """A helper such as GCS gives no level to wait by (ingen triageskala)."""

    code = "scale-not-for-triage"


class ScaleUntried(Invalid):
    """The scale brings no test cases, or its own test cases fail (prøvetilfeller mangler eller feiler)."""

    code = "scale-untried"


class ScaleVersionTaken(Conflict):
    """The same version is here with other contents (versjonen finnes): a changed table has a new version."""

    code = "scale-version-taken"
