"""Other scales beside the one that decides (ved siden av): NEWS2 for deterioration, and a scale on trial.

None of them gives the patient's level: a score beside is never a second colour on the board.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.errors import Invalid
from triage.rules.scales.engine import Evaluation, evaluate
from triage.rules.scales.groups import choose
from triage.rules.scales.packs import scale
from triage.rules.scales.refusals import ScaleNotForPatient
from triage.rules.scales.scale import Group, Parameter, Scale, When
from triage.rules.scales.values import Findings, Value, by_measurement, choices_of, known_to, rounded

BESIDE = "news2"


def evaluate_all(main: Scale, trial: Scale | None, findings: Findings) -> tuple[Evaluation, ...]:
    """What the scale that decides says, and after it those beside: the one on trial, and NEWS2.

    What only those beside ask for is kept from the one that decides, which would refuse it as unknown.
    """
    said = evaluate(main, _for_main(main, _besides(main.id, trial), findings))
    return said, *evaluate_beside(main.id, at_most_as_old(main, findings), trial=trial)


def at_most_as_old(main: Scale, findings: Findings) -> Findings:
    """The findings of somebody whose age nobody knows, with the highest age of the table their size chose.

    NEWS2 is not for children, and an unknown child of 104 cm is one.
    """
    if findings.age_months is not None:
        return findings
    chosen = choose(main, findings, None)
    ages = chosen.group.select.age_months
    if chosen.assumed or ages is None or ages.max is None:
        return findings
    return replace(findings, age_months=int(ages.max))


def evaluate_beside(main: str, findings: Findings, *, trial: Scale | None = None) -> tuple[Evaluation, ...]:
    """The scales beside, where they are for this patient and something they know was found."""
    return tuple(said for each in _besides(main, trial) for said in _asked(each, findings))


def _besides(main: str, trial: Scale | None) -> list[Scale]:
    asked = [trial] if trial and trial.id not in (BESIDE, main) else []
    return asked + ([scale(BESIDE)] if main != BESIDE else [])


def _asked(beside: Scale, findings: Findings) -> Iterator[Evaluation]:
    try:
        said = evaluate(beside, understood(beside, findings))
    except ScaleNotForPatient:
        return
    if said.deciding or any(part.points is not None for part in said.parts):
        yield said


def understood(beside: Scale, findings: Findings) -> Findings:
    """The part of the findings this scale can read; what it has no answer for was not measured there."""
    group = choose(beside, findings, None).group
    signs = {sign.code for sign in beside.signs(group.id)}
    values = {
        name: value
        for name, value in by_measurement(group, findings.values).items()
        if _can_read(beside, group, name, value)
    }
    return replace(findings, values=values, units={}, discriminators=findings.discriminators & signs)


def _can_read(beside: Scale, group: Group, name: str, value: Value) -> bool:
    known, choices = known_to(beside, group), choices_of(group)
    if name not in known:
        return name in choices
    try:
        rounded(known[name], value)
    except Invalid:
        return False
    return True


def _for_main(main: Scale, besides: Sequence[Scale], findings: Findings) -> Findings:
    group = choose(main, findings, None).group
    ours = {*known_to(main, group), *choices_of(group), *(parameter.id for parameter in group.parameters)}
    signs = {sign.code for sign in main.signs(group.id)}
    values, unknown = dict(findings.values), findings.discriminators - signs
    for beside in besides:
        theirs = _group(beside, findings)
        known: dict[str, Parameter | When] = {**choices_of(theirs), **known_to(beside, theirs)}
        for name in values.keys() & (known.keys() - ours):
            _must_be_possible(known[name], values.pop(name))
        unknown -= {sign.code for sign in beside.signs(theirs.id)}
    return replace(findings, values=values, discriminators=(findings.discriminators & signs) | unknown)


def _must_be_possible(read: Parameter | When, value: Value) -> None:
    # Nobody else looks at it: what cannot be must be refused here.
    if isinstance(read, Parameter):
        rounded(read, value)


def _group(beside: Scale, findings: Findings) -> Group:
    try:
        return choose(beside, findings, None).group
    except ScaleNotForPatient:
        return beside.groups[-1]
