"""Which tables a patient is asked by (aldersgruppe): by age, and by size and pregnancy as far as written.

A scale's groups ask for different things. What is written in the draft chooses the table that is drawn, so
that a child nobody knows the age of is asked as a child, and nobody is asked what their table does not have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from core.errors import Invalid
from triage.queries.intake import Intake
from triage.rules.scales.beside import at_most_as_old
from triage.rules.scales.coverage import LENGTHS_CM, WEIGHTS_KG
from triage.rules.scales.groups import choose
from triage.rules.scales.scale import Accepted, Group, Parameter, Scale
from triage.rules.scales.values import Findings

SIZES = ("height_cm", "weight_kg")
_NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?")
_GROWN_MONTHS = 15 * 12
"""From here on length and weight are not asked for: they would send short adults to a child's table."""


def _size(name: str, unit: str, resolution: str, low: Decimal | int, high: Decimal | int) -> Parameter:
    accepted = Accepted(min=Decimal(low), max=Decimal(high))
    return Parameter(id=name, kind="numeric", unit=unit, resolution=Decimal(resolution), accepted=accepted)


_SIZES = {
    "height_cm": _size("height_cm", "cm", "1", *LENGTHS_CM),
    "weight_kg": _size("weight_kg", "kg", "0.1", *WEIGHTS_KG),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The scale's table for this patient, and those beside it where they are made for the patient."""

    scale: Scale
    group: Group
    beside: Group | None  # of the deterioration score
    trial: tuple[Scale, Group] | None  # of the scale on trial during a change-over
    sizes: tuple[Parameter, ...]  # length and weight, where they can choose the table

    @property
    def asked_by(self) -> tuple[tuple[Scale, Group], ...]:
        """Each scale whose own table is asked, with that table."""
        return ((self.scale, self.group), *((self.trial,) if self.trial else ()))


def tables(
    main: Scale, companion: Scale | None, trial: Scale | None, *, age_months: int | None, intake: Intake
) -> Tables:
    """By what is known of the patient, and what the reader's own draft says of size and pregnancy."""
    draft = intake.draft
    said = _said(draft.text if draft and not draft.outdated else {}, age_months)
    on_trial = _group(trial, said) if trial and (companion is None or trial.id != companion.id) else None
    return Tables(
        scale=main,
        group=_group(main, said) or choose(main, Findings(age_months=age_months), None).group,
        beside=companion.groups[0] if companion and _is_for(companion, main, said) else None,
        trial=(trial, on_trial) if trial and on_trial else None,
        sizes=tuple(_SIZES[name] for name in SIZES if _asks_for(name, main, trial, age_months)),
    )


def _said(text: dict[str, Any], age_months: int | None) -> Findings:
    values = text.get("values", {})
    height, weight = (_typed(values.get(name), _SIZES[name]) for name in SIZES)
    return Findings(
        age_months=age_months, height_cm=height, weight_kg=weight, pregnant=text.get("pregnant") is True
    )


def _typed(text: object, size: Parameter) -> Decimal | None:
    # Half a number, or one that cannot be, is a draft's right; it chooses nothing, here as in the browser.
    number = str(text).strip().replace(",", ".")
    if not _NUMBER.fullmatch(number):
        return None
    value = Decimal(number)
    return value if size.accepted and size.accepted.holds(value) else None


def _group(scale: Scale, said: Findings) -> Group | None:
    try:
        return choose(scale, said, None).group
    except Invalid:
        return None  # not made for this patient; asking it says so


def _asks_for(name: str, main: Scale, trial: Scale | None, age_months: int | None) -> bool:
    if age_months is not None and age_months >= _GROWN_MONTHS:
        return False
    groups = [group for each in (main, trial) if each for group in each.groups]
    return any(getattr(group.select, name) is not None for group in groups)


def _is_for(companion: Scale, main: Scale, said: Findings) -> bool:
    # By age and size alone: pregnancy is said on the page, and taken back there.
    months = at_most_as_old(main, replace(said, pregnant=False)).age_months
    return months is None or months >= companion.applies.age_years_min * 12
