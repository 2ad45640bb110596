"""HelseID's and an API's side of a token (RFC 7523, RFC 9449): what is wrong is refused, and by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from secrets import compare_digest
from typing import Any
from uuid import uuid4

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey, import_key

from integrations.helseid.proofs import hash_of, without_query

ALGORITHMS = ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256"]
_SKEW_SECONDS = 30
_LONGEST_ASSERTION = 60


class NotAllowed(Exception):
    """Refused; `error` is the code of the standards, `why` for whoever reads the log."""

    def __init__(self, error: str, why: str) -> None:
        super().__init__(f"{error}: {why}")
        self.error = error
        self.why = why


class HelseIdHouse:
    """Clients with their public keys, tokens given, and what was used once already."""

    def __init__(
        self, issuer: str, clients: Mapping[str, Iterable[Mapping[str, Any]]], *, lasts: int
    ) -> None:
        self.issuer = issuer
        self.lasts = lasts  # seconds a token is good for
        self.nonce = str(uuid4())
        self._clients = {name: list(keys) for name, keys in clients.items()}
        self._sign_with = ECKey.generate_key("P-256", private=True)
        self._used = set[tuple[str, str]]()
        self._withdrawn_before = 0.0

    def set_keys(self, client: str, keys: Iterable[Mapping[str, Any]]) -> None:
        """The client's keys from now on; those left out have ended."""
        self._clients[client] = list(keys)

    def end_tokens(self, now: datetime) -> None:
        """No token given until now is good any more."""
        self._withdrawn_before = now.timestamp() + 1

    def give(self, form: Mapping[str, str], proof: str, url: str, now: datetime) -> dict[str, Any]:
        """A token for whoever proves to be the client, bound to the key of the proof."""
        if form.get("grant_type") != "client_credentials":
            raise NotAllowed("unsupported_grant_type", str(form.get("grant_type")))
        client = self.client_of(form, now)
        bound_to = self.check_proof(proof, "POST", url, now, nonce=self.nonce)
        if not form.get("scope"):
            raise NotAllowed("invalid_scope", "none asked for")
        at = now.timestamp()
        claims = {
            "iss": self.issuer,
            "client_id": client,
            "scope": form["scope"],
            "iat": at,
            "exp": at + self.lasts,
            "jti": str(uuid4()),
            "cnf": {"jkt": bound_to},
        }
        token = jwt.encode({"alg": "ES256", "typ": "at+jwt"}, claims, self._sign_with)
        return {"access_token": token, "token_type": "DPoP", "expires_in": self.lasts, "scope": form["scope"]}

    def client_of(self, form: Mapping[str, str], now: datetime) -> str:
        """Which client this is, by its assertion (private_key_jwt, RFC 7523)."""
        given, client = form.get("client_assertion", ""), form.get("client_id", "")
        keys = KeySet([import_key(dict(key)) for key in self._clients.get(client, [])])
        try:
            read = jwt.decode(given, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as fault:
            raise NotAllowed("invalid_client", f"assertion: {fault}") from fault
        claims = read.claims
        if read.header.get("typ") != "client-authentication+jwt":
            raise NotAllowed("invalid_client", "typ")
        if claims.get("iss") != client or claims.get("sub") != client or claims.get("aud") != self.issuer:
            raise NotAllowed("invalid_client", "iss, sub or aud")
        at, ends = now.timestamp(), _number(claims.get("exp"))
        if not at - _SKEW_SECONDS < ends <= at + _LONGEST_ASSERTION + _SKEW_SECONDS:
            raise NotAllowed("invalid_client", "exp")
        self._once("assertion", claims.get("jti"), "invalid_client")
        return client

    def check_proof(
        self,
        proof: str,
        method: str,
        url: str,
        now: datetime,
        *,
        nonce: str | None = None,
        token: str | None = None,
    ) -> str:
        """The thumbprint of the key that made this proof for this call, or NotAllowed."""
        try:
            key = import_key(jwt_header(proof)["jwk"])
            read = jwt.decode(proof, key, algorithms=ALGORITHMS)
        except (JoseError, ValueError, KeyError, TypeError) as fault:
            raise NotAllowed("invalid_dpop_proof", str(fault)) from fault
        claims = read.claims
        if read.header.get("typ") != "dpop+jwt" or not isinstance(key, ECKey | RSAKey) or key.is_private:
            raise NotAllowed("invalid_dpop_proof", "typ or key")
        if claims.get("htm") != method or claims.get("htu") != without_query(url):
            raise NotAllowed("invalid_dpop_proof", "made for another call")
        if abs(now.timestamp() - _number(claims.get("iat"))) > _SKEW_SECONDS:
            raise NotAllowed("invalid_dpop_proof", "iat")
        if token is not None and not compare_digest(str(claims.get("ath", "")), hash_of(token)):
            raise NotAllowed("invalid_dpop_proof", "ath")
        if nonce is not None and claims.get("nonce") != nonce:
            raise NotAllowed("use_dpop_nonce", "the nonce of today is wanted")
        self._once("proof", claims.get("jti"), "invalid_dpop_proof")
        return str(key.thumbprint())

    def check_call(self, authorization: str, proof: str, method: str, url: str, *, now: datetime) -> None:
        """A call to an API: a token of ours, still good, in the hands it was given to."""
        scheme, _, token = authorization.partition(" ")
        if scheme != "DPoP":
            raise NotAllowed("invalid_token", "a DPoP token is wanted")
        try:
            claims = jwt.decode(token, self._sign_with, algorithms=["ES256"]).claims
        except (JoseError, ValueError) as fault:
            raise NotAllowed("invalid_token", str(fault)) from fault
        if now.timestamp() >= claims["exp"] or claims["iat"] < self._withdrawn_before:
            raise NotAllowed("invalid_token", "ended")
        held_by = self.check_proof(proof, method, url, now, nonce=self.nonce, token=token)
        if claims["cnf"]["jkt"] != held_by:
            raise NotAllowed("invalid_token", "given to another key")

    def _once(self, what: str, jti: object, error: str) -> None:
        if not isinstance(jti, str) or (what, jti) in self._used:
            raise NotAllowed(error, "jti used before, or missing")
        self._used.add((what, jti))


def jwt_header(compact: str) -> dict[str, Any]:
    """The header of a token whose key stands in it."""
    from_jws = jws.extract_compact(compact.encode())
    return dict(from_jws.headers())


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
