"""Passkeys: one touch is enough, and what a foreign page, an old answer or another key signs is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.cast import PASSWORD
from tests.conftest import Served
from tests.soft_passkey import SoftKey


async def enrol(served: Served, key: SoftKey) -> int:
    """Nora adds this key; the status of the answer."""
    nora = served.cast.nora.headers
    begun = await served.http.post("/api/me/passkey/begin", json={"password": PASSWORD}, headers=nora)
    made = {"step": begun.json()["step"], "answer": key.make(begun.json()["options"]), "name": "Nøkkelen"}
    return (await served.http.post("/api/me/passkey", json=made, headers=nora)).status_code


async def begin(served: Served) -> dict[str, Any]:
    answer: dict[str, Any] = (await served.http.post("/api/sign-in/passkey/begin")).json()
    return answer


async def test_a_touch_on_a_passkey_is_a_whole_sign_in(served: Served) -> None:
    key = SoftKey(served.url)
    assert await enrol(served, key) == 201
    begun = await begin(served)
    signed = {"step": begun["step"], "answer": key.sign(begun["options"])}

    answer = await served.http.post("/api/sign-in/passkey", json=signed)
    replayed = await served.http.post("/api/sign-in/passkey", json=signed)

    assert answer.json()["name"] == "Nora Lie"
    assert (await served.http.get("/api/me")).json()["name"] == "Nora Lie"
    assert (replayed.status_code, replayed.json()["code"]) == (409, "sign-in-step-expired")
    mine = (await served.http.get("/api/me/sessions")).json()["sessions"]
    assert [each["method"] for each in mine if each["this_one"]] == ["passkey"]


async def test_what_is_signed_wrongly_opens_nothing(served: Served) -> None:
    key = SoftKey(served.url)
    assert await enrol(served, key) == 201
    stolen = SoftKey(served.url, id=key.id)
    foreign = replace(key, origin="https://evil.example")
    elsewhere = replace(key, host="evil.example")
    unchecked = replace(key, verified=False)
    for same in (foreign, elsewhere, unchecked):
        same._private = key._private
        same.count = 10
    faults = []

    for name, wrong, challenge in (
        ("a key of somebody else", stolen, None),
        ("a foreign page", foreign, None),
        ("another site's key", elsewhere, None),
        ("nobody was checked", unchecked, None),
        ("an old challenge", key, "b2xkIGNoYWxsZW5nZQ"),
    ):
        begun = await begin(served)
        answer = wrong.sign(begun["options"], challenge=challenge)
        got = await served.http.post("/api/sign-in/passkey", json={"step": begun["step"], "answer": answer})
        if (got.status_code, got.json()["code"]) != (422, "passkey-refused") or got.cookies:
            faults.append(f"{name}: {got.text}")
    begun = await begin(served)
    nobody = SoftKey(served.url).sign(begun["options"])
    got = await served.http.post("/api/sign-in/passkey", json={"step": begun["step"], "answer": nobody})
    copied = SoftKey(served.url, id=key.id)
    copied._private, copied.count = key._private, 0

    assert not faults, "\n".join(faults)
    assert (got.status_code, got.cookies.get("legevakt")) == (401, None)
    for answer in ({}, {"id": 7}, {"id": "x", "response": {}}):
        begun = await begin(served)
        broken = await served.http.post(
            "/api/sign-in/passkey", json={"step": begun["step"], "answer": answer}
        )
        assert broken.status_code in (401, 422), broken.text
    assert await enrol(served, key) == 409, "the same key is not added twice"
    assert await enrol(served, SoftKey("https://evil.example")) == 422
