"""A scale's own test cases (prøvetilfeller), run before anybody is assessed by it."""

from __future__ import annotations

from collections.abc import Iterator

from core.errors import Refused
from core.text import Answer
from triage.rules.scales.engine import Evaluation, evaluate
from triage.rules.scales.example import Example
from triage.rules.scales.refusals import ScaleUntried
from triage.rules.scales.scale import Scale
from triage.rules.scales.values import Findings


class Failure(Answer):
    """One answer that is not as the file expects."""

    case: str
    what: str
    expected: str
    found: str


def require_tried(scale: Scale) -> None:
    """Refuse a scale that brings no test cases, or whose own test cases do not come out."""
    failures = try_out(scale)
    if failures or not scale.test_cases:
        raise ScaleUntried(
            scale=scale.id,
            cases=len(scale.test_cases),
            failures=[failure.model_dump() for failure in failures],
        )


def try_out(scale: Scale) -> list[Failure]:
    """Every difference between what the test cases expect and what the scale says."""
    return [failure for example in scale.test_cases for failure in _differences(scale, example)]


def _differences(scale: Scale, example: Example) -> Iterator[Failure]:
    expected = example.expect
    try:
        said = evaluate(scale, _findings(example))
    except Refused as refused:
        if refused.code != expected.refused:
            yield _failure(example, "refused", expected.refused, refused.code)
        return
    if expected.refused is not None:
        yield _failure(example, "refused", expected.refused, None)
    for name in ("group", "total", "complete", "level"):
        found, wanted = getattr(said, name), getattr(expected, name)
        if name in expected.model_fields_set and found != wanted:
            yield _failure(example, name, wanted, found)
    yield from _details(example, said)


def _details(example: Example, said: Evaluation) -> Iterator[Failure]:
    expected = example.expect
    found = {part.parameter: part.points for part in said.parts}
    for parameter, points in expected.points.items():
        if found.get(parameter, "no such parameter") != points:
            yield _failure(example, f"points of {parameter}", points, found.get(parameter))
    for notice in expected.notices:
        if notice not in said.notices:
            yield _failure(example, "notice", notice, ", ".join(said.notices))
    odd = sorted(each.parameter for each in said.to_confirm)
    if "to_confirm" in expected.model_fields_set and odd != sorted(expected.to_confirm):
        yield _failure(example, "to_confirm", ", ".join(expected.to_confirm), ", ".join(odd))


def _findings(example: Example) -> Findings:
    return Findings(
        age_months=example.age_months,
        height_cm=example.height_cm,
        weight_kg=example.weight_kg,
        pregnant=example.pregnant,
        values=example.values,
        discriminators=frozenset(example.signs),
    )


def _failure(example: Example, what: str, expected: object, found: object) -> Failure:
    return Failure(case=example.name, what=what, expected=str(expected), found=str(found))
