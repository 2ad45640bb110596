"""HelseID's side of people who sign in: pushed requests (RFC 9126), a code, an ID token, the end.

Strict where HelseID is: what is missing, made for another, or used before is refused by its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from app.sandbox.national.helseid import HelseIdHouse, NotAllowed
from integrations.helseid.id_token import HPR_NUMBER, PID, SECURITY_LEVEL

_PUSHED_LASTS = timedelta(minutes=10)  # somebody looks for their code device
_CODE_LASTS = timedelta(seconds=60)
_ID_TOKEN_LASTS = timedelta(minutes=5)
_WANTED = ("redirect_uri", "scope", "state", "nonce", "code_challenge")


@dataclass(frozen=True, slots=True)
class Citizen:
    """An invented person who can show who they are. `level`: 2, 3 or 4."""

    name: str
    pid: str | None = None
    hpr_number: str | None = None
    level: str = "4"


@dataclass(frozen=True, slots=True)
class _Pushed:
    client: str
    fields: Mapping[str, str]
    ends: datetime


@dataclass(frozen=True, slots=True)
class _Code:
    pushed: _Pushed
    who: Citizen
    at: datetime


@dataclass(slots=True)
class PeopleHouse:
    """Who can sign in, where to, and what is under way."""

    house: HelseIdHouse
    citizens: Sequence[Citizen]
    backs: frozenset[str]  # where browsers may be sent back to
    key: ECKey = field(default_factory=lambda: _new_key())
    changes: dict[str, Any] = field(default_factory=dict)  # claims that are to be wrong, for tests
    _pushed: dict[str, _Pushed] = field(default_factory=dict)
    _codes: dict[str, _Code] = field(default_factory=dict)

    def metadata(self) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0."""
        issuer = self.house.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/connect/authorize",
            "token_endpoint": f"{issuer}/connect/token",
            "pushed_authorization_request_endpoint": f"{issuer}/connect/par",
            "end_session_endpoint": f"{issuer}/connect/endsession",
            "jwks_uri": f"{issuer}/.well-known/openid-configuration/jwks",
            "require_pushed_authorization_requests": True,
            "authorization_response_iss_parameter_supported": True,
        }

    def keys(self) -> dict[str, Any]:
        """What our ID tokens are signed with."""
        return dict(KeySet([self.key]).as_dict(private=False))

    def change_key(self) -> None:
        """A new key, as HelseID takes one now and then."""
        self.key = _new_key()

    def push(self, form: Mapping[str, str], now: datetime) -> str:
        """Keep what a client wants; answers the name it goes by."""
        client = self.house.client_of(form, now)
        missing = [name for name in _WANTED if not form.get(name)]
        if missing or form.get("response_type") != "code" or form.get("code_challenge_method") != "S256":
            raise NotAllowed("invalid_request", f"missing or not allowed: {missing}")
        if form["redirect_uri"] not in self.backs or "openid" not in form["scope"].split():
            raise NotAllowed("invalid_request", "redirect_uri or scope")
        name = f"urn:ietf:params:oauth:request_uri:{token_urlsafe(24)}"
        self._pushed[name] = _Pushed(client, dict(form), now + _PUSHED_LASTS)
        return name

    def wanted(self, name: str, client: str, now: datetime) -> None:
        """Whether this was pushed by this client, lately."""
        pushed = self._pushed.get(name)
        if pushed is None or pushed.client != client or pushed.ends <= now:
            raise NotAllowed("invalid_request_uri", "not pushed, or too long ago")

    def show(self, name: str, who: Citizen | None, now: datetime) -> str:
        """The person has shown who they are, or turned round; answers where the browser goes. Once."""
        pushed = self._pushed.pop(name, None)
        if pushed is None:
            raise NotAllowed("invalid_request_uri", "used already")
        said = {"state": pushed.fields["state"], "iss": self.house.issuer}
        if who is None:
            said["error"] = "access_denied"
        else:
            said["code"] = token_urlsafe(24)
            self._codes[said["code"]] = _Code(pushed, who, now)
        return f"{pushed.fields['redirect_uri']}?{urlencode(said)}"

    def redeem(self, form: Mapping[str, str], proof: str, url: str, now: datetime) -> dict[str, Any]:
        """Tokens for a code: to the client that pushed, with its key and its verifier, once."""
        client = self.house.client_of(form, now)
        bound_to = self.house.check_proof(proof, "POST", url, now, nonce=self.house.nonce)
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.at + _CODE_LASTS <= now or code.pushed.client != client:
            raise NotAllowed("invalid_grant", "code")
        fields = code.pushed.fields
        if form.get("redirect_uri") != fields["redirect_uri"]:
            raise NotAllowed("invalid_grant", "redirect_uri")
        if create_s256_code_challenge(form.get("code_verifier", "")) != fields["code_challenge"]:
            raise NotAllowed("invalid_grant", "code_verifier")
        if fields.get("dpop_jkt", bound_to) != bound_to:
            raise NotAllowed("invalid_grant", "another key than was pushed")
        return {
            "access_token": token_urlsafe(32),
            "token_type": "DPoP",
            "expires_in": self.house.lasts,
            "scope": fields["scope"],
            "id_token": self._id_token(code, client, now),
        }

    def _id_token(self, code: _Code, client: str, now: datetime) -> str:
        who, at = code.who, int(now.timestamp())
        claims = {
            "iss": self.house.issuer,
            "sub": f"{who.name}@{client}",
            "aud": client,
            "iat": at,
            "nbf": at,
            "exp": at + int(_ID_TOKEN_LASTS.total_seconds()),
            "nonce": code.pushed.fields["nonce"],
            "auth_time": int(code.at.timestamp()),
            PID: who.pid,
            HPR_NUMBER: who.hpr_number,
            SECURITY_LEVEL: who.level,
            **self.changes,
        }
        given = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, given, self.key)

    def end(self, hint: str, back: str) -> str:
        """The person is signed out; answers where the browser goes."""
        try:
            jwt.decode(hint, self.key, algorithms=["ES256"])
        except (JoseError, ValueError) as wrong:
            raise NotAllowed("invalid_request", "id_token_hint") from wrong
        if not any(each.startswith(back.rpartition("/")[0]) for each in self.backs):
            raise NotAllowed("invalid_request", "post_logout_redirect_uri")
        return back


def _new_key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": token_urlsafe(8), "use": "sig"}, private=True)
