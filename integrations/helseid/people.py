"""People who sign in with HelseID: the browser is sent there, and comes back with a code.

HelseID's security profile (2025-11-05) over FAPI 2.0: authorization code with PKCE (RFC 7636), pushed
authorization request (RFC 9126), client authentication by private key (RFC 7523), tokens bound to a key of
ours (RFC 9449).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.jwk import ECKey
from pydantic import BaseModel, ConfigDict, Field

from core.access.sign_in.helseid import HelseIdAway, HelseIdGivenUp, HelseIdRefused, Level, Shown
from core.clock import Clock
from integrations.helseid.id_token import Expected, key_id, read
from integrations.helseid.proofs import ASSERTION_TYPE, SigningKey, assertion, key_name, new_proof_key, proof
from integrations.helseid.provider import AWAY, Metadata, Provider, how_to_connect

logger = logging.getLogger(__name__)

T = TypeVar("T")

SCOPES = (
    "openid",
    "helseid://scopes/identity/pid",
    "helseid://scopes/identity/security_level",
    "helseid://scopes/hpr/hpr_number",
)
_ACR: Mapping[Level, str] = {"high": "Level4", "substantial": "Level3", "low": "Level2"}
_NOT_OURS = ("invalid_client", "unauthorized_client")
_TURNED_ROUND = ("access_denied", "login_required", "interaction_required")


class _Pushed(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    request_uri: str = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what must be remembered until it is back."""

    url: str
    facts: dict[str, Any]


