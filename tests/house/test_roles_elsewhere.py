"""Every role at every other address: the unit, the door, one's own, screens, and the telephone."""

from __future__ import annotations

import pytest

from tests.house.asking import Ward, every_role_gets_exactly_what_its_work_needs
from tests.house.route_roles import ROUTES
from tests.house.sign_in_cases import is_one

# Signing out would end the token that the rest is asked with; it has a test of its own.
OWN = [route for route in ROUTES if is_one(route[1])]
OTHERS = [
    route
    for route in ROUTES
    if "{encounter" not in route[1] and not is_one(route[1]) and route[1] != "/api/sign-out"
]


@pytest.mark.parametrize(
    "routes", [OWN, OTHERS[::2], OTHERS[1::2]], ids=["ones-own", "others", "more-others"]
)
async def test_every_role_gets_exactly_what_its_other_work_needs(
    ward: Ward, routes: list[tuple[str, str]]
) -> None:
    await every_role_gets_exactly_what_its_work_needs(ward, routes)
