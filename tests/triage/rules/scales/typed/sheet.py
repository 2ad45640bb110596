"""A chart as somebody typed it from its source, and every way in which a scale may differ from it.

Nothing here is read from the scale files: that is the point. The tests assert that `faults` finds nothing;
`scripts/mutate_scales` asserts that it finds something after a change of any single cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.errors import Refused
from triage.rules.scales.engine import Evaluation, evaluate
from triage.rules.scales.possible import Span, rows
from triage.rules.scales.scale import Scale
from triage.rules.scales.values import Findings, Value


@dataclass(frozen=True, kw_only=True)
class Range:
    """What can be measured, and what is measured without surprise; the unit is UCUM."""

    unit: str
    step: str  # of the table
    possible: tuple[str, str]
    usual: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Column:
    """One row of the chart: value=points, at both ends of every column and where rounding decides."""

    edges: str
    reads: str = ""  # the measurement, where the chart calls it otherwise
    with_: Mapping[str, str] = field(default_factory=dict)  # the other answers it needs
    range: Range | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """Findings and what follows from them besides points."""

    group: str
    values: str = ""
    signs: str = ""
    age_months: int | None = None
    at_least: int | None = None  # rank
    notices: str | None = None
    why: str | None = None  # code among the deciding
    monitor: int | None = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A whole chart."""

    scale: str
    columns: Mapping[str, Mapping[str, Column]]  # group -> parameter
    recorded: Mapping[str, Range | str]  # ranges, or the answers
    recorded_group: str
    ages: str  # months=group
    lengths: str = ""
    assumed: str
    youngest_months: int = 0
    not_pregnant: bool = False
    levels: str  # code=rank/target/queue, most urgent first
    totals: str  # total=level
    signs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # group -> level -> codes
    cases: tuple[Case, ...] = ()
    monitor: str = ""  # total=minutes
    helper: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)  # choices besides, all of them


def faults(sheet: Sheet, scale: Scale) -> Iterator[str]:
    """Every difference between the chart and the scale, in words."""
    if scale.id != sheet.scale:
        yield f"id: {scale.id}"
    yield from _groups(sheet, scale)
    yield from _levels(sheet, scale)
    for group, columns in sheet.columns.items():
        yield from _columns(scale, group, columns)
    yield from _recorded(sheet, scale)
    yield from _signs(sheet, scale)
    for case in sheet.cases:
        yield from _case(scale, case)


def pairs(text: str) -> list[tuple[str, str]]:
    """`0=3 14=3` as pairs."""
    return [(value, points) for value, points in (pair.split("=") for pair in text.split())]


def typed(text: str) -> Value:
    """A number when it looks like one, else an answer; `'2'` is an answer too."""
    if text.startswith("'"):
        return text.strip("'")
    return Decimal(text) if text[0].isdigit() or text[0] == "-" else text


def values(text: str) -> dict[str, Value]:
    """`rr=15 avpu=A` as findings."""
    return {name: typed(value) for name, value in pairs(text)}


def asked(scale: Scale, group: str, measured: Mapping[str, Value], **more: object) -> Evaluation:
    """The scale's answer, without the refusal of ages: the group is said."""
    return evaluate(scale, Findings(values=measured, **more), group=group)  # type: ignore[arg-type]


def refusal(scale: Scale, group: str | None, findings: Findings) -> dict[str, object] | None:
    """Code and facts of the refusal, None when there was none."""
    try:
        evaluate(scale, findings, group=group)
    except Refused as refused:
        return {"code": refused.code, **refused.facts}
    return None


def _columns(scale: Scale, group: str, columns: Mapping[str, Column]) -> Iterator[str]:
    counted = {part.parameter for part in asked(scale, group, {}).parts}
    if counted != set(columns):
        yield f"{group}: counts {sorted(counted)}"
    for name, column in columns.items():
        yield from _column(scale, group, name, column)


