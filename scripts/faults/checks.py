"""What was promised, each as one question to the ledger; every broken promise is one line of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from scripts.faults.ledger import Ledger, Save

SLACK = 1.5
"""Seconds that this program itself may be late with looking."""

_BROWSER_SLACK = 3.0  # a page looks at its own age once a second, and a busy machine draws late
_FACTOR, _HARDLY_FELT = 5, 1.0
"""How much longer, and at least how many seconds, half of all changes take if frozen screens are waited for.
The slowest of a hundred is only printed: a busy machine makes it slow too."""

_GOES = ("left", "finished")


def all_show_the_record(ledger: Ledger) -> Iterator[str]:
    """When everything is well again every screen shows exactly the record, as new."""
    for final in ledger.finals:
        if final.stale:
            yield f"{final.screen} still says that it is old"
        if final.print != final.truth.prints[final.shown]:
            yield f"{final.screen} shows another {final.shown} than the record at {final.truth.seq}"


def what_is_shown_as_new_is_new(ledger: Ledger) -> Iterator[str]:
    """No screen showed an old picture without saying so."""
    for sample in ledger.samples:
        oldest = ledger.seq_at(sample.at - ledger.silence - SLACK)
        if not sample.stale and sample.seq < oldest:
            yield (
                f"{sample.screen} at {sample.at:.1f} s showed {sample.seq} as new; "
                f"{oldest} was {ledger.silence + SLACK:.1f} s old"
            )


def browsers_show_who_is_here(ledger: Ledger) -> Iterator[str]:
    """A wall that does not say it is old shows everybody who is here, and nobody who went long ago."""
    here = _here_by_seq(ledger)
    for seen in ledger.seen:
        if seen.stale:
            continue
        first = ledger.seq_at(seen.began - ledger.silence - _BROWSER_SLACK)
        last = ledger.seq_just_after(seen.ended)
        states = here[first : last + 1]
        missing = frozenset.intersection(*states) - seen.ids
        gone = seen.ids - frozenset.union(*states)
        if missing or gone:
            yield f"{seen.browser} at {seen.began:.1f} s: {len(missing)} missing, {len(gone)} gone long ago"


def _here_by_seq(ledger: Ledger) -> list[frozenset[str]]:
    """Who was here after each number of the log; at 0 nobody."""
    here: list[frozenset[str]] = [frozenset()]
    for _, kind, encounter in ledger.steps:
        changed = here[-1] - {encounter} if kind in _GOES else here[-1] | {encounter}
        here.append(changed if encounter else here[-1])
    return here


def proven_pictures_are_true(ledger: Ledger) -> Iterator[str]:
    """What the service says is whole is what the record was at that number."""
    known = {(truth.epoch, truth.seq): truth.prints for truth in ledger.truths}
    for proof in ledger.proofs:
        prints = known.get((proof.epoch, proof.seq))
        if prints is not None and prints[proof.shown] != proof.print:
            yield f"{proof.screen}: a {proof.shown} at {proof.seq} that never was"


def numbers_never_jump(ledger: Ledger) -> Iterator[str]:
    """Within an epoch each step has the next number, over every break."""
    yield from ledger.jumps
    if ledger.counts["out of step"]:
        yield f"{ledger.counts['out of step']} times a screen found itself out of step"


def beats_come(ledger: Ledger) -> Iterator[str]:
    """Screens on a good line hear something all the time while there is a server."""
    most = 5 * ledger.silence / 12 + ledger.grace
    for screen, heard in ledger.heard.items():
        for before, after in pairwise(heard):
            away = any(down <= after and before <= up for down, up in ledger.down)
            if after - before > most and not away:
                yield f"{screen} heard nothing for {after - before:.1f} s from {before:.1f} s"


def nobody_is_missing(ledger: Ledger) -> Iterator[str]:
    """Everybody who was checked in and has not gone is here, and no screen was told otherwise."""
    came = {save.encounter for save in ledger.saves}
    missing = came - ledger.left - ledger.open
    if missing:
        yield f"{len(missing)} were checked in, did not go, and are not here"
    if ledger.left & ledger.open:
        yield f"{len(ledger.left & ledger.open)} have gone and are still here"
    yield from ledger.alarms


def frozen_screens_delay_nobody(ledger: Ledger) -> Iterator[str]:
    """Beside frozen screens a save is answered, and shown on the others, as fast as without them."""
    for what, measure in (("answered", answered), ("shown", shown)):
        without, beside = (
            exceeded_by(0.5, measure(ledger, ledger.in_phase(phase))) for phase in ("without", "beside")
        )
        if beside > max(_HARDLY_FELT, _FACTOR * without):
            yield f"half {what} within {without:.2f} s without frozen screens, {beside:.2f} s beside them"
        if exceeded_by(0, measure(ledger, ledger.in_phase("beside"))) == float("inf"):
            yield f"a change beside frozen screens was never {what}"


def answered(_: Ledger, saves: list[Save]) -> list[float]:
    """Seconds from the button to the answer."""
    return [save.ended - save.began for save in saves]


def shown(ledger: Ledger, saves: list[Save]) -> list[float]:
    """Seconds from the button to each control screen; a change that was never shown took for ever."""
    return [
        min(
            (at for version, at in arrived.get(save.encounter, ()) if version >= save.version),
            default=float("inf"),
        )
        - save.began
        for arrived in ledger.arrived.values()
        for save in saves
    ]


def exceeded_by(share: float, seconds: list[float]) -> float:
    """The time that this share exceeds; 0 of none."""
    return sorted(seconds)[min(len(seconds) - 1, int((1 - share) * len(seconds)))] if seconds else 0.0


Check = Callable[[Ledger], Iterator[str]]
CHECKS: tuple[Check, ...] = (
    all_show_the_record,
    what_is_shown_as_new_is_new,
    browsers_show_who_is_here,
    proven_pictures_are_true,
    numbers_never_jump,
    beats_come,
    nobody_is_missing,
    frozen_screens_delay_nobody,
)


def vacuous(ledger: Ledger, wanted: Counter[str]) -> Iterator[str]:
    """Why a run proves nothing: too little of what it is about."""
    for what, least in wanted.items():
        if ledger.counts.get(what, 0) < least:
            yield f"{ledger.counts.get(what, 0)} {what}, at least {least} are needed"
