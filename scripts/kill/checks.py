"""What is promised, as functions from ledger and facts to a list of what is wrong; empty is kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from scripts.kill.facts import Facts
from scripts.kill.ledger import Change, Ledger

OPEN = ("planned", "arrived", "triaged", "in-progress")
CHANNELS = ("gp-summary", "shared-record")
# The event each kind of change leaves behind; a draft leaves none.
_EVENTS = {
    "arrival": "checked-in",
    "assessment": "assessed",
    "seen": "seen",
    "place": "placed",
    "take": "taken",
    "note": "note-written",
    "diagnosis": "diagnosis-set",
    "left": "left",
    "finish": "finished",
    "undo": "finish-undone",
}


_EXPECTED = {"take": ("already-taken",), "undo": ("undo-too-late", "letter-has-left")}
"""What may be refused: somebody else was first, or the server was away for longer than the window."""


def nobody_in_doubt(ledger: Ledger, _facts: Facts) -> Iterator[str]:
    """Asked again with the same key, every change ended in a yes or a no, and only in an expected no."""
    for change in ledger.changes:
        if change.outcome == "unknown":
            yield f"{change.kind} {change.key} never got an answer"
        elif change.outcome == "refused" and change.problem not in _EXPECTED.get(change.kind, ()):
            yield f"{change.kind} {change.key} was refused after {change.tries} tries: {change.problem}"


def acknowledged_is_there_once(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """Arrivals, assessments, notes and diagnoses: each marker exactly once."""
    places: dict[str, Counter[str]] = {
        "arrival": _found((row["complaint"] for row in facts.encounters.values()), ledger, "arrival"),
        "assessment": _found(facts.reasons.elements(), ledger, "assessment"),
        "note": _found((words for _, words in facts.notes), ledger, "note"),
        "diagnosis": _found(facts.diagnoses.elements(), ledger, "diagnosis"),
    }
    for kind, found in places.items():
        for change in ledger.changes:
            if change.kind == kind:
                yield from _wrong_count(change, found[change.marker])


def _found(texts: Iterable[str | None], ledger: Ledger, kind: str) -> Counter[str]:
    markers = {change.marker for change in ledger.changes if change.kind == kind}
    return Counter(word for words in texts for word in (words or "").split() if word in markers)


def _wrong_count(change: Change, times: int) -> Iterator[str]:
    if change.outcome == "ok" and times == 0:
        yield f"LOST: {change.kind} {change.marker} was acknowledged and is not there"
    if change.outcome == "refused" and times > 0:
        yield f"{change.kind} {change.marker} was refused and is there"
    if times > 1:
        yield f"TWICE: {change.kind} {change.marker} is there {times} times"


def drafts_are_kept(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """The last acknowledged draft of each patient stands as draft, or has become the signed note."""
    last = {str(change.encounter): change for change in ledger.acknowledged("draft")}
    finished = ledger.finished()
    for encounter, change in last.items():
        kept = facts.notes if encounter in finished else facts.drafts
        times = sum(id == encounter and change.marker in words for id, words in kept)
        yield from _wrong_count(change, times)


def events_match_changes(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """Per patient as many events of each kind as changes were acknowledged; no patient nobody asked for."""
    told = ledger.by_encounter()
    for encounter in facts.encounters.keys() - told.keys():
        yield f"TWICE: encounter {encounter} is there and nobody was told"
    for encounter, kinds in told.items():
        logged = facts.events.get(encounter, Counter())
        for kind, event in _EVENTS.items():
            if logged[event] != kinds[kind]:
                yield f"{encounter}: {kinds[kind]} x {kind} acknowledged, {logged[event]} in the log"


def numbers_have_no_gap(_ledger: Ledger, facts: Facts) -> Iterator[str]:
    """Each unit's log counts 1, 2, 3 to where its counter stands."""
    for unit, counter in facts.counters.items():
        if facts.numbers.get(unit, []) != list(range(1, counter + 1)):
            yield f"the log of {unit} has a gap or a double below {counter}"