def _column(scale: Scale, group: str, name: str, column: Column) -> Iterator[str]:
    reads = column.reads or name
    others = {other: typed(answer) for other, answer in column.with_.items()}
    for value, points in pairs(column.edges):
        yield from _edge(scale, (group, name, reads), others, (value, points))
    if column.range is not None:
        yield from _range(scale, group, reads, column.range, others)
        return
    refused = refusal(scale, group, Findings(values={**others, reads: "none-of-them"})) or {}
    answers = {str(typed(value)) for value, _ in pairs(column.edges)}
    offered = refused.get("options")
    if not isinstance(offered, list) or set(offered) != answers:
        yield f"{group}.{name}: answers {refused}"


def spo2_scale_2(scale: Scale, on_air: Column, on_oxygen: Column) -> Iterator[str]:
    """The second SpO2 scale of NEWS2 against its two rows, and that it alone counts when chosen."""
    for column in (on_air, on_oxygen):
        yield from _column(scale, "adult", "spo2_scale2", column)
    counted = {part.parameter for part in asked(scale, "adult", {"spo2_scale": "2"}).parts}
    if "spo2_scale1" in counted or "spo2_scale2" not in counted:
        yield f"scale 2: counts {sorted(counted)}"
    waiting = asked(scale, "adult", {"spo2_scale": "2", "spo2": Decimal(97)})
    if any(part.points is not None for part in waiting.parts):
        yield "scale 2: gives points without knowing air or oxygen"


def _edge(
    scale: Scale, where: tuple[str, str, str], others: Mapping[str, Value], edge: tuple[str, str]
) -> Iterator[str]:
    (group, name, reads), (value, points) = where, edge
    try:
        said = asked(scale, group, {**others, reads: typed(value)})
    except Refused as refused:
        yield f"{group}.{name} {value}: {refused.code}"
        return
    part = next((part for part in said.parts if part.parameter == name), None)
    if part is None or str(part.points) != points:
        yield f"{group}.{name} {value}: {part and part.points}, typed {points}"


def _range(scale: Scale, group: str, name: str, limits: Range, others: Mapping[str, Value]) -> Iterator[str]:
    low, high = (Decimal(end) for end in limits.possible)
    step = Decimal(limits.step)
    hair = step / 10
    for value in (low, high):
        if found := refusal(scale, group, Findings(values={**others, name: value})):
            yield f"{group}.{name} {value}: {found}"
    for value in (low - hair, high + hair):
        found = refusal(scale, group, Findings(values={**others, name: value}))
        if found is None or (found["code"], found["min"], found["max"]) != (
            "value-not-possible",
            str(low),
            str(high),
        ):
            yield f"{group}.{name} {value}: {found}"
    wrong = refusal(scale, group, Findings(values={**others, name: high}, units={name: "furlong"}))
    if wrong is None or wrong.get("expected") != limits.unit:
        yield f"{group}.{name}: unit {wrong}"
    yield from _usual(scale, group, name, limits, others)


def _usual(scale: Scale, group: str, name: str, limits: Range, others: Mapping[str, Value]) -> Iterator[str]:
    step = Decimal(limits.step)
    least, most = (Decimal(end) for end in limits.possible)
    ends = [Decimal(end) for end in limits.usual or limits.possible]
    beyond = {ends[0] - step, ends[1] + step}
    # A hair's breadth outside is rounded: upward at the lower end and downward at the upper one.
    near = {ends[0] - step / 2, ends[1] + step * Decimal("0.4")}
    for value in sorted({*ends, *beyond, *near}):
        if not least <= value <= most:
            continue
        said = asked(scale, group, {**others, name: value}).to_confirm
        found = [(odd.parameter, odd.value, odd.min, odd.max) for odd in said if odd.parameter == name]
        wanted = [(name, str(value), str(ends[0]), str(ends[1]))] if value in beyond else []
        if found != wanted:
            yield f"{group}.{name} {value}: to confirm {found}"


