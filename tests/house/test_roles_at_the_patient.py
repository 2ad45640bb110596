"""Every role at every address of one patient: the right ones get in, the others are told no."""

from __future__ import annotations

import pytest

from tests.house.asking import Ward, every_role_gets_exactly_what_its_work_needs
from tests.house.route_roles import ROUTES

PAGES = [route for route in ROUTES if "{encounter" in route[1] and route[0] == "GET"]
DEEDS = [route for route in ROUTES if "{encounter" in route[1] and route[0] != "GET"]


@pytest.mark.parametrize("routes", [PAGES, DEEDS[::2], DEEDS[1::2]], ids=["pages", "deeds", "more-deeds"])
async def test_every_role_gets_exactly_what_its_work_with_a_patient_needs(
    ward: Ward, routes: list[tuple[str, str]]
) -> None:
    await every_role_gets_exactly_what_its_work_needs(ward, routes)