class HelseIdPeople:
    """This site as a client of HelseID for people. `site`: our own address, as it is registered there."""

    def __init__(
        self,
        *,
        issuer: str,
        client: str,
        keys: Sequence[SigningKey],
        site: str,
        wanted: Level,
        scopes: Sequence[str] = SCOPES,
        clock: Clock,
    ) -> None:
        self._provider = Provider(issuer, clock)
        self._client = client
        self._keys = tuple(keys)
        self._scope = " ".join(scopes)
        self._clock = clock
        self.site = site
        self.wanted = wanted

    async def push(self) -> Begun:
        """Push what we want; raises HelseIdAway or HelseIdRefused."""
        metadata = await self._provider.metadata()
        proof_key = new_proof_key()
        facts = {
            "state": secrets.token_urlsafe(32),
            "nonce": secrets.token_urlsafe(32),
            "verifier": secrets.token_urlsafe(48),
            "proof_key": proof_key.as_dict(private=True),
            "at": self._clock().isoformat(),
        }
        bound_to = str(proof_key.thumbprint())
        pushed = await self._with_each_key(metadata, lambda oauth: self._pushed(oauth, facts, bound_to))
        query = urlencode({"client_id": self._client, "request_uri": pushed})
        return Begun(_with_query(metadata.authorization_endpoint, query), facts)

    async def _pushed(self, oauth: AsyncOAuth2Client, facts: Mapping[str, Any], bound_to: str) -> str:
        wanted, _ = oauth.create_authorization_url(
            oauth.metadata["authorization_endpoint"],
            state=facts["state"],
            code_verifier=facts["verifier"],
            nonce=facts["nonce"],
            acr_values=_ACR[self.wanted],
            prompt="login",  # whoever was there before at this machine is not who is there now
            dpop_jkt=bound_to,
        )
        answer = await oauth.post(
            oauth.metadata["pushed_authorization_request_endpoint"],
            data=dict(parse_qsl(urlsplit(wanted).query)),
            auth=oauth.client_auth("private_key_jwt"),
        )
        if answer.is_server_error:
            answer.raise_for_status()
        if not answer.is_success:
            raise OAuthError(error=str(answer.json().get("error")))
        return _Pushed.model_validate_json(answer.content).request_uri

    async def finish(self, facts: Mapping[str, Any], said: Mapping[str, str]) -> Shown:
        """Who it is, by what the browser brought back; raises HelseIdAway, -GivenUp or -Refused."""
        metadata = await self._provider.metadata()
        _check_answer(facts, said, metadata)
        given = await self._with_each_key(metadata, lambda oauth: self._redeem(oauth, facts, said["code"]))
        id_token, access_token = given.get("id_token"), given.get("access_token")
        if str(given.get("token_type", "")).lower() != "dpop" or not id_token or not access_token:
            raise HelseIdRefused(why="token-type")  # a token anybody could use is not what we asked for
        expected = Expected(
            issuer=metadata.issuer,
            client=self._client,
            nonce=facts["nonce"],
            begun_at=datetime.fromisoformat(facts["at"]),
            access_token=access_token,
        )
        return read(id_token, await self._provider.keys(key_id(id_token)), expected, now=self._clock())

    async def _redeem(
        self, oauth: AsyncOAuth2Client, facts: Mapping[str, Any], code: str
    ) -> Mapping[str, Any]:
        key = ECKey.import_key(facts["proof_key"])
        url, nonce = oauth.metadata["token_endpoint"], dict[str, str]()

        def note(answer: httpx2.Response) -> httpx2.Response:
            nonce.update(nonce=answer.headers.get("dpop-nonce", ""))
            return answer

        oauth.register_compliance_hook("access_token_response", note)

        async def ask() -> Mapping[str, Any]:
            given: Mapping[str, Any] = await oauth.fetch_token(
                url,
                grant_type="authorization_code",
                code=code,
                code_verifier=facts["verifier"],
                redirect_uri=oauth.redirect_uri,
                headers={
                    "accept": "application/json",
                    "dpop": proof(key, "POST", url, now=self._clock(), nonce=nonce.get("nonce") or None),
                },
            )
            return given

        try:
            return await ask()
        except OAuthError as no:
            if no.error != "use_dpop_nonce" or not nonce.get("nonce"):
                raise
        return await ask()

    async def end_url(self, id_token: str) -> str | None:
        """Where the browser goes to end the sign-in in HelseID too; None when HelseID is away or has none."""
        try:
            where = (await self._provider.metadata()).end_session_endpoint
        except (HelseIdAway, HelseIdRefused):
            return None
        query = urlencode({"id_token_hint": id_token, "post_logout_redirect_uri": f"{self.site}/login"})
        return _with_query(where, query) if where else None

    async def _with_each_key(
        self, metadata: Metadata, deed: Callable[[AsyncOAuth2Client], Awaitable[T]]
    ) -> T:
        """With the site's keys in turn, as HelseID may not know the newest yet."""
        for key in self._keys:
            try:
                async with self._open(metadata, key) as oauth:
                    return await deed(oauth)
            except OAuthError as no:
                if no.error not in _NOT_OURS:
                    logger.error("HelseID said no: %s", no.error)
                    raise HelseIdRefused(why=str(no.error)) from no
                logger.error("HelseID does not want the key %s", key_name(key))
            except (*AWAY, ValueError) as away:  # not JSON, or not what was asked for: as good as no answer
                raise HelseIdAway from away
        raise HelseIdRefused(why="no-key-wanted")

    def _open(self, metadata: Metadata, key: SigningKey) -> AsyncOAuth2Client:
        oauth = AsyncOAuth2Client(
            client_id=self._client,
            scope=self._scope,
            redirect_uri=f"{self.site}/helseid/callback",
            code_challenge_method="S256",
            token_endpoint_auth_method="private_key_jwt",  # noqa: S106 - the name of a method
            **how_to_connect(),
            **metadata.model_dump(),
        )

        def _sign(_auth: object, _method: str, uri: str, headers: Any, body: bytes) -> tuple[str, Any, str]:
            fields = {
                **dict(parse_qsl(body.decode())),
                "client_id": self._client,
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": assertion(
                    key, client=self._client, issuer=metadata.issuer, now=self._clock()
                ),
            }
            return uri, headers, urlencode(fields)

        oauth.register_client_auth_method(("private_key_jwt", _sign))
        return oauth


def _check_answer(facts: Mapping[str, Any], said: Mapping[str, str], metadata: Metadata) -> None:
    if not secrets.compare_digest(said.get("state", "").encode(), str(facts["state"]).encode()):
        raise HelseIdRefused(why="state")
    # RFC 9207: a code of another provider must not be handed to this one.
    if said.get("iss", metadata.issuer) != metadata.issuer or (
        metadata.authorization_response_iss_parameter_supported and "iss" not in said
    ):
        raise HelseIdRefused(why="iss")
    if said.get("error") in _TURNED_ROUND:
        raise HelseIdGivenUp
    if "error" in said or not said.get("code"):
        logger.error("HelseID sent somebody back: %.60r", said.get("error", "no code"))
        raise HelseIdRefused(why="no-code")


def _with_query(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"
