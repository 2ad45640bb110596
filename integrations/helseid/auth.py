"""HelseID on every call: the token is fetched when it is needed, kept until shortly before it ends.

The site's keys are tried in the order of its settings. A new key that HelseID does not know yet, or an old
one that has ended, is told in the log and in `/metrics`, and the next one is tried: nobody waits for a key.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.clock import Clock
from integrations.helseid.proofs import (
    ASSERTION_TYPE,
    NoToken,
    SigningKey,
    assertion,
    key_name,
    new_proof_key,
    proof,
)

logger = logging.getLogger(__name__)

_BEFORE_END = timedelta(seconds=30)


class _Given(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    access_token: str = Field(min_length=1)
    token_type: str
    expires_in: int = Field(gt=0)


@dataclass(frozen=True, slots=True)
class _Held:
    token: str
    until: datetime


class HelseId:
    """This system as a client of HelseID: its keys, and what they are worth now."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        token_url: str,
        issuer: str,
        client: str,
        keys: Sequence[SigningKey],
        clock: Clock,
    ) -> None:
        self._http = http
        self._token_url = token_url
        self._issuer = issuer
        self._client = client
        self._keys = tuple(keys)
        self.clock = clock
        self.proof_key = new_proof_key()
        self.refused: tuple[str, ...] = ()  # names of keys HelseID did not want last time
        self._nonce: str | None = None

    async def fetch(self, scope: str) -> tuple[str, timedelta]:
        """A fresh token for one service, and how long it lasts; raises NoToken."""
        refused: list[str] = []
        for key in self._keys:
            answer = await self._ask(key, scope)
            if answer.status_code == HTTPStatus.OK:
                self.refused = tuple(refused)
                return _read(answer)
            if _error(answer) not in ("invalid_client", "unauthorized_client"):
                logger.error("HelseID gave no token: %s %s", answer.status_code, _error(answer))
                raise NoToken("helseid-refused" if answer.is_client_error else "helseid-away")
            logger.error("HelseID does not want the key %s", key_name(key))
            refused.append(key_name(key))
        self.refused = tuple(refused)
        raise NoToken("helseid-refused")

    async def _ask(self, key: SigningKey, scope: str) -> httpx.Response:
        answer = await self._post(key, scope)
        if _error(answer) == "use_dpop_nonce" and "dpop-nonce" in answer.headers:
            self._nonce = answer.headers["dpop-nonce"]
            answer = await self._post(key, scope)
        return answer

    async def _post(self, key: SigningKey, scope: str) -> httpx.Response:
        now = self.clock()
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion(key, client=self._client, issuer=self._issuer, now=now),
            "scope": scope,
        }
        signed = proof(self.proof_key, "POST", self._token_url, now=now, nonce=self._nonce)
        try:
            return await self._http.post(self._token_url, data=form, headers={"dpop": signed})
        except (httpx.TransportError, httpx.DecodingError, httpx.TooManyRedirects) as fault:
            raise NoToken("helseid-away") from fault


class HelseIdAuth(httpx.Auth):
    """Signs every call to one service (one scope); once more when it wants a nonce or a newer token."""

    def __init__(self, helseid: HelseId, scope: str) -> None:
        self._helseid = helseid
        self._scope = scope
        self._held: _Held | None = None
        self._nonce: str | None = None
        self._one_at_a_time = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """httpx's own place for this."""
        asked_again = set[str]()
        while True:
            token = await self._token()
            self._sign(request, token)
            answer = yield request
            self._nonce = answer.headers.get("dpop-nonce", self._nonce)
            why = _why_not(answer)
            if why is None or why in asked_again:
                return
            asked_again.add(why)
            if why == "token" and self._held is not None and self._held.token == token:
                self._held = None

    def _sign(self, request: httpx.Request, token: str) -> None:
        helseid = self._helseid
        request.headers["authorization"] = f"DPoP {token}"
        request.headers["dpop"] = proof(
            helseid.proof_key,
            request.method,
            str(request.url),
            now=helseid.clock(),
            nonce=self._nonce,
            token=token,
        )

    async def _token(self) -> str:
        async with self._one_at_a_time:
            if self._held is None or self._held.until <= self._helseid.clock():
                token, lasts = await self._helseid.fetch(self._scope)
                # Short ones too are used at least once.
                kept = lasts - min(_BEFORE_END, lasts / 2)
                self._held = _Held(token, self._helseid.clock() + kept)
            return self._held.token


def _why_not(answer: httpx.Response) -> str | None:
    if answer.status_code != HTTPStatus.UNAUTHORIZED:
        return None
    return "nonce" if "use_dpop_nonce" in answer.headers.get("www-authenticate", "") else "token"


def _read(answer: httpx.Response) -> tuple[str, timedelta]:
    try:
        given = _Given.model_validate_json(answer.content)
    except ValidationError as fault:
        raise NoToken("helseid-away") from fault
    if given.token_type.lower() != "dpop":
        raise NoToken("helseid-refused")  # a token anybody could use is not what we asked for
    return given.access_token, timedelta(seconds=given.expires_in)


def _error(answer: httpx.Response) -> str | None:
    try:
        said = answer.json()
    except ValueError:
        return None
    return said.get("error") if isinstance(said, dict) else None
