"""What is promised of the waiting room, as functions from the night to what is wrong; empty is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scripts.waiting.model import Need, Ring, Story, holding

RULES = ("target", "untriaged", "second-look", "reassess", "unseen")
RARE = ("unseen",)
"""What a few minutes of a night need not hold: whoever looks in often enough keeps it from ringing at all."""

LONG_ENOUGH = 60
"""Alarms from which on the rare ones must have been among them too."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One alarm as the ward has it in its table."""

    encounter: str
    rang_at: datetime
    ended_at: datetime | None
    taken_at: datetime | None
    again_at: datetime | None


@dataclass(slots=True)
class Night:
    """The night when it is over."""

    end: datetime
    slack: timedelta  # simulated time within which an alarm must ring
    stories: Mapping[str, Story]
    kept: Sequence[Kept]
    slipped: int = 0  # times somebody was found whom nobody watched over
    doubled: int = 0  # times a patient was seen with two active alarms
    nobodys: int = 0  # times an alarm neither rang nor had somebody who goes
    stood_still: float = (
        0.0  # seconds on the wall in which the night stood still, since the machine gave the run no time
    )


def lag(need: Need, rings: Sequence[Ring]) -> timedelta | None:
    """How long after it fell due it rang; None when it has not."""
    found = [ring.at for ring in rings if need.rule in ring.rules and ring.at >= need.since]
    if not found or (need.until is not None and found[0] > need.until):
        return None
    return found[0] - need.since


def nobody_due_is_left_without_an_alarm(night: Night) -> Iterator[str]:
    """Whatever fell due and was not mended within the slack has rung within it."""
    for encounter, told in night.stories.items():
        for need in told.needs:
            late = lag(need, told.rings)
            mended = (need.until or night.end) - need.since <= night.slack
            if (late is None and not mended) or (late is not None and late > night.slack):
                said = "never rang" if late is None else f"rang {late} late"
                yield f"{encounter}: {need.rule} due {need.since:%H:%M:%S} {said}"


def nothing_rings_without_a_reason(night: Night) -> Iterator[str]:
    """Each reason an alarm rang for had fallen due and held."""
    for encounter, told in night.stories.items():
        for ring in told.rings:
            false = ring.rules - {need.rule for need in ring.held}
            if false:
                yield f"{encounter}: rang {ring.at:%H:%M:%S} for {sorted(false)}, which did not hold"


def nothing_rings_twice_for_the_same(night: Night) -> Iterator[str]:
    """A ring is for something new, or one that was taken came to nothing in the time given."""
    for encounter, told in night.stories.items():
        for number, ring in enumerate(told.rings):
            known = {id(need) for before in told.rings[:number] for need in _rung_for(before)}
            new = any(id(need) not in known for need in _rung_for(ring))
            if not new and not _came_to_nothing(told, number):
                yield f"{encounter}: rang again {ring.at:%H:%M:%S} for {sorted(ring.rules)}"


def what_was_taken_and_not_done_rings_again(night: Night) -> Iterator[str]:
    """Once its time is up, within the slack, unless it was mended or something new rang meanwhile."""
    for encounter, told in night.stories.items():
        for taken in told.taken:
            limit = taken.again_at + night.slack
            held = [
                need for need in told.needs if need.since <= taken.at and (need.until or night.end) > limit
            ]
            rung = any(ring.at <= limit for ring in told.rings[taken.rings_before :])
            if held and limit < night.end and not rung:
                yield f"{encounter}: taken {taken.at:%H:%M:%S}, silent at {limit:%H:%M:%S}"


def at_most_one_alarm_per_patient(night: Night) -> Iterator[str]:
    """No two alarms of one patient are active at the same time."""
    if night.doubled:
        yield f"seen {night.doubled} times while the night was on"
    last: dict[str, Kept] = {}
    for each in sorted(night.kept, key=lambda one: (one.rang_at, one.ended_at or night.end)):
        before = last.get(each.encounter)
        if before and (before.ended_at is None or before.ended_at > each.rang_at):
            yield f"{each.encounter}: one from {before.rang_at:%H:%M:%S}, another {each.rang_at:%H:%M:%S}"
        last[each.encounter] = each


def an_alarm_ends_when_it_is_mended_and_not_before(night: Night) -> Iterator[str]:
    """One is active exactly while there is a reason for it."""
    for each in night.kept:
        told = night.stories[each.encounter]
        before = night.end - night.slack
        if each.ended_at is None and each.rang_at < before and not holding(told.needs, before):
            yield f"{each.encounter}: still active, and nothing is due"
        if each.ended_at is not None and each.ended_at > each.rang_at:
            between = each.rang_at + (each.ended_at - each.rang_at) / 2
            if not holding(told.needs, between):
                yield f"{each.encounter}: active {between:%H:%M:%S}, when nothing was due"


def every_alarm_rings_or_is_somebodys(night: Night) -> Iterator[str]:
    """At no moment looked at was there an alarm that neither rang nor had somebody who goes."""
    if night.nobodys:
        yield f"{night.nobodys} times"
    for each in night.kept:
        if (each.taken_at is None) != (each.again_at is None):
            yield f"{each.encounter}: taken without a time to ring again"


def nobody_slips_out_of_watch(night: Night) -> Iterator[str]:
    """Nobody who waits was found with nothing ahead and nothing ringing."""
    if night.slipped:
        yield f"{night.slipped} times"


def _rung_for(ring: Ring) -> list[Need]:
    return [need for need in ring.held if need.rule in ring.rules]


def _came_to_nothing(told: Story, number: int) -> bool:
    at = told.rings[number].at
    return any(taken.rings_before == number and taken.again_at <= at for taken in told.taken)


CHECKS: tuple[Callable[[Night], Iterator[str]], ...] = (
    nobody_due_is_left_without_an_alarm,
    nothing_rings_without_a_reason,
    nothing_rings_twice_for_the_same,
    what_was_taken_and_not_done_rings_again,
    at_most_one_alarm_per_patient,
    an_alarm_ends_when_it_is_mended_and_not_before,
    every_alarm_rings_or_is_somebodys,
    nobody_slips_out_of_watch,
)


def vacuous(night: Night, *, wanted: int) -> Iterator[str]:
    """What did not happen often enough for the checks to have said anything."""
    rang = [ring for told in night.stories.values() for ring in told.rings]
    long = wanted >= LONG_ENOUGH
    for rule in RULES:
        if (long or rule not in RARE) and not any(rule in ring.rules for ring in rang):
            yield f"nothing rang for {rule}"
    if len(rang) < wanted:
        yield f"only {len(rang)} alarms"
    if not any(told.taken for told in night.stories.values()):
        yield "no alarm was taken"
    rings = [(told, number) for told in night.stories.values() for number in range(len(told.rings))]
    if long and not any(_came_to_nothing(told, number) for told, number in rings):
        yield "no alarm that was taken came to nothing"