def one_doctor_each(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """Of doctors who take one patient at the same moment one was told yes, and that one is responsible."""
    winners: dict[str, list[str]] = {}
    for change in ledger.acknowledged("take"):
        winners.setdefault(str(change.encounter), []).append(change.answer["doctor_id"])
    for encounter, doctors in winners.items():
        stored = facts.encounters.get(encounter, {}).get("doctor_id")
        if doctors != [stored]:
            yield f"{encounter}: {len(doctors)} doctors were told yes, and {stored} is responsible"


def nobody_missing_on_the_board(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """Rows, count, the database and what clients know of who is still here are the same."""
    shown = {row["id"] for row in facts.board["rows"]}
    stored = {id for id, row in facts.encounters.items() if row["status"] in OPEN}
    gone = ledger.finished() | {str(change.encounter) for change in ledger.acknowledged("left")}
    here = {change.answer["id"] for change in ledger.acknowledged("arrival")} - gone
    if facts.board["count"] != len(facts.board["rows"]):
        yield f"count {facts.board['count']}, but {len(facts.board['rows'])} rows"
    for name, found in (("board", shown), ("database", stored)):
        if found != here:
            yield f"{name}: {len(here - found)} missing, {len(found - here)} too many"


def pages_show_what_was_said(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """A doctor who opens the page finds every acknowledged note and diagnosis on it once."""
    for encounter, page in facts.pages.items():
        words = json.dumps([page["notes"], page["diagnoses"]], ensure_ascii=False)
        for change in ledger.acknowledged():
            if change.encounter == encounter and change.kind in ("note", "diagnosis"):
                yield from _wrong_count(change, words.count(change.marker))


def finished_is_sent_once(ledger: Ledger, facts: Facts) -> Iterator[str]:
    """One letter per channel and finished patient, acknowledged by the receiver's own receipt."""
    finished = ledger.finished()
    written = Counter((row["encounter_id"], row["channel"]) for row in facts.messages)
    for encounter in finished:
        for channel in CHANNELS:
            if written[encounter, channel] != 1:
                yield f"{encounter}: {written[encounter, channel]} messages for {channel}"
    for row in facts.messages:
        if row["encounter_id"] not in finished:
            yield f"{row['encounter_id']}: a message without a finished encounter"
        if row["state"] != "acknowledged":
            yield f"{row['channel']} {row['message_id']} is {row['state']} ({row['reason']})"
        elif not facts.receipts[row["id"]]:
            yield f"{row['channel']} {row['message_id']} is acknowledged without a receipt"
    if facts.conclusions != Counter(finished):
        yield "conclusions and finished encounters are not the same"


def receivers_have_each_once(_ledger: Ledger, facts: Facts) -> Iterator[str]:
    """The GP and the shared record hold exactly our messages, each with one identity and content."""
    ours = {(row["channel"], row["sent_as"]): row["sha256"] for row in facts.messages}
    theirs = Counter((row["channel"], row["message_id"]) for row in facts.received)
    for channel, id in ours.keys() - theirs.keys():
        yield f"LOST: {channel} {id} never reached its receiver"
    for channel, id in theirs.keys() - ours.keys():
        yield f"TWICE: the receiver of {channel} has {id}, which we never wrote"
    for row in facts.received:
        key = (row["channel"], row["message_id"])
        if theirs[key] != 1 or row["different_bodies"] or ours.get(key, row["sha256"]) != row["sha256"]:
            yield f"{row['channel']} {row['message_id']} came with more than one content"


def repeats_get_the_same_answer(ledger: Ledger, _facts: Facts) -> Iterator[str]:
    """The same key again, also after a restart, gives the first answer."""
    yield from ledger.repeats_differed


Check = Callable[[Ledger, Facts], Iterator[str]]
CHECKS: tuple[Check, ...] = (
    nobody_in_doubt,
    acknowledged_is_there_once,
    drafts_are_kept,
    events_match_changes,
    numbers_have_no_gap,
    one_doctor_each,
    nobody_missing_on_the_board,
    pages_show_what_was_said,
    finished_is_sent_once,
    receivers_have_each_once,
    repeats_get_the_same_answer,
)


def vacuous(ledger: Ledger, *, kills: int, wanted_kills: int) -> Iterator[str]:
    """Why a run proves nothing: too few kills, or too little was acknowledged, in doubt, repeated or sent."""
    for what, found, least in (
        ("kills in the time given", kills, 0.8 * wanted_kills),
        ("acknowledged changes", ledger.count("ok"), 5 * wanted_kills),
        ("finished encounters", len(ledger.finished()), wanted_kills // 2),
        ("signatures taken back", len(ledger.acknowledged("undo")), wanted_kills // 10),
        ("changes in doubt", sum(change.in_doubt > 0 for change in ledger.changes), wanted_kills // 2),
        ("repeated changes", ledger.repeated, wanted_kills // 2),
    ):
        if found < least:
            yield f"{found} {what}, at least {least:g} are needed"
