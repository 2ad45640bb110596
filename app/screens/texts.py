"""The words on the screens (tekster): one catalogue per language, one key per sentence.

A key that is not there raises, so a screen never shows a key to a nurse. Families of keys whose last part
comes from the record (`level.<rank>`, `error.<code>`) are named in `FAMILIES`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("nb", "nn", "en")
"""Bokmål first; nynorsk and English are complete."""

FAMILIES = (
    "access.block_",  # whom the patient has blocked
    "access.choose_",  # whom to block
    "access.only_",  # what control shows
    "access.relation_",  # why somebody may open a record
    "access.what_",  # what was opened
    "access.why_",  # why a record needs a reason
    "alarm.rule_",  # why somebody must look
    "arrival.",  # how the patient came
    "calls.expected",  # a list of the operators, and their headings
    "calls.figure_",  # a number of the operators' strip
    "calls.none_",  # a list that is empty
    "calls.outcome_",  # what came of a call
    "calls.today",
    "calls.underway",
    "calls.urgency_",  # how urgent it was judged on the telephone
    "calls.waiting",
    "chart.",  # short name of a vital sign
    "composition.field_",  # a field of a sick note or a referral
    "composition.kind_",  # which of the two
    "composition.lack_",  # what must be there to sign it
    "composition.not_sent_",  # that it is handed over on paper
    "composition.part_",  # whom a sheet is for
    "composition.urgency_",  # how urgent a referral is
    "composition.way_",  # how it was handed over
    "coordinator.figure_",  # a number of the strip on top
    "coordinator.result_",  # what came of calling somebody back
    "dialogue.closed_",  # what became of a message from a GP
    "dialogue.in_",  # what it is
    "dialogue.out_",  # what we wrote
    "dialogue.topic_",  # what a question is about
    "critical.",  # critical information: what it is, how sure, from whom
    "desk.deed_",  # what can be done from the list
    "desk.done_",  # what was done
    "desk.filter_",  # whom the list shows
    "displays.chime_",  # whether it sounds
    "displays.kind_",  # what a screen shows
    "displays.names_",  # how it shows patients
    "displays.theme_",  # its colours
    "full_copy.who_",  # who asks to read a record
    "given.outcome_",  # what came of giving a medicine
    "given.route_",  # how it is given
    "given.unit_",  # units that are read in full
    "given.why_",  # why a standing order does not hold
    "error.",  # refusal, by code; `.facts` when the sentence tells the facts
    "flag.",  # note on the board
    "handing.state_",  # how far a proposal to hand over has come
    "identity.consent.",  # who decides about treatment, by age
    "identity.decision.",  # what is done about a letter in doubt
    "identity.kind.",  # how somebody came to be known as another
    "identity.may_know.",  # right to information
    "identity.number.",  # kind of number
    "identity.protection.",  # level of a protected address
    "identity.relation.",  # how somebody belongs to a patient
    "identity.script.",  # what was done, and the lines of a comparison
    "identity.value.",  # what a change changed
    "isbar.",  # heading of a hand-over
    "inbox.kind.",  # what waits in the inbox
    "inbox.todo.",  # what to do about it
    "inbox.why.",  # what a receipt said, or why it cannot be placed
    "level.",  # level by rank; 0 is not triaged
    "medicines.",  # medicines: from whom, what is changed
    "message.",  # message out, by channel and by state
    "mine.kind_",  # what is not signed
    "mine.referral_",  # how far a referral has come
    "missing.",  # what is missing before signing
    "nav.",  # name of a screen
    "note.",  # heading of a note
    "observation.end_",  # why an observation ended
    "operations.column_",  # heading of a table
    "operations.group_",  # letters by what they wait for
    "operations.ready.",  # a point of readiness, and what it says
    "operations.script.",  # what the page says by itself
    "operations.state_",  # how a point is
    "operations.usual_",  # an ordinary such day
    "operations.weekday_",
    "option.",  # answer of a triage scale, where the chart's own words are too long
    "orders.category.",  # kind of order
    "orders.follow_up.",  # who follows up
    "orders.high",
    "orders.low",
    "orders.no_",  # a list that is empty
    "orders.result.",  # how sure a result is
    "orders.status.",  # how far an order has come
    "orders.unit_",  # lists of the unit
    "outcome.",  # how the encounter ended
    "own.kind_",  # passkey or authenticator app
    "own.method_",  # how somebody signed in
    "own.what_",  # what happened at the door
    "parameter.",  # vital sign or answer that a scale asks for
    "patient.critical_",  # critical information in short
    "patient_copy.follow_",  # who follows a test up, to the patient
    "patient_copy.language_",
    "patient_copy.mark_",
    "patient_copy.medicines_",  # what the doctor answered about medicines
    "patient_copy.outcome_",  # how the visit ended, to the patient
    "patient_copy.value_",  # a measurement, to the patient
    "pairing.",  # how far a new screen has come
    "reason.",  # why a message waits or was given up
    "record.asked_by_",  # who wants something deleted
    "record.deletion_",  # how far it has come
    "record.kind_",  # a version: signed, corrected, added
    "record.what_",  # what it is about
    "registered.role_",  # who is responsible for a child, by the person register
    "registered.status_",  # how somebody stands in the person register
    "register.",  # how a national register stands
    "role.",  # what somebody is at work as
    "sex.",  # administrative sex
    "standing.",  # how a standing order stands
    "ticket.paper_",  # what a ticket is printed on
    "timeline.",  # line of the course tonight, by event
    "triage.reason.",  # why another level than suggested
    "triage.script.notice.",  # what the findings call for besides the level
    "vitals.answer_",  # air or oxygen
    "vitals.field_",  # name of a measurement, where there is little room
    "vitals.gcs_",  # parts of the Glasgow Coma Scale
    "waiting_room.level_",  # level by rank, as the public reads it
    "unit.alarms_",  # minutes of an alarm
    "versions.kind_",  # how a version of a draft came to be
    "versions.script.",
    "writing.kind_",  # templates or phrases
    "writing.new_",
    "writing.whose_",
    "wall.column_",  # heading of a column
)

_FOLDER = Path(__file__).parent.parent / "texts"


@dataclass(frozen=True, slots=True)
class Texts:
    """All sentences of one language."""

    language: str
    entries: dict[str, str]

    def __call__(self, key: str, **facts: object) -> str:
        """The sentence with its facts filled in; a missing key or fact raises KeyError."""
        return self.entries[key].format_map(facts) if facts else self.entries[key]

    def known(self, key: str, fallback: str, **facts: object) -> str:
        """The sentence of a key made from data, or of the fallback when the data holds a new code."""
        return self(key if key in self.entries else fallback, **facts)

    def subset(self, prefixes: Iterable[str]) -> dict[str, str]:
        """The sentences a script needs, by prefix of their keys."""
        wanted = tuple(prefixes)
        return {key: text for key, text in self.entries.items() if key.startswith(wanted)}


@cache
def texts(language: str) -> Texts:
    """The catalogue of a language, read once."""
    if language not in LANGUAGES:
        raise KeyError(language)
    entries = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return Texts(language=language, entries=entries)
