"""What is promised, as functions from facts to a list of what is wrong; empty is kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from scripts.letters.facts import Facts

FINAL = ("acknowledged", "rejected", "contradicted", "given-up")
_TASKS = {
    "unknown": "unmatched-receipt",
    "unreadable": "unreadable-receipt",
    "other-receiver": "other-receiver",
}


def each_encounter_has_its_letters(facts: Facts, channels: Sequence[str]) -> Iterator[str]:
    """One letter per channel and finished encounter, and none besides."""
    written = Counter((row["encounter_id"], row["channel"]) for row in facts.letters)
    wanted = facts.finished * len(channels)
    if len(facts.letters) != wanted or any(times != 1 for times in written.values()):
        yield f"{len(facts.letters)} letters for {facts.finished} encounters, {wanted} are wanted"


def receivers_hold_each_exactly_once(facts: Facts, _channels: Sequence[str]) -> Iterator[str]:
    """Every letter that was written is there, once, with the bytes it was fixed with; and nothing else is."""
    ours = {(row["channel"], row["sent_as"]): row["sha256"] for row in facts.letters}
    theirs = Counter((row["channel"], row["message_id"]) for row in facts.received)
    for channel, id in ours.keys() - theirs.keys():
        yield f"LOST: {channel} {id} never reached its receiver"
    for channel, id in theirs.keys() - ours.keys():
        yield f"TWICE: the receiver of {channel} has {id}, which nobody wrote"
    for row in facts.received:
        key = (row["channel"], row["message_id"])
        if theirs[key] != 1 or row["different_bodies"] or ours.get(key) != row["sha256"]:
            yield f"{row['channel']} {row['message_id']} is there with more than one content"


def nothing_waits_and_the_balance_is_zero(facts: Facts, _channels: Sequence[str]) -> Iterator[str]:
    """written = delivered + for a person + by hand, on every line; nothing is under way for ever."""
    for line in facts.days:
        rest = line.written - line.acknowledged - line.for_a_person - line.by_hand
        if rest or line.waiting:
            yield f"{line.receiver}: written {line.written}, {rest} unaccounted for, {line.waiting} wait"
    if sum(line.written for line in facts.days) != len(facts.letters):
        yield "the balance does not count every letter"


def delivered_is_the_receivers_only_word(facts: Facts, _channels: Sequence[str]) -> Iterator[str]:
    """Delivered is what the receiver has said yes to and never no; all else is on a person's list."""
    said = defaultdict[str, set[str]](set)
    for told in facts.told:
        if told["said"] in ("accepted", "rejected"):
            said[told["document"]].add(told["said"])
    for row in facts.letters:
        if row["channel"] != "gp-summary":
            continue
        words = said[row["sent_as"]]
        if (row["state"] == "acknowledged") != (words == {"accepted"}):
            yield f"{row['sent_as']} is {row['state']}, and the receiver said {sorted(words) or 'nothing'}"


def every_exception_is_on_the_list(facts: Facts, _channels: Sequence[str]) -> Iterator[str]:
    """Each letter that is not delivered, and each stray receipt, stands on the list, and is counted."""
    undelivered = {row["sent_as"] for row in facts.letters if row["state"] != "acknowledged"}
    for id in undelivered - facts.letters_listed:
        yield f"{id} is not delivered, and on nobody's list"
    for id in facts.letters_listed - undelivered:
        yield f"{id} is delivered, and on the list all the same"
    listed = set(facts.tasks)
    for told in facts.told:
        if told["said"] in _TASKS and (_TASKS[told["said"]], told["id"]) not in listed:
            yield f"a receipt of the kind {told['said']} is on nobody's list"
    if facts.for_a_person != len(facts.letters_listed) + len(facts.tasks):
        listed_now = len(facts.letters_listed) + len(facts.tasks)
        yield f"the screen says {facts.for_a_person}, and {listed_now} are listed"


Check = Callable[[Facts, Sequence[str]], Iterator[str]]
CHECKS: tuple[Check, ...] = (
    each_encounter_has_its_letters,
    receivers_hold_each_exactly_once,
    nothing_waits_and_the_balance_is_zero,
    delivered_is_the_receivers_only_word,
    every_exception_is_on_the_list,
)


def vacuous(facts: Facts, *, encounters: int, kills: int, wanted_kills: int) -> Iterator[str]:
    """Why a run proves nothing: too few letters, kills or exceptions."""
    again = sum(row["attempts"] > 1 for row in facts.received)
    kinds = Counter(told["said"] for told in facts.told)
    wanted = encounters // 200 or encounters // 50  # chance owes a short run nothing
    for what, found, least in (
        ("finished encounters", facts.finished, encounters),
        ("kills", kills, wanted_kills),
        ("letters that came more than once", again, wanted),
        ("rejections", kinds["rejected"], wanted),
        ("stray receipts", sum(kinds[kind] for kind in _TASKS), wanted),
    ):
        if found < least:
            yield f"{found} {what}, at least {least} are needed"
