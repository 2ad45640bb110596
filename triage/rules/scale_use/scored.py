"""What scales said, as it is kept with an assessment or a round of measuring; what must be confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from triage.rules.scales.beside import BESIDE
from triage.rules.scales.engine import Evaluation
from triage.rules.scales.packs import scale
from triage.rules.scales.refusals import ValuesUnconfirmed
from triage.rules.scales.scale import Scale


def require_confirmed(evaluations: Sequence[Evaluation], confirmed: frozenset[str]) -> None:
    """Refuse odd values that nobody has said are right; each is named once."""
    odd = {each.parameter: each for said in reversed(evaluations) for each in said.to_confirm}
    open_ = [odd[name] for name in odd if name not in confirmed]
    if open_:
        raise ValuesUnconfirmed(to_confirm=[each.model_dump() for each in open_])


def odd_ones(evaluations: Sequence[Evaluation]) -> set[str]:
    """The measurements with odd values: confirming another one is nothing to keep."""
    return {each.parameter for said in evaluations for each in said.to_confirm}


def score_row(said: Evaluation, main: Scale, trial: Scale | None) -> dict[str, Any]:
    """The evaluation with the name of its score, and what it is here: deciding, on trial, or beside."""
    used = next(each for each in (main, trial, scale(BESIDE)) if each and each.id == said.scale)
    role = "main" if said.scale == main.id else "deterioration" if said.scale == BESIDE else "trial"
    return {**said.model_dump(mode="json"), "name": used.score_name, "role": role}
