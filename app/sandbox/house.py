"""What all doors of the sandbox share: memory, clock, faults, and how it says no."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from hmac import compare_digest
from uuid import uuid4

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from app.sandbox.faults import Fault, Faults, Place
from app.sandbox.national.clinical import Clinical
from app.sandbox.national.helseid import HelseIdHouse, NotAllowed
from app.sandbox.national.people import PeopleHouse
from app.sandbox.national.persons import Persons
from app.sandbox.national.registers import Registers
from app.sandbox.store import Store
from core.clock import Clock


class Trouble(Exception):
    """A refusal in the carrier's own form (ErrorMessage)."""

    def __init__(
        self,
        status: int,
        error: str,
        details: list[str] | None = None,
        *,
        retry_after: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.details = details
        self.headers = (headers or {}) | ({} if retry_after is None else {"retry-after": str(retry_after)})


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The sandbox itself."""

    store: Store
    clock: Clock
    our_her_id: int
    receipt_delay_seconds: float
    token: str | None
    faults: Faults = field(default_factory=Faults)
    helseid: HelseIdHouse | None = None
    people: PeopleHouse | None = None  # who can sign in with HelseID
    registers: Registers = field(default_factory=Registers)
    clinical: Clinical = field(default_factory=Clinical)
    persons: Persons = field(default_factory=Persons)
    transport: dict[str, str] = field(default_factory=dict)  # by document, where it is not acknowledged
    told: list[dict[str, str]] = field(default_factory=list)  # what the GP's system has said, by document
    answers: dict[str, str] = field(default_factory=dict)  # the identity of its answer, by document
    configured: set[int] = field(default_factory=set)  # HER-ids version 3 has been told about

    def check_caller(self, request: Request) -> None:
        """Only whoever holds the token: HelseID's when the sandbox has one, else the one it was told."""
        authorization = request.headers.get("authorization", "")
        if self.helseid is None:
            return self._check_static(authorization)
        proof = request.headers.get("dpop", "")
        try:
            self.helseid.check_call(authorization, proof, request.method, str(request.url), now=self.clock())
        except NotAllowed as no:
            asked = {"www-authenticate": f'DPoP error="{no.error}"', "dpop-nonce": self.helseid.nonce}
            raise Trouble(401, "Unauthorized", [str(no)], headers=asked) from no

    def _check_static(self, authorization: str) -> None:
        if self.token is not None and not compare_digest(
            authorization.encode(), f"Bearer {self.token}".encode()
        ):
            raise Trouble(401, "Unauthorized")

    async def meet(self, place: Place) -> Fault:
        """Whatever is set to go wrong at this door: waited through, and refused as was asked for."""
        fault = self.faults.take(place)
        await asyncio.sleep(fault.hang_seconds)
        if fault.end_tokens and self.helseid is not None:
            self.helseid.end_tokens(self.clock())
        if fault.status is not None:
            raise Trouble(fault.status, "An unknown error occurred", retry_after=fault.retry_after)
        return fault


def house_of(request: Request) -> House:
    """The sandbox a request came to."""
    house: House = request.app.state.house
    return house


async def say_no(request: Request, trouble: Exception) -> JSONResponse:
    """Trouble as the carrier's ErrorMessage, and in version 3 as problem+json."""
    if isinstance(trouble, RequestValidationError):
        details = [f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in trouble.errors()]
        trouble = Trouble(400, "Model validation error occurred", details)
    if not isinstance(trouble, Trouble):
        raise trouble
    said: dict[str, object] = {
        "error": trouble.error,
        "errorCode": 1000 if trouble.details else 0,
        "validationErrors": trouble.details,
        "stackTrace": None,
        "requestId": str(uuid4()),
    }
    if request.url.path.startswith("/edi3/"):
        said = {key: said[key] for key in ("errorCode", "requestId")}
        said |= {"title": trouble.error, "detail": "; ".join(trouble.details or [])}
    return JSONResponse(said, status_code=trouble.status, headers=trouble.headers)
