"""The list of screens as the server draws it: what each shows, and whether it is there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.screens import show
from app.screens.displays import displays, line
from app.screens.texts import texts
from core.access.displays import DisplayList, DisplayView
from core.ids import Actor, Role, StaffId, UnitId
from tests.app.screens.markup import Node, by_id, keys, pick, read, visible, words
from tests.app.screens.ward import NOW
from triage.rules.unit.zones import Zone

KARI = Actor(StaffId("kari"), "Kari Moe", Role.COORDINATOR, UnitId("nordvik"))
ZONES = (Zone(id="akutt", name="Akutt"), Zone(id="pol", name="Poliklinikk"))


def display(id: str = "d-1", **changes: Any) -> DisplayView:
    common = {
        "id": id, "version": 3, "name": "Vaktrom", "kind": "wall", "names": "name", "zone": None,
        "theme": "dark", "chime": False, "added_at": NOW - timedelta(days=9), "seen_at": NOW,
        "connected": True,
    }  # fmt: skip
    return DisplayView(**{**common, **changes})


def drawn(*listed: DisplayView, zones: tuple[Zone, ...] = (), me: Actor = KARI, language: str = "nb") -> str:
    return displays(
        DisplayList(server_time=NOW, displays=listed),
        me=me,
        unit="nordvik",
        unit_name="Nordvik legevakt",
        zones=zones,
        language=language,
        asset_version="v1",
    )


def nav(page: Node) -> list[str]:
    return [words(link) for link in pick(page, "//nav//a")]


def test_each_screen_is_named_with_what_it_shows() -> None:
    page = read(drawn(display(), display("d-2", name="Gang", names="number", theme="schedule")))

    first, second = by_id(page, "rows")
    assert keys(page, "rows") == ["d-1", "d-2"]
    assert "Vaktrom" in words(first)
    assert "Tilkoblet" in words(first)
    assert "Personaltavle" in words(second)
    assert "Bare nummer · Lys kl. 07–20" in words(second)


@pytest.mark.parametrize(
    ("seen_at", "connected", "said"),
    [
        (NOW, True, "Tilkoblet"),
        (NOW - timedelta(minutes=5), False, "Sett 21:42"),
        (NOW - timedelta(hours=22), False, "Sett 13.03.2026 23:47"),
        (None, False, "Ikke sett ennå"),
    ],
)
def test_a_screen_that_is_away_says_when_it_was_last_there(
    seen_at: datetime | None, connected: bool, said: str
) -> None:
    shown = line(display(seen_at=seen_at, connected=connected), now=NOW, zones=(), t=texts("nb"))

    assert shown.state == said


@pytest.mark.parametrize(
    ("changes", "zones", "shows"),
    [
        ({}, (), "Personaltavle"),
        ({}, ZONES, "Personaltavle · Hele legevakten"),
        ({"zone": "akutt"}, ZONES, "Personaltavle · Akutt"),
        ({"zone": "nedlagt"}, ZONES, "Personaltavle · Sonen finnes ikke mer"),
        ({"zone": "nedlagt"}, (), "Personaltavle · Sonen finnes ikke mer"),
        ({"kind": "waiting-room", "zone": "akutt"}, ZONES, "Venterom"),
    ],
)
def test_the_part_of_the_ward_is_said_where_there_are_parts(
    changes: dict[str, Any], zones: tuple[Zone, ...], shows: str
) -> None:
    assert line(display(**changes), now=NOW, zones=zones, t=texts("nb")).shows == shows


def test_a_ward_without_screens_says_so_and_without_zones_asks_for_none() -> None:
    page = read(drawn())

    assert visible(by_id(page, "nobody"))
    assert pick(page, "//select[@name='zone']") == []
    assert len(pick(read(drawn(zones=ZONES)), "//select[@name='zone']/option")) == 6  # two forms


def test_only_where_one_may_go_is_in_the_bar() -> None:
    admin = Actor(StaffId("admin"), "Arne", Role.ADMIN, UnitId("nordvik"))

    assert nav(read(drawn())) == [
        "Kø",
        "Telefon",
        "Koordinator",
        "Bestillinger",
        "Tavle",
        "Drift",  # from here on behind "Mer"
        "Meldinger",
        "Oppgjør",
        "Skjermer",
        "Rom og soner",
    ]
    assert nav(read(drawn(me=admin)))[:2] == ["Drift", "Skjermer"]


def test_a_name_cannot_become_markup() -> None:
    script = "<script>alert(1)</script>"

    assert script not in drawn(display(name=script))


@pytest.mark.parametrize(
    ("utc", "colours"),
    [
        ("2026-11-25T05:59:59Z", "dark"),
        ("2026-11-25T06:00:00Z", "light"),  # 07:00 in winter
        ("2026-11-25T18:59:59Z", "light"),
        ("2026-11-25T19:00:00Z", "dark"),
        ("2026-07-01T04:59:59Z", "dark"),
        ("2026-07-01T05:00:00Z", "light"),  # 07:00 in summer
        ("2026-10-25T00:30:00Z", "dark"),  # 02:30, the first time
        ("2026-10-25T01:30:00Z", "dark"),  # 02:30 again
        ("2026-10-25T05:59:59Z", "dark"),  # 06:59, an hour longer night
        ("2026-10-25T06:00:00Z", "light"),
        ("2027-03-28T04:59:59Z", "dark"),
        ("2027-03-28T05:00:00Z", "light"),  # an hour shorter night
    ],
)
def test_a_screen_that_follows_the_clock_is_light_by_day(utc: str, colours: str) -> None:
    now = datetime.fromisoformat(utc)

    assert show.painted("schedule", now) == colours
    assert (show.painted("dark", now), show.painted("light", now)) == ("dark", "light")
