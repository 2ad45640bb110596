"""Where HelseID answers, and with which keys it signs: its metadata, kept for a day (its requirement FK2)."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict

from core.access.sign_in.helseid import HelseIdAway, HelseIdRefused
from core.clock import Clock

logger = logging.getLogger(__name__)

AWAY = (
    httpx2.TransportError,
    httpx2.DecodingError,
    httpx2.TooManyRedirects,
    httpx2.HTTPStatusError,
    httpx2.InvalidURL,
)
PATIENCE = httpx2.Timeout(10, connect=5)
"""Seconds; somebody stands at the machine and waits."""


@cache
def how_to_connect() -> dict[str, Any]:
    """For every client here: reading the certificates of the machine takes a tenth of a second, so once."""
    return {"timeout": PATIENCE, "trust_env": False, "verify": httpx2.create_ssl_context(trust_env=False)}


_KEPT = timedelta(hours=24)
_KEYS_AGAIN = timedelta(minutes=1)  # an unknown key may be a new one; asked for at most this often


class Metadata(BaseModel):
    """What HelseID says about itself (OpenID Connect Discovery 1.0, RFC 8414)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    pushed_authorization_request_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    authorization_response_iss_parameter_supported: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    metadata: Metadata
    keys: KeySet
    at: datetime


class Provider:
    """HelseID as it was when it was last looked up."""

    def __init__(self, issuer: str, clock: Clock) -> None:
        self._issuer = issuer
        self._clock = clock
        self._known: _Known | None = None
        self._one_at_a_time = asyncio.Lock()

    async def metadata(self) -> Metadata:
        """Where to send whom; raises HelseIdAway."""
        return (await self._lately(_KEPT)).metadata

    async def keys(self, named: str | None) -> KeySet:
        """Its keys; looked up anew when one is named that we do not know."""
        known = await self._lately(_KEPT)
        if named not in {key.kid for key in known.keys.keys}:
            known = await self._lately(_KEYS_AGAIN)
        return known.keys

    async def _lately(self, kept: timedelta) -> _Known:
        async with self._one_at_a_time:
            if self._known is None or self._known.at + kept <= self._clock():
                self._known = await self._look_up()
            return self._known

    async def _look_up(self) -> _Known:
        try:
            async with httpx2.AsyncClient(**how_to_connect()) as http:
                answer = await http.get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
                metadata = Metadata.model_validate_json(answer.raise_for_status().content)
                answer = await http.get(metadata.jwks_uri)
                keys = KeySet.import_key_set(json.loads(answer.raise_for_status().content))
        except (*AWAY, JoseError, ValueError) as away:  # a page of a proxy is no metadata either
            logger.error("HelseID's metadata cannot be read: %s", type(away).__name__)
            raise HelseIdAway from away
        if metadata.issuer.rstrip("/") != self._issuer.rstrip("/"):
            raise HelseIdRefused(why="issuer")
        return _Known(metadata, keys, self._clock())
