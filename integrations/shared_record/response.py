"""The shared record's answer to a sharing (ITI-65 response): one place per entry sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.operationoutcome import OperationOutcome
from pydantic import ValidationError

_DONE = ("200", "201", "204")


class UnreadableResponse(ValueError):
    """Not a transaction-response, or not for all that was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvideResult:
    """Where each part of the sharing now stands, in the order it was sent."""

    locations: tuple[str, ...]

    @property
    def reference(self) -> str:
        """The place of the document's entry (DocumentReference)."""
        return next(
            (location for location in self.locations if "DocumentReference/" in location), self.locations[0]
        )


def read_response(body: bytes, *, created: int) -> ProvideResult:
    """The result when all entries were done and those created have a place; otherwise UnreadableResponse."""
    try:
        bundle = Bundle.model_validate_json(body)
    except (ValidationError, ValueError) as fault:
        raise UnreadableResponse("not-a-bundle") from fault
    answers = [entry.response for entry in bundle.entry or []]
    if bundle.type != "transaction-response" or len(answers) < created:
        raise UnreadableResponse("not-a-transaction-response")
    # 200 as well as 201: a receiver that recognises a retry may say that it already has it.
    if not all(answer and (answer.status or "")[:3] in _DONE for answer in answers):
        raise UnreadableResponse("entry-not-done")
    kept = [str(answer.location) for answer in answers if answer and answer.location]
    if len(kept) < created or any(_lacks_place(answer) for answer in answers):
        raise UnreadableResponse("entry-not-created")
    return ProvideResult(locations=tuple(kept))


def _lacks_place(answer: Any) -> bool:
    return answer.status.startswith("201") and not answer.location


def read_refusal(body: bytes) -> str | None:
    """What an OperationOutcome says is wrong, or None when the body is not one."""
    try:
        outcome = OperationOutcome.model_validate_json(body)
    except (ValidationError, ValueError):
        return None
    said = [issue.diagnostics or (issue.details.text if issue.details else None) for issue in outcome.issue]
    return "; ".join(words for words in said if words) or "OperationOutcome"
