"""The agreement of two scales as lines to read (samsvarsrapport)."""

from __future__ import annotations

from collections.abc import Iterator

from triage.queries.scale_agreement import ScaleReport


def report(found: ScaleReport) -> Iterator[str]:
    """Counts per pair of levels, kappa, over- and under-triage, and whom to read first."""
    said = found.agreement
    yield f"{found.other} against {found.used or 'the scale in use'}: {found.assessments} assessments"
    yield f"  compared {said.compared}; not made for, or not asked of, {found.not_for_patient}"
    yield (
        f"  not settled: only {found.used or 'in use'} {said.unsettled_used}, only {found.other}"
        f" {said.unsettled_other}, both {said.unsettled_both}"
    )
    if not said.compared:
        return
    yield from _table(found)
    kappa = "not defined" if said.kappa is None else f"{said.kappa:.3f}"
    yield f"  same level {_share(said.same, said.compared)}, quadratic weighted kappa {kappa}"
    yield (
        f"  {found.other} more urgent (over-triage) {_share(said.over, said.compared)},"
        f" less urgent (under-triage) {_share(said.under, said.compared)}"
    )
    if said.worst:
        yield "  apart by two levels or more, read these first:"
        yield from (f"    {each.id}  {each.used} -> {each.other}" for each in said.worst)


def _table(found: ScaleReport) -> Iterator[str]:
    counts = {(pair.used, pair.other): pair.count for pair in found.agreement.pairs}
    ranks = range(1, 6)
    yield f"  rank by {found.used} (down) and {found.other} (across)"
    yield "      " + "".join(f"{rank:>7}" for rank in ranks)
    for used in ranks:
        row = [counts.get((used, other), 0) for other in ranks]
        if any(row):
            yield f"    {used} " + "".join(f"{count or '.':>7}" for count in row)


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / whole:.1f} %)"