def _recorded(sheet: Sheet, scale: Scale) -> Iterator[str]:
    for name, limits in sheet.recorded.items():
        if isinstance(limits, Range):
            yield from _range(scale, sheet.recorded_group, name, limits, {})
            continue
        refused = refusal(scale, sheet.recorded_group, Findings(values={name: "none-of-them"}))
        if refused is None or refused.get("options") != limits.split():
            yield f"recorded {name}: {refused}"
    names = {parameter.id for parameter in scale.recorded}
    if names != set(sheet.recorded):
        yield f"recorded: {sorted(names ^ set(sheet.recorded))}"
    for name, answers in sheet.answers.items():
        refused = refusal(scale, sheet.recorded_group, Findings(values={name: "none-of-them"}))
        if refused is None or refused.get("options") != answers.split():
            yield f"{name}: {refused}"


def _groups(sheet: Sheet, scale: Scale) -> Iterator[str]:
    for kind, text in (("age_months", sheet.ages), ("height_cm", sheet.lengths)):
        for value, group in pairs(text):
            number = int(value) if kind == "age_months" else Decimal(value)
            found = evaluate(scale, Findings(**{kind: number})).group  # type: ignore[arg-type]
            if found != group:
                yield f"{kind} {value}: {found}"
    said = evaluate(scale, Findings())
    if (said.group, said.group_assumed) != (sheet.assumed, True):
        yield f"assumed: {said.group}"
    if sheet.youngest_months:
        found_young = refusal(scale, None, Findings(age_months=sheet.youngest_months - 1))
        if found_young is None or found_young["code"] != "scale-not-for-patient":
            yield f"too young: {found_young}"
    pregnant = refusal(scale, None, Findings(age_months=360, pregnant=True))
    if (pregnant is not None) != sheet.not_pregnant:
        yield f"pregnant: {pregnant}"


def _levels(sheet: Sheet, scale: Scale) -> Iterator[str]:
    found = [f"{x.code}={x.rank}/{x.target_minutes}/{x.queue}" for x in scale.levels]
    if found != sheet.levels.split():
        yield f"levels: {found}"
    if any(level.reassess_minutes is not None for level in scale.levels):
        yield "levels: no source gives intervals"
    if scale.helper != sheet.helper:
        yield f"helper: {scale.helper}"
    for total, level in pairs(sheet.totals):
        rows_of = [row.level for row in rows(scale, Span(int(total), int(total)))]
        if rows_of != [level]:
            yield f"total {total}: {rows_of}"
    for total, minutes in pairs(sheet.monitor):
        every = [str(row.minutes) for row in scale.monitor if row.holds(int(total))]
        if every != [minutes]:
            yield f"monitor at {total}: {every}"


def _signs(sheet: Sheet, scale: Scale) -> Iterator[str]:
    if set(scale.discriminators) != set(sheet.signs):
        yield f"signs of {sorted(scale.discriminators)}"
    ranks = {code: level.rank for code, level in ((level.code, level) for level in scale.levels)}
    for group, by_level in sheet.signs.items():
        listed = {code: level for level, codes in by_level.items() for code in codes.split()}
        if {sign.code for sign in scale.signs(group)} != set(listed):
            yield f"signs of {group}: {sorted({sign.code for sign in scale.signs(group)} ^ set(listed))}"
            continue
        for code, level in listed.items():
            said = asked(scale, group, {}, discriminators=frozenset({code}))
            if (said.at_least, [each.code for each in said.deciding if each.kind == "sign"]) != (
                ranks.get(level),
                [code],
            ):
                yield f"{group} {code}: {said.at_least}"


def _case(scale: Scale, case: Case) -> Iterator[str]:
    findings = Findings(
        age_months=case.age_months,
        values=values(case.values),
        discriminators=frozenset(case.signs.split()),
    )
    said = evaluate(scale, findings, group=case.group)
    notices = set(said.notices) - {"incomplete", "not-settled"}
    if case.at_least is not None and said.at_least != case.at_least:
        yield f"{case}: at least {said.at_least}"
    if case.notices is not None and notices != set(case.notices.split()):
        yield f"{case}: {sorted(notices)}"
    if case.why is not None and case.why not in {reason.code for reason in said.deciding}:
        yield f"{case}: decided by {said.deciding}"
    if case.monitor is not None and said.monitor_minutes != case.monitor:
        yield f"{case}: every {said.monitor_minutes}"
