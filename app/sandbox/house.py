"""What all doors of the sandbox share: memory, clock, faults, and how it says no."""

from __future__ import annotations

from dataclasses import dataclass, field
from hmac import compare_digest
from uuid import uuid4

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from app.sandbox.faults import Fault, Faults
from app.sandbox.store import Store
from core.clock import Clock


class Trouble(Exception):
    """A refusal in the carrier's own form (ErrorMessage)."""

    def __init__(
        self, status: int, error: str, details: list[str] | None = None, *, retry_after: int | None = None
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.details = details
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The sandbox itself."""

    store: Store
    clock: Clock
    our_her_id: int
    receipt_delay_seconds: float
    token: str | None
    faults: Faults = field(default_factory=Faults)

    def check_token(self, authorization: str) -> None:
        """Only whoever holds the token, when there is one."""
        if self.token is not None and not compare_digest(
            authorization.encode(), f"Bearer {self.token}".encode()
        ):
            raise Trouble(401, "Unauthorized")

    def fail_if_told(self, fault: Fault) -> None:
        """Answer with the status that was asked for."""
        if fault.status is not None:
            raise Trouble(fault.status, "An unknown error occurred", retry_after=fault.retry_after)


def house_of(request: Request) -> House:
    """The sandbox a request came to."""
    house: House = request.app.state.house
    return house


async def say_no(_: Request, trouble: Exception) -> JSONResponse:
    """Trouble as the carrier's ErrorMessage."""
    if isinstance(trouble, RequestValidationError):
        details = [f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in trouble.errors()]
        trouble = Trouble(400, "Model validation error occurred", details)
    if not isinstance(trouble, Trouble):
        raise trouble
    said = {
        "error": trouble.error,
        "errorCode": 1000 if trouble.details else 0,
        "validationErrors": trouble.details,
        "stackTrace": None,
        "requestId": str(uuid4()),
    }
    headers = {"retry-after": str(trouble.retry_after)} if trouble.retry_after is not None else None
    return JSONResponse(said, status_code=trouble.status, headers=headers)
