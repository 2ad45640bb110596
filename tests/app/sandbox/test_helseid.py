"""HelseID over a real socket: what is right gets through, everything else is refused by its name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, RSAKey

from app.sandbox.main import create_sandbox
from app.sandbox.national.helseid import HelseIdHouse
from integrations.edi.client import EdiClient
from integrations.edi.port import EdiUnavailable
from integrations.helseid.auth import HelseId, HelseIdAuth
from integrations.helseid.proofs import ASSERTION_TYPE, NoToken, SigningKey, assertion, key_name, proof
from tests.conftest import SettableClock, serving
from tests.integrations.gp_summary.examples import OUR_HER_ID

ISSUER, CLIENT, SCOPE = "https://helseid.test", "nordvik", "test:edi"
OLD = ECKey.generate_key("P-256", private=True)
NEW = RSAKey.generate_key(2048, private=True)


def public(key: SigningKey) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": key_name(key)}


@dataclass(slots=True)
class There:
    """HelseID and a carrier that wants its tokens, with us as a client."""

    url: str
    clock: SettableClock
    control: httpx.AsyncClient
    helseid: HelseId
    edi: EdiClient

    async def ask(self) -> None:
        """Any call to the carrier."""
        await self.edi.inbox([OUR_HER_ID])


@asynccontextmanager
async def there(clock: SettableClock, *keys: SigningKey) -> AsyncIterator[There]:
    house = HelseIdHouse(ISSUER, {CLIENT: [public(OLD)]}, lasts=600)
    sandbox = create_sandbox(our_her_id=OUR_HER_ID, clock=clock, helseid=house)
    async with serving(sandbox) as url, httpx.AsyncClient(base_url=url, trust_env=False) as control:
        helseid = HelseId(
            control,
            token_url=f"{url}/helseid/connect/token",
            issuer=ISSUER,
            client=CLIENT,
            keys=keys or (OLD,),
            clock=clock,
        )
        async with httpx.AsyncClient(
            base_url=f"{url}/edi/", trust_env=False, auth=HelseIdAuth(helseid, SCOPE)
        ) as http:
            yield There(url, clock, control, helseid, EdiClient(http, source_system="test"))


async def test_one_token_serves_until_shortly_before_it_ends_and_then_a_new_one(clock: SettableClock) -> None:
    async with there(clock) as each:
        await each.ask()
        await each.control.post("/sandbox/faults", json={"helseid": {"status": 503, "times": 1}})
        clock.advance(seconds=560)
        await each.ask()  # the same token: HelseID, which is down, is not asked
        clock.advance(seconds=20)
        with pytest.raises(EdiUnavailable) as away:
            await each.ask()
        await each.ask()

    assert away.value.reason == "helseid-away"


async def test_a_token_that_ended_early_is_fetched_anew_within_the_same_call(clock: SettableClock) -> None:
    async with there(clock) as each:
        await each.ask()
        await each.control.delete("/sandbox/helseid/tokens")
        clock.advance(seconds=2)

        await each.ask()


async def test_a_new_key_stands_beside_the_old_one_until_helseid_knows_it(clock: SettableClock) -> None:
    async with there(clock, NEW, OLD) as each:
        await each.ask()
        assert each.helseid.refused == (key_name(NEW),)

        await each.control.put("/sandbox/helseid/keys", json={"client": CLIENT, "keys": [public(NEW)]})
        clock.advance(hours=1)
        await each.ask()
        assert each.helseid.refused == ()

        await each.control.put("/sandbox/helseid/keys", json={"client": CLIENT, "keys": []})
        clock.advance(hours=1)
        with pytest.raises(EdiUnavailable) as refused:
            await each.ask()

    assert (refused.value.reason, len(each.helseid.refused)) == ("helseid-refused", 2)


async def test_what_is_wrong_with_an_assertion_or_proof_is_refused_by_name(clock: SettableClock) -> None:
    stranger = ECKey.generate_key("P-256", private=True)
    async with there(clock) as each:
        await each.ask()  # so that the nonce of today is known
        url, nonce = f"{each.url}/helseid/connect/token", each.helseid._nonce
        used = assertion(OLD, client=CLIENT, issuer=ISSUER, now=clock())
        used_proof = proof(OLD, "POST", url, now=clock(), nonce=nonce)

        async def refused(form: dict[str, str], dpop: str) -> str | None:
            right = assertion(OLD, client=CLIENT, issuer=ISSUER, now=clock())
            whole = {
                "grant_type": "client_credentials",
                "client_id": CLIENT,
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": right,
                "scope": SCOPE,
                **form,
            }
            said = (await each.control.post(url, data=whole, headers={"dpop": dpop})).json()
            error: str | None = said.get("error")
            return error

        def by(key: SigningKey = OLD, *, client: str = CLIENT, issuer: str = ISSUER, **ago: float) -> Any:
            when = clock() - timedelta(**ago)
            return {"client_assertion": assertion(key, client=client, issuer=issuer, now=when)}

        def dpop(method: str = "POST", to: str = url, nonce: str | None = nonce, **ago: float) -> str:
            return proof(OLD, method, to, now=clock() - timedelta(**ago), nonce=nonce)

        assert await refused({"client_assertion": used}, used_proof) is None
        table: list[tuple[dict[str, str], Callable[[], str], str]] = [
            ({"client_assertion": used}, dpop, "invalid_client"),
            (by(stranger), dpop, "invalid_client"),
            (by(client="another"), dpop, "invalid_client"),
            (by(issuer="https://elsewhere.test"), dpop, "invalid_client"),
            (by(minutes=5), dpop, "invalid_client"),
            ({"client_assertion": "no.token.at-all"}, dpop, "invalid_client"),
            ({}, lambda: used_proof, "invalid_dpop_proof"),
            ({}, lambda: dpop("GET"), "invalid_dpop_proof"),
            ({}, lambda: dpop(to=f"{each.url}/edi/Messages"), "invalid_dpop_proof"),
            ({}, lambda: dpop(minutes=5), "invalid_dpop_proof"),
            ({}, lambda: dpop(nonce=None), "use_dpop_nonce"),
            ({}, lambda: "no proof", "invalid_dpop_proof"),
            ({"scope": ""}, dpop, "invalid_scope"),
            ({"grant_type": "password"}, dpop, "unsupported_grant_type"),
        ]
        for number, (form, made, error) in enumerate(table):
            assert await refused(form, made()) == error, (number, error)


async def test_a_stolen_token_is_worth_nothing_without_its_key(clock: SettableClock) -> None:
    async with there(clock) as each:
        token, _ = await each.helseid.fetch(SCOPE)
        thief = ECKey.generate_key("P-256", private=True)
        url = f"{each.url}/edi/Messages?ReceiverHerIds={OUR_HER_ID}"
        house_nonce = (
            await each.control.get(url, headers={"api-version": "2", "nhn-source-system": "x"})
        ).headers
        nonce = house_nonce["dpop-nonce"]

        async def status(scheme: str, key: SigningKey, bound_to: str | None = token) -> int:
            signed = proof(key, "GET", url, now=clock(), nonce=nonce, token=bound_to)
            headers = {"api-version": "2", "nhn-source-system": "x", "authorization": f"{scheme} {token}"}
            return (await each.control.get(url, headers=headers | {"dpop": signed})).status_code

        assert await status("DPoP", each.helseid.proof_key) == 200
        assert await status("Bearer", each.helseid.proof_key) == 401
        assert await status("DPoP", thief) == 401
        assert await status("DPoP", each.helseid.proof_key, None) == 401


async def test_without_helseid_there_is_no_token(clock: SettableClock) -> None:
    async with there(clock) as each:
        await each.control.post("/sandbox/faults", json={"helseid": {"status": 500}})
        with pytest.raises(NoToken) as away:
            await each.helseid.fetch(SCOPE)
    assert away.value.reason == "helseid-away"
