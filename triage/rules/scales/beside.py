"""A deterioration score beside the triage level (NEWS2 ved siden av): never a second colour."""

from __future__ import annotations

from triage.rules.scales.engine import Evaluation, evaluate
from triage.rules.scales.packs import scale
from triage.rules.scales.refusals import ScaleNotForPatient
from triage.rules.scales.scale import Scale
from triage.rules.scales.values import Findings

BESIDE = "news2"


def evaluate_beside(main: str, findings: Findings) -> tuple[Evaluation, ...]:
    """NEWS2 of the findings it knows, when it is for this patient and something of it was measured."""
    if main == BESIDE:
        return ()
    companion = scale(BESIDE)
    understood = _inputs(companion)
    values = {name: value for name, value in findings.values.items() if name in understood}
    own = Findings(
        age_months=findings.age_months,
        height_cm=findings.height_cm,
        pregnant=findings.pregnant,
        values=values,
        discriminators=findings.discriminators,
    )
    try:
        evaluation = evaluate(companion, own)
    except ScaleNotForPatient:
        return ()
    return (evaluation,) if any(part.points is not None for part in evaluation.parts) else ()


def _inputs(companion: Scale) -> set[str]:
    parameters = companion.groups[0].parameters
    return {p.reads for p in parameters} | {p.when.input for p in parameters if p.when}
