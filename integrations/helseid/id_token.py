"""What HelseID says about who it is (ID-token): checked as OpenID Connect Core 1.0 section 3.1.3.7 has it.

Pure: keys and the time come in. Names of claims: HelseID's technical reference, "Claims".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from core.access.sign_in.helseid import LEVELS, HelseIdRefused, Level, Shown

PID = "helseid://claims/identity/pid"
HPR_NUMBER = "helseid://claims/hpr/hpr_number"
SECURITY_LEVEL = "helseid://claims/identity/security_level"
ASSURANCE_LEVEL = "helseid://claims/identity/assurance_level"

ALGORITHMS = ("PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "RS256")
"""Signed with a key of HelseID's; never `none`, and never with a secret both sides know."""

_SKEW_SECONDS = 30
_NATIONAL: Mapping[str, Level] = {"2": "low", "3": "substantial", "4": "high"}


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token must have been made for."""

    issuer: str
    client: str
    nonce: str
    begun_at: datetime
    access_token: str


def key_id(id_token: str) -> str | None:
    """The name of the key that is said to have signed; HelseIdRefused when it is no token at all."""
    try:
        named = jws.extract_compact(id_token.encode()).headers().get("kid")
    except (JoseError, ValueError) as wrong:
        raise HelseIdRefused(why="id-token") from wrong
    return str(named) if named is not None else None


def read(id_token: str, keys: KeySet, expected: Expected, *, now: datetime) -> Shown:
    """Who it is; raises HelseIdRefused for a token that is not HelseID's, ours, or of this sign-in."""
    try:
        signed = jwt.decode(id_token, keys, algorithms=list(ALGORITHMS))
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            options={
                "iss": {"essential": True, "value": expected.issuer},
                "aud": {"essential": True, "value": expected.client},
            },
            params={
                "nonce": expected.nonce,
                "client_id": expected.client,
                "access_token": expected.access_token,
            },
        )
        claims.validate(now=int(now.timestamp()), leeway=_SKEW_SECONDS)
    except (JoseError, ValueError, TypeError, KeyError) as wrong:
        raise HelseIdRefused(why=f"id-token: {type(wrong).__name__}") from wrong
    _shown_now(claims, expected)
    return Shown(
        pid=_digits(claims.get(PID), 11),
        hpr_number=_digits(claims.get(HPR_NUMBER), 9),
        level=_level(claims),
        id_token=id_token,
    )


def _shown_now(claims: Mapping[str, Any], expected: Expected) -> None:
    # At a machine many share, whom HelseID has known since this morning may be somebody else.
    shown_at = claims.get("auth_time")
    if shown_at is not None and shown_at < expected.begun_at.timestamp() - _SKEW_SECONDS:
        raise HelseIdRefused(why="shown-before")


def _level(claims: Mapping[str, Any]) -> Level | None:
    """The surer of the two names is not believed when the other says less."""
    assurance = str(claims.get(ASSURANCE_LEVEL, "")).lower()
    said: Sequence[Level | None] = (
        _NATIONAL.get(str(claims.get(SECURITY_LEVEL, ""))),
        next((level for level in LEVELS if level == assurance), None),
    )
    known = [level for level in said if level is not None]
    return min(known, key=LEVELS.index) if known else None


def _digits(said: object, most: int) -> str | None:
    text = str(said) if isinstance(said, str | int) else ""
    return text if text.isascii() and text.isdecimal() and len(text) <= most and text.strip("0") else None
