"""Versions and keys as clients send them."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from core.errors import NotFound
from core.http.body import BodyRoute
from core.http.call import VersionMalformed, _versions, etag, in_unit
from core.http.problem import install
from core.ids import Actor, Role, StaffId, UnitId
from core.text import Request, ShortText


@pytest.mark.parametrize(
    ("header", "versions"),
    [
        ('"3"', (3, None)),
        ('"3.0"', (3, 0)),
        (' "12.7" ', (12, 7)),
        (None, (None, None)),
        ("*", (None, None)),
    ],
)
def test_the_version_is_read_from_if_match(
    header: str | None, versions: tuple[int | None, int | None]
) -> None:
    assert _versions(header) == versions


@pytest.mark.parametrize(
    "header", ["3", '"3', "", '"-1"', 'W/"3"', '"3", "4"', '"3."', '"9999999999"', "'3'"]
)
def test_what_we_never_gave_out_is_no_version(header: str) -> None:
    with pytest.raises(VersionMalformed):
        _versions(header)


@pytest.mark.parametrize(("version", "draft"), [(1, None), (3, 0), (999_999_999, 999_999_999)])
def test_what_we_give_out_is_read_back(version: int, draft: int | None) -> None:
    assert _versions(etag(version, draft)) == (version, draft)


def test_another_units_path_is_not_found() -> None:
    actor = Actor(StaffId("dag"), "Dag Holm", Role.DOCTOR, UnitId("nordvik"))

    in_unit(actor, "nordvik")
    with pytest.raises(NotFound):
        in_unit(actor, "sorvik")


class Named(Request):
    """A body."""

    called: ShortText
    more: dict[str, int] | None = None


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ('{"called": "Ingrid"}', 200, None),
        ('{"called": "Ingrid", "called": "Anne"}', 400, "malformed"),
        ('{"called": "Ingrid", "more": {"a": 1, "a": 1}}', 400, "malformed"),
        ('{"called": NaN}', 400, "malformed"),
        ('{"called": "Ingrid", "more": {"a": -Infinity}}', 400, "malformed"),
        ('{"called": ', 400, "malformed"),
        ("[" * 100_000, 400, "malformed"),
        ('{"called": "\\ud800"}', 422, "invalid"),
        ("", 422, "invalid"),
    ],
)
async def test_a_body_says_each_thing_once_and_in_json(body: str, status: int, code: str | None) -> None:
    app = FastAPI()
    install(app, lambda code, language: f"{code} in {language or 'nb'}")

    app.router.route_class = BodyRoute

    @app.post("/named")
    async def named(given: Named) -> str:
        return given.called

    async with AsyncClient(transport=ASGITransport(app), base_url="http://ward") as http:
        answer = await http.post("/named", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == status
    assert answer.json() == "Ingrid" if code is None else answer.json()["code"] == code
