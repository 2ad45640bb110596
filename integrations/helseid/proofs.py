"""What we sign for HelseID and the services behind it: who we are, and that this call is ours.

Pure: keys and the time come in. The keys are the site's own (JWK), the new one first; the key of the proofs
is made anew by each process and leaves it only as a public key.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

SigningKey = ECKey | RSAKey
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_ASSERTION_SECONDS = 30
_ALGORITHM = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}


class KeyNotUsable(Exception):
    """A key of the site is no private signing key; the service does not start with it."""


class NoToken(Exception):
    """HelseID gave no token: `helseid-away`, or `helseid-refused` when it wants none of our keys."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_keys(paths: Sequence[Path]) -> tuple[SigningKey, ...]:
    """The site's keys as they lie in its files, one JWK in each, in the order they are to be tried."""
    return tuple(_key(path) for path in paths)


def _key(path: Path) -> SigningKey:
    try:
        key = JWKRegistry.import_key(json.loads(path.read_bytes()))
    except (OSError, ValueError) as fault:
        raise KeyNotUsable(path.name) from fault
    if not isinstance(key, ECKey | RSAKey) or not key.is_private:
        raise KeyNotUsable(path.name)
    return key


def key_name(key: SigningKey) -> str:
    """As HelseID and the log name it: the given `kid`, else the thumbprint. Nothing secret."""
    return str(key.kid or key.thumbprint())


def assertion(key: SigningKey, *, client: str, issuer: str, now: datetime) -> str:
    """The client's word for who it is (private_key_jwt), good once and for half a minute."""
    at = int(now.timestamp())
    header = {"typ": "client-authentication+jwt", "alg": algorithm(key), "kid": key_name(key)}
    claims = {
        "iss": client,
        "sub": client,
        "aud": issuer,
        "jti": str(uuid4()),
        "iat": at,
        "nbf": at,
        "exp": at + _ASSERTION_SECONDS,
    }
    return jwt.encode(header, claims, key, algorithms=[algorithm(key)])


def proof(
    key: SigningKey,
    method: str,
    url: str,
    *,
    now: datetime,
    nonce: str | None = None,
    token: str | None = None,
) -> str:
    """That this call is made by whoever the token was given to. `nonce` is what the other side asked for."""
    header = {"typ": "dpop+jwt", "alg": algorithm(key), "jwk": key.as_dict(private=False)}
    claims: dict[str, Any] = {
        "jti": str(uuid4()),
        "htm": method,
        "htu": without_query(url),
        "iat": int(now.timestamp()),
    }
    if nonce is not None:
        claims["nonce"] = nonce
    if token is not None:
        claims["ath"] = hash_of(token)
    return jwt.encode(header, claims, key, algorithms=[algorithm(key)])


def algorithm(key: SigningKey) -> str:
    """What the key signs with; HelseID takes no weaker."""
    return _ALGORITHM[str(key.curve_name)] if isinstance(key, ECKey) else "PS256"


def hash_of(token: str) -> str:
    """A token's hash as proofs carry it (`ath`)."""
    return urlsafe_b64encode(sha256(token.encode()).digest()).rstrip(b"=").decode()


def without_query(url: str) -> str:
    """The address a proof is for: neither question nor fragment is part of it."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def new_proof_key() -> ECKey:
    """A key that lives as long as the process."""
    return ECKey.generate_key("P-256", private=True)
