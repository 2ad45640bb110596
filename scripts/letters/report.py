"""What a letters run says: how fast it went, what became of the letters, and which promises were kept."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from scripts.letters.checks import CHECKS, vacuous
from scripts.letters.facts import Facts


@dataclass(slots=True)
class Run:
    """What happened while it ran."""

    kills: int = 0
    writing: float = 0.0  # seconds
    fair: float = 0.0  # letters settled a second, in good weather
    stormy: float = 0.0  # letters that left a second on the bad night, while we were up
    down: float = 0.0  # seconds from each kill until we are ready again
    draining: float = 0.0
    curve: list[tuple[float, int]] = field(default_factory=list)  # seconds, letters that wait
    bare: float = 0.0  # posts a second
    saves: tuple[int, float, float] = (0, 0.0, 0.0)  # of a nurse meanwhile: how many, p50 and p99 in seconds


def report(given: argparse.Namespace, run: Run, found: Facts) -> int:
    """Print it; 0 when everything promised was kept, and there was enough of it to count."""
    states, sent = Counter(row["state"] for row in found.letters), found.received
    kinds = Counter(told["said"] for told in found.told)
    gone = len(found.letters)
    saves, usual, slowest = run.saves
    print(f"letters run on {given.database}, seed {given.seed}: {', '.join(given.channels)}")
    _line(
        "encounters finished",
        found.finished,
        f"in {run.writing:.0f} s, {min(given.by_hand, found.finished)} by hand; {gone} letters",
    )
    _line("kills", f"{run.kills}/{given.kills}", "of our own process")
    _line("in good weather", f"{run.fair:.0f}", "letters a second, each with its receipt")
    _line(
        "on a bad night", f"{run.stormy:.0f}", "letters a second that we were up; with pauses for the weather"
    )
    _line("fastest ten seconds", f"{_fastest(run.curve):.0f}", "letters a second, on the bad night")
    _line(
        "the bad night", f"{run.draining:.0f} s", f"to the last letter; {run.down:.0f} s of it we were down"
    )
    _line("a nurse's save", f"{usual * 1000:.0f} ms", f"p99 {slowest * 1000:.0f} ms, {saves} meanwhile")
    _line("bare HTTP client", f"{run.bare:.0f}", "posts of the same bytes a second, nothing kept")
    _line("sendings", sum(row["attempts"] for row in sent), f"of {len(sent)} letters at the receivers")
    _line("delivered", states["acknowledged"], "on the receiver's own receipt, and never contradicted")
    others = ", ".join(f"{n} {state}" for state, n in sorted(states.items()) if state != "acknowledged")
    _line("for a person", found.for_a_person, f"{others}; {len(found.tasks)} in the inbox")
    _line("said by receivers", sum(kinds.values()), ", ".join(f"{n} {k}" for k, n in sorted(kinds.items())))
    print()
    broken = 0
    for check in CHECKS:
        wrong = list(check(found, given.channels))
        broken += bool(wrong)
        print(f"  {'FAILED' if wrong else 'kept  '}  {check.__name__.replace('_', ' ')}")
        for each in wrong[:5]:
            print(f"            {each}")
        if len(wrong) > 5:
            print(f"            and {len(wrong) - 5} more")
    for why in vacuous(found, encounters=given.encounters, kills=run.kills, wanted_kills=given.kills):
        broken += 1
        print(f"  VACUOUS   {why}")
    print(f"\n{'FAILED' if broken else 'kept: each letter once, and every exception on a list'}")
    return 1 if broken else 0


def _fastest(curve: Sequence[tuple[float, int]]) -> float:
    best = 0.0
    for n, (at, waits) in enumerate(curve):
        end = next((each for each in curve[n:] if each[0] - at >= 10), None)
        if end:
            best = max(best, (waits - end[1]) / (end[0] - at))
    return best


def _line(what: str, figure: object, remark: str) -> None:
    print(f"  {what:<22} {figure!s:>8}  {remark}".rstrip())
