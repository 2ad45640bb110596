"""The coverage check (dekningskontroll): a scale with a hole or two answers is refused before it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from triage.rules.scales.points import point_range
from triage.rules.scales.refusals import ScaleBroken
from triage.rules.scales.scale import Accepted, Band, Group, Parameter, Range, Scale

OLDEST_MONTHS = 1560  # 130 years
LENGTHS_CM = (20, 250)
WEIGHTS_KG = (Decimal("0.3"), Decimal(400))
_TENTH = Decimal("0.1")
_MOST_STEPS = 20_000  # a file from outside must not be able to keep us counting


def check(scale: Scale) -> None:
    """Refuse the scale unless every possible value, total, age, length and weight has exactly one answer."""
    _unique(scale, "levels", [level.code for level in scale.levels])
    _unique(scale, "levels", [str(level.rank) for level in scale.levels])
    _unique(scale, "groups", [group.id for group in scale.groups])
    if scale.assumed_group and scale.group(scale.assumed_group) is None:
        raise _broken(scale, "assumed_group", scale.assumed_group, "unknown-group")
    for place, parameter in scale.sections():
        _check_parameter(scale, f"{place}.{parameter.id}", parameter, scored=place != "recorded")
    for group in scale.groups:
        _unique(scale, group.id, [parameter.id for parameter in group.parameters])
        _check_shared(scale, group)
        _check_cases(scale, group)
        _check_totals(scale, group)
    _check_groups(scale)
    _check_codes(scale)


def _check_parameter(scale: Scale, place: str, parameter: Parameter, *, scored: bool) -> None:
    if parameter.kind == "categorical":
        _unique(scale, place, [option.code for option in parameter.options])
        if not parameter.options:
            raise _broken(scale, place, "", "no-options")
        if scored and any(option.score is None for option in parameter.options):
            raise _broken(scale, place, "", "option-without-score")
        return
    if parameter.accepted is None:
        raise _broken(scale, place, "", "no-accepted-range")
    _check_odd(scale, place, parameter, parameter.accepted)
    for bands in (parameter.bands, *parameter.cases.values()) if scored else ():
        if bands or parameter.kind == "numeric":
            values = _steps(scale, place, parameter.accepted, parameter.resolution)
            _exactly_one(scale, place, bands, values)
            _no_band_beyond(scale, place, bands, parameter.accepted)


def _check_odd(scale: Scale, place: str, parameter: Parameter, accepted: Accepted) -> None:
    usual, step = parameter.confirm_outside, parameter.resolution
    if usual is None:
        return
    inside = accepted.min <= usual.min <= usual.max <= accepted.max
    if not inside or usual.min % step != 0 or usual.max % step != 0:
        raise _broken(scale, place, f"{usual.min}-{usual.max}", "confirm-outside-not-within-accepted")


def _no_band_beyond(scale: Scale, place: str, bands: Sequence[Band], accepted: Accepted) -> None:
    for band in bands:
        if not any(band.holds(end) for end in (accepted.min, accepted.max)) and not (
            band.min is not None and accepted.holds(band.min)
        ):
            raise _broken(scale, place, f"{band.min}-{band.max}", "band-never-reached")


def _steps(scale: Scale, place: str, accepted: Accepted, resolution: Decimal) -> Iterator[Decimal]:
    count = (accepted.max - accepted.min) / resolution
    if count != int(count) or accepted.min % resolution != 0 or not 0 < count <= _MOST_STEPS:
        raise _broken(scale, place, f"{accepted.min}-{accepted.max}", "range-not-in-whole-steps")
    return (accepted.min + step * resolution for step in range(int(count) + 1))


def _check_shared(scale: Scale, group: Group) -> None:
    # Two rows on one measurement (the SpO2 scales): what can be measured must not depend on which counts.
    first: dict[str, tuple[object, ...]] = {}
    for each in group.parameters:
        limits = (each.unit, each.resolution, each.accepted, each.confirm_outside)
        if first.setdefault(each.reads, limits) != limits:
            raise _broken(scale, f"{group.id}.{each.id}", each.reads, "measured-in-two-ways")


def _check_cases(scale: Scale, group: Group) -> None:
    for parameter in (p for p in group.parameters if p.kind == "numeric_by"):
        other = next((p for p in group.parameters if p.id == parameter.by), None)
        answers = {option.code for option in other.options} if other else set()
        if not answers or answers != set(parameter.cases):
            raise _broken(scale, f"{group.id}.{parameter.id}", str(parameter.by), "cases-do-not-match")


def _check_totals(scale: Scale, group: Group) -> None:
    least, most = total_range(group)
    totals = [Decimal(total) for total in range(least, most + 1)]
    _exactly_one(scale, "score_to_level", scale.score_to_level, totals)
    if scale.monitor:
        _exactly_one(scale, "monitor", scale.monitor, totals)


def total_range(group: Group) -> tuple[int, int]:
    """The least and the most points a patient of this group can have in all."""
    ranges: dict[str, list[tuple[int, int]]] = {}
    for parameter in group.parameters:  # of two that read the same measurement only one counts
        ranges.setdefault(parameter.reads, []).append(point_range(parameter, {}))
    least = sum(min(low for low, _ in found) for found in ranges.values())
    return least, sum(max(high for _, high in found) for found in ranges.values())


def _check_groups(scale: Scale) -> None:
    ages = [group.select.age_months or Range(min=Decimal(1), max=Decimal(0)) for group in scale.groups]
    first = scale.applies.age_years_min * 12
    _exactly_one(scale, "groups.age_months", ages, map(Decimal, range(first, OLDEST_MONTHS + 1)))
    lengths = [group.select.height_cm for group in scale.groups if group.select.height_cm]
    if lengths:
        shortest, longest = LENGTHS_CM
        _exactly_one(scale, "groups.height_cm", lengths, map(Decimal, range(shortest, longest + 1)))
    weights = [group.select.weight_kg for group in scale.groups if group.select.weight_kg]
    if weights:
        lightest, heaviest = (int(weight / _TENTH) for weight in WEIGHTS_KG)
        tenths = (step * _TENTH for step in range(lightest, heaviest + 1))
        _exactly_one(scale, "groups.weight_kg", weights, tenths)
    if sum(group.select.pregnant for group in scale.groups) > 1:
        raise _broken(scale, "groups.pregnant", "", "overlap")


def _check_codes(scale: Scale) -> None:
    known = {level.code: level.rank for level in scale.levels}
    named = [("score_to_level", row.level) for row in scale.score_to_level]
    named += [
        ("discriminators", sign.level)
        for signs in scale.discriminators.values()
        for sign in signs
        if sign.level
    ]
    named += [("rules", rule.level) for rule in scale.rules if rule.level is not None]
    if scale.single_parameter_rule:
        named.append(("single_parameter_rule", scale.single_parameter_rule.level))
    for place, level in named:
        if level not in known:
            raise _broken(scale, place, level, "unknown-level")
    for group in (*scale.discriminators, *(group for rule in scale.rules for group in rule.groups)):
        if scale.group(group) is None:
            raise _broken(scale, "discriminators", group, "unknown-group")
    rising = sorted(scale.score_to_level, key=lambda row: -1 if row.min is None else row.min)
    ranks = [known[row.level] for row in rising]
    if ranks != sorted(ranks, reverse=scale.higher_is == "worse"):
        raise _broken(scale, "score_to_level", "", "higher-total-less-urgent")
    _check_rules(scale)


def _check_rules(scale: Scale) -> None:
    # A rule on something nobody can send would silently never hold.
    signs = {sign.code for each in scale.discriminators.values() for sign in each}
    read = {parameter.reads for _, parameter in scale.sections()} | {"age_months"}
    scored = {parameter.id for group in scale.groups for parameter in group.parameters}
    answers = {
        option.code
        for _, parameter in scale.sections()
        for option in (*parameter.options, *parameter.findings)
    }
    _unique(scale, "complaints", [each.code for each in scale.complaints])
    for each in scale.complaints:
        for code in each.signs:
            if code not in signs:
                raise _broken(scale, f"complaints.{each.code}", code, "unknown-name")
    for rule in scale.rules:
        named = [(rule.input, read), (rule.missing, read), (rule.scores, scored)]
        named += [(name, read) for name in rule.unless]
        named += [(code, answers) for code in (*rule.any_of, *rule.unless.values())]
        named += [(code, signs) for code in (*rule.signs, *rule.all_signs)]
        if len(rule.signs) < rule.signs_at_least > 1:
            raise _broken(scale, f"rules.{rule.code}", str(rule.signs_at_least), "more-signs-than-named")
        for name, known in named:
            if name is not None and name not in known:
                raise _broken(scale, f"rules.{rule.code}", name, "unknown-name")


def _exactly_one(scale: Scale, place: str, ranges: Sequence[Range], values: Iterable[Decimal]) -> None:
    for value in values:
        hits = sum(each.holds(value) for each in ranges)
        if hits != 1:
            raise _broken(scale, place, str(value), "overlap" if hits else "gap")


def _unique(scale: Scale, place: str, codes: Sequence[str]) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise _broken(scale, place, code, "twice")


def _broken(scale: Scale, place: str, value: str, problem: str) -> ScaleBroken:
    return ScaleBroken(scale=scale.id, place=place, value=value, problem=problem)
