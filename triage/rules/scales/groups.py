"""Which table a patient belongs to (aldersgruppe), and whether the scale is for this patient at all."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from triage.rules.scales.coverage import LENGTHS_CM, OLDEST_MONTHS, WEIGHTS_KG
from triage.rules.scales.refusals import GroupUnknown, ScaleNotForPatient, ValueNotPossible
from triage.rules.scales.scale import Group, Scale
from triage.rules.scales.values import Findings


class Chosen(NamedTuple):
    """The group used, and whether it had to be assumed because nothing was known."""

    group: Group
    assumed: bool
    notices: tuple[str, ...] = ()  # what points to another group than the one used


def choose(scale: Scale, findings: Findings, group: str | None) -> Chosen:
    """The patient's group: as said, else the one for the pregnant, else by body length, by weight, by age.

    Unknown patients must be triageable, so that nothing is known is no reason to refuse: then it is the
    assumed one, marked as such.
    """
    _check_possible(findings)
    _check_applies(scale, findings)
    if group is not None:
        said = scale.group(group)
        if said is None:
            raise GroupUnknown(group=group, groups=[each.id for each in scale.groups])
        return Chosen(said, False)
    if findings.pregnant:
        for each in scale.groups:
            if each.select.pregnant:
                return Chosen(each, False)
    by_age = _by_age(scale, findings.age_months)
    by_size = _by_length(scale, findings.height_cm), _by_weight(scale, findings.weight_kg)
    found = by_size[0] or by_size[1] or by_age
    if found is None:
        return Chosen(scale.group(scale.assumed_group) or scale.groups[-1], True)
    notices = [
        f"{name}-and-age-disagree"
        for name, size in zip(("length", "weight"), by_size, strict=True)
        if size is not None and by_age not in (None, size)
    ]
    return Chosen(found, False, tuple(notices))


def _check_possible(findings: Findings) -> None:
    if findings.age_months is not None and not 0 <= findings.age_months <= OLDEST_MONTHS:
        raise ValueNotPossible(parameter="age_months", min="0", max=str(OLDEST_MONTHS))
    sizes = (("height_cm", findings.height_cm, LENGTHS_CM), ("weight_kg", findings.weight_kg, WEIGHTS_KG))
    for name, size, (least, most) in sizes:
        if size is not None and not (size.is_finite() and least <= size <= most):
            raise ValueNotPossible(parameter=name, min=str(least), max=str(most))


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


def _by_weight(scale: Scale, weight: Decimal | None) -> Group | None:
    if weight is None:
        return None
    tenths = weight.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return next((g for g in scale.groups if g.select.weight_kg and g.select.weight_kg.holds(tenths)), None)


def _by_age(scale: Scale, months: int | None) -> Group | None:
    if months is None:
        return None
    return next((g for g in scale.groups if g.select.age_months and g.select.age_months.holds(months)), None)
