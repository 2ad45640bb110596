"""What a scale holds, as lines to read through before it is taken in (forhåndsvisning)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triage.rules.scales.scale import Band, Group, Option, Parameter, Range, Scale, ScaleLevel


def preview(scale: Scale) -> Iterator[str]:
    """Levels, groups, every parameter with its bands, signs and rules."""
    yield f"{scale.name}"
    yield f"  id {scale.id}, version {scale.table_version}, SHA-256 {scale.digest[:16]}…"
    yield f"  status: {scale.status}"
    yield f"  licence: {'; '.join(f'{name}: {text}' for name, text in scale.licence.items())}"
    if scale.helper:
        yield "  a helper: scored beside a triage scale, never used as one"
    yield "levels, most urgent first"
    yield from (_level(level) for level in sorted(scale.levels, key=lambda level: level.rank))
    yield "total gives"
    yield from (f"  {_range(row)}: {row.level}" for row in scale.score_to_level)
    if single := scale.single_parameter_rule:
        yield f"  any parameter with {single.score} or more: at least {single.level}"
    for group in scale.groups:
        yield from _group(scale, group)
    if scale.recorded:
        yield f"recorded without points: {', '.join(p.reads for p in scale.recorded)}"
    yield f"rules: {len(scale.rules)}; test cases of its own: {len(scale.test_cases)}"


def _level(level: ScaleLevel) -> str:
    target = "no target" if level.target_minutes is None else f"doctor within {level.target_minutes} min"
    again = "" if level.reassess_minutes is None else f", again within {level.reassess_minutes} min"
    waits = "" if level.queue else ", nobody waits at it"
    return f"  {level.rank} {level.code} ({level.nb or level.label or level.code}): {target}{again}{waits}"


def _group(scale: Scale, group: Group) -> Iterator[str]:
    yield f"group {group.id}: {', '.join(_selected(group)) or 'only when said'}"
    for parameter in group.parameters:
        yield f"  {parameter.id}{_unit(parameter)}: {_points(parameter)}"
    signs = scale.signs(group.id)
    for level in sorted(scale.levels, key=lambda level: level.rank):
        codes = [sign.code for sign in signs if sign.level == level.code]
        if codes:
            yield f"  signs for {level.code} ({len(codes)}): {', '.join(codes)}"


def _selected(group: Group) -> Iterator[str]:
    select = group.select
    sizes = (("months", select.age_months), ("cm", select.height_cm), ("kg", select.weight_kg))
    yield from (f"{_range(limits)} {unit}" for unit, limits in sizes if limits)
    if select.pregnant:
        yield "every pregnant patient"


def _unit(parameter: Parameter) -> str:
    if parameter.accepted is None:
        return ""
    odd = parameter.confirm_outside
    asks = f", asks outside {odd.min}-{odd.max}" if odd else ""
    return (
        f" [{parameter.unit or 'no unit'}, {parameter.accepted.min}-{parameter.accepted.max}"
        f" by {parameter.resolution}{asks}]"
    )


def _points(parameter: Parameter) -> str:
    if parameter.cases:
        return "; ".join(f"{parameter.by} {case}: {_bands(bands)}" for case, bands in parameter.cases.items())
    words = _options((*parameter.options, *parameter.findings))
    return ", ".join(part for part in (_bands(parameter.bands), words) if part)


def _bands(bands: Sequence[Band]) -> str:
    return ", ".join(f"{_range(band)} = {band.score}" for band in bands)


def _options(options: Sequence[Option]) -> str:
    return ", ".join(f"{option.code} = {option.score}" for option in options)


def _range(limits: Range) -> str:
    if limits.min is None:
        return f"<= {limits.max}" if limits.max is not None else "any"
    if limits.max is None:
        return f">= {limits.min}"
    return f"{limits.min}" if limits.min == limits.max else f"{limits.min}-{limits.max}"
