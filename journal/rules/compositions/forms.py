"""What a sick note and a referral say (sykmelding, henvisning), and what must be there to sign. Pure.

The sick note follows what NAV's form asks for (folketrygdloven §§ 8-4, 8-7, 8-13); the referral what a
hospital needs to judge it. Both are printed and handed over: nothing here is sent to NAV or a hospital.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, TypeAdapter

from core.errors import Invalid
from core.text import LongText, Request, storable

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), BeforeValidator(storable)]
"""One line, which may be empty while it is a draft."""

LONGEST_DAYS = 366
LEAST_GRADE = 20  # per cent; folketrygdloven § 8-13


class CompositionIncomplete(Invalid):
    """Something that must be there is missing; says what."""

    code = "composition-incomplete"


class SickNoteForm(Request):
    """A sick note (sykmelding). Days are whole days in Norway, both included; the grade is in per cent."""

    kind: Literal["sick-note"] = "sick-note"
    diagnosis: Line = ""  # code and words; never on the employer's part
    from_day: date | None = None
    to_day: date | None = None
    grade: int | None = Field(None, ge=1, le=100)
    backdated_reason: Line = ""  # why it begins before the doctor saw the patient
    work_related: bool = False
    employer: Line = ""
    limits: LongText = ""  # what the patient cannot do, and why
    at_work: LongText = ""  # what the employer can do; goes to the employer
    follow_up: LongText = ""  # who judges it when it ends


class ReferralForm(Request):
    """A referral (henvisning)."""

    kind: Literal["referral"] = "referral"
    receiver: Line = ""  # hospital and department
    urgency: Literal["emergency", "urgent", "ordinary"] | None = None
    reason: LongText = ""  # what is asked (problemstilling)
    diagnosis: Line = ""
    history: LongText = ""
    findings: LongText = ""
    done: LongText = ""  # tests, treatment so far
    medicines: LongText = ""
    critical: LongText = ""
    wishes: LongText = ""  # what the patient knows and wants, interpreter, next of kin
    call_back: Line = ""  # where the receiver reaches the doctor tonight


Form = Annotated[SickNoteForm | ReferralForm, Field(discriminator="kind")]
FORM: TypeAdapter[SickNoteForm | ReferralForm] = TypeAdapter(Form)

KINDS = ("sick-note", "referral")
TITLES: Mapping[str, str] = {"sick-note": "Sykmelding", "referral": "Henvisning"}
"""As they are called in the record, which is in Norwegian."""


def lacks(form: SickNoteForm | ReferralForm, *, contact_day: date, identified: bool) -> tuple[str, ...]:
    """Codes of what must be there before it is signed; `composition.lack_<code>` has the words."""
    there = _sick_note(form, contact_day) if isinstance(form, SickNoteForm) else _referral(form)
    who = {"identity": identified}
    return tuple(code for code, is_there in {**who, **there}.items() if not is_there)


def _sick_note(form: SickNoteForm, contact_day: date) -> Mapping[str, bool]:
    begins, ends = form.from_day, form.to_day
    return {
        "diagnosis": bool(form.diagnosis),
        "from_day": begins is not None,
        "to_day": ends is not None,
        "period": begins is None or ends is None or 0 <= (ends - begins).days < LONGEST_DAYS,
        "grade": form.grade is not None and form.grade >= LEAST_GRADE,
        "backdated_reason": begins is None or begins >= contact_day or bool(form.backdated_reason),
        "limits": bool(form.limits),
    }


def _referral(form: ReferralForm) -> Mapping[str, bool]:
    return {
        "receiver": bool(form.receiver),
        "urgency": form.urgency is not None,
        "reason": bool(form.reason),
        "history": bool(form.history),
        "findings": bool(form.findings),
    }


SIGNED = ("document_id", "number", "encounter_id", "kind", "body", "reason", "author_id")
"""What the hash of a signed document covers, beside the time."""


def about(body: Mapping[str, Any]) -> str:
    """One line for a list: the period and grade, or the receiver. Norwegian, as the record."""
    if body.get("kind") == "referral":
        return str(body.get("receiver", ""))
    begins, ends, grade = (body.get(name) for name in ("from_day", "to_day", "grade"))
    days = " – ".join(_norwegian(day) for day in (begins, ends) if day)
    return ", ".join(filter(None, (days, f"{grade} %" if grade else "")))


def _norwegian(day: str) -> str:
    return ".".join(reversed(day.split("-")))
