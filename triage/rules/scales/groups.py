"""Which table a patient belongs to (aldersgruppe), and whether the scale is for this patient at all."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from triage.rules.scales.coverage import LENGTHS_CM, OLDEST_MONTHS
from triage.rules.scales.refusals import GroupUnknown, ScaleNotForPatient, ValueNotPossible
from triage.rules.scales.scale import Group, Scale
from triage.rules.scales.values import Findings


class Chosen(NamedTuple):
    """The group used, and whether it had to be assumed because nothing was known."""

    group: Group
    assumed: bool
    disagree: bool  # length and age point to different groups


def choose(scale: Scale, findings: Findings, group: str | None) -> Chosen:
    """The patient's group: as said, else by body length, else by age, else the adult one, marked assumed.

    Unknown patients must be triageable, so that nothing is known is no reason to refuse.
    """
    _check_possible(findings)
    _check_applies(scale, findings)
    if group is not None:
        said = scale.group(group)
        if said is None:
            raise GroupUnknown(group=group, groups=[each.id for each in scale.groups])
        return Chosen(said, False, False)
    by_length, by_age = _by_length(scale, findings.height_cm), _by_age(scale, findings.age_months)
    found = by_length or by_age
    if found is None:
        return Chosen(scale.group(scale.assumed_group) or scale.groups[-1], True, False)
    return Chosen(found, False, by_length is not None and by_age not in (None, by_length))


def _check_possible(findings: Findings) -> None:
    if findings.age_months is not None and not 0 <= findings.age_months <= OLDEST_MONTHS:
        raise ValueNotPossible(parameter="age_months", min="0", max=str(OLDEST_MONTHS))
    length, (shortest, longest) = findings.height_cm, LENGTHS_CM
    if length is not None and not (length.is_finite() and shortest <= length <= longest):
        raise ValueNotPossible(parameter="height_cm", min=str(shortest), max=str(longest))


def _check_applies(scale: Scale, findings: Findings) -> None:
    youngest = scale.applies.age_years_min * 12
    if findings.age_months is not None and findings.age_months < youngest:
        raise ScaleNotForPatient(scale=scale.id, why="age", age_years_min=scale.applies.age_years_min)
    if findings.pregnant and "pregnant" in scale.applies.not_when:
        raise ScaleNotForPatient(scale=scale.id, why="pregnant")


def _by_length(scale: Scale, length: Decimal | None) -> Group | None:
    if length is None:
        return None
    whole = length.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return next((g for g in scale.groups if g.select.height_cm and g.select.height_cm.holds(whole)), None)


def _by_age(scale: Scale, months: int | None) -> Group | None:
    if months is None:
        return None
    return next((g for g in scale.groups if g.select.age_months and g.select.age_months.holds(months)), None)
