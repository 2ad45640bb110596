"""Every address has its row, and the few that the table cannot ask in passing. What to send: `asking.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from starlette.routing import BaseRoute

from app.main import create_app
from core.settings import Settings
from tests.house.asking import Request, Ward
from tests.house.route_roles import CAST, OPEN, ROUTES


def _addresses(routes: Iterable[BaseRoute]) -> set[tuple[str, str]]:
    found = set()
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            found |= _addresses(inner.routes)
        elif hasattr(route, "path") and hasattr(route, "endpoint"):
            methods = getattr(route, "methods", None) or {"WEBSOCKET"}
            found |= {(method, route.path) for method in methods - {"HEAD"}}
    return found


async def test_a_screen_on_the_wall_is_not_known_by_its_token_at_the_persons_door(ward: Ward) -> None:
    cast = ward.served.cast
    path = "/api/displays/sign-in"

    wall = await ward.ask(Request("POST", path, {"token": cast.wall.token}), None)
    person = await ward.ask(Request("POST", path, {"token": cast.nora.token}), None)

    assert wall[0] == 200
    assert person[0] == 401


async def test_signing_out_is_for_everybody_and_ends_only_ones_own(ward: Ward) -> None:
    statuses = {who: (await ward.ask(Request("POST", "/api/sign-out"), who))[0] for who in (*CAST, None)}

    assert set(statuses.values()) == {204}
    assert (await ward.ask(Request("GET", "/api/me"), "nora"))[0] == 401
    assert (await ward.ask(Request("GET", "/api/me"), "dina"))[0] == 200


def test_every_address_is_in_the_table(settings_for: Callable[..., Settings], database_url: str) -> None:
    app = create_app(settings_for(database_url))

    answered = _addresses(app.routes)
    documented = {
        (method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods
    }

    assert documented <= answered, "the walk over the routes misses some: mend it before trusting the table"
    assert not answered - ROUTES.keys(), "say in route_roles.py who these are for"
    assert not ROUTES.keys() - answered, "these are gone: take them out of route_roles.py"
    assert {who for allowed in ROUTES.values() for who in allowed} == OPEN
