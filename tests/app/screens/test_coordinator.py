"""The coordinator's screen as the server draws it: what rings first, who goes, and what must be changed."""

from __future__ import annotations

from typing import Any

import pytest

from app.screens.coordinator.page import coordinator
from app.screens.coordinator.view import CoordinatorView, coordinator_view
from app.screens.row_view import AlarmView, row_view
from app.screens.texts import LANGUAGES, texts
from core.ids import Actor, Role, StaffId, UnitId
from tests.app.screens import overview as evening
from tests.app.screens import ward
from tests.app.screens.markup import by_id, keys, pick, read, visible, words
from tests.app.screens.overview import ringing, taken, task
from tests.app.screens.ward import NOW, minutes
from triage.queries.board_row import Board
from triage.queries.overview import Overview
from triage.rules.safety.alarms import Rule

NB = texts("nb")
KARI = Actor(StaffId("kari"), "Kari Moe", Role.COORDINATOR, UnitId("nordvik"))


def drawn(
    board: Board | None = None, seen: Overview | None = None, *, language: str = "nb", me: Actor = KARI
) -> str:
    return coordinator(
        board or evening.board(),
        seen or evening.overview(),
        me=me,
        language=language,
        websocket_path="/ws/units/nordvik/board",
        asset_version="v1",
    )


def view(**changes: Any) -> CoordinatorView:
    return coordinator_view(evening.board(), evening.overview(**changes), now=NOW, t=NB)


def test_what_rings_is_first_the_most_urgent_before_the_longest() -> None:
    page = read(drawn())

    assert keys(page, "alarms") == ["e-12", "e-18", "e-26"]
    first, again, gone = by_id(page, "alarms")
    assert "Over fristen til lege · Ny vurdering forfalt" in words(first)
    assert "Ringer, 2. gangsiden 21:38 · 9 min" in words(again)
    assert "Tatt av LK" in words(gone)
    assert [visible(pick(row, ".//button[@data-act='take-alarm']")[0]) for row in (first, gone)] == [
        True,
        False,
    ]


def test_who_has_a_doctor_and_rings_is_listed_too_and_asks_for_the_doctor() -> None:
    observed = ward.row(
        "e-1", "Ola N.", 50, "Hodeskade", level=3, doctor="DH", alarm=ringing(Rule.LIMIT, ago=2)
    )
    board = evening.board().model_copy(update={"rows": (observed,), "count": 1})
    seen = coordinator_view(board, evening.overview(), now=NOW, t=NB)

    assert [each.id for each in seen.alarms] == ["e-1"]
    assert (seen.alarms[0].alarm.mark, seen.alarms[0].alarm.why) == (
        "Lege nå",
        "Grense passert: lege varsles",
    )
    assert {each.id: each.value for each in seen.figures}["ringing"] == "1"
    assert seen.waiting == ()


def test_an_untriaged_patient_who_rings_is_before_a_red_one() -> None:
    rows = (
        ward.row("e-1", "Rød R.", 50, "Tung pust", level=1, alarm=ringing(Rule.UNSEEN, ago=20)),
        ward.row("e-2", "Ny N.", 50, "Tung pust", level=None, alarm=ringing(Rule.UNTRIAGED, ago=1)),
        ward.row("e-3", "Grønn G.", 50, "Sår", level=4, alarm=taken(Rule.TARGET)),
    )

    shown = coordinator_view(ward.board(*rows), evening.NOTHING, now=NOW, t=NB)

    assert [line.id for line in shown.alarms] == ["e-2", "e-1", "e-3"]


@pytest.mark.parametrize(
    ("alarm", "said"),
    [
        (None, ("", "", "", False)),
        (ringing(Rule.UNSEEN), ("rings", "Ringer", "siden 21:43 · 4 min", True)),
        (ringing(Rule.UNSEEN, number=3), ("rings", "Ringer, 3. gang", "siden 21:43 · 4 min", True)),
        (taken(Rule.UNSEEN), ("taken", "Tatt av LK", "ringer igjen 21:52", False)),
    ],
)
def test_an_alarm_says_since_when_it_rings_or_who_goes_and_until_when(alarm: Any, said: Any) -> None:
    shown: AlarmView = row_view(ward.row("e-1", "Olav H.", 84, "Fall", alarm=alarm), now=NOW, t=NB).alarm

    assert (shown.state, shown.word, shown.note, shown.rings) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last_seen_at": NOW - minutes(7)}, "Sett 21:40"),
        ({}, "Ikke sett ennå"),
        ({"doctor_since": NOW, "doctor": "HS", "status": "in-progress"}, ""),
        ({"status": "planned"}, ""),
    ],
)
def test_when_somebody_last_looked_in_is_said_of_whoever_has_come(changes: dict[str, Any], said: str) -> None:
    assert row_view(ward.row("e-1", "Olav H.", 84, "Fall", **changes), now=NOW, t=NB).seen == said


def test_a_level_below_the_suggested_asks_another_person_to_confirm_it() -> None:
    page = read(drawn())

    asked = [row.get("data-id") for row in by_id(page, "waiting") if visible(pick(row, ".//p")[0])]
    assert asked == ["e-14"]
    assert "Trenger ny vurdering av en annen Bekreft hastegraden" in words(by_id(page, "waiting"))


def test_the_strip_counts_what_somebody_must_act_on_in_inverse() -> None:
    figures = {each.id: (each.value, each.note, each.state) for each in view().figures}

    assert figures == {
        "ringing": ("2", "lengst 9 min", "late"),
        "taken": ("1", "", ""),
        "waiting": ("15", "lengst 2 t 10", ""),
        "soon": ("2", "", ""),
        "rooms": ("13", "av 15", ""),
        "tasks": ("2", "1 over tiden", "late"),
        "calls": ("0", "", ""),
        "expected": ("1", "", ""),
    }


def test_somebody_a_doctor_has_taken_meanwhile_is_late_no_more() -> None:
    gone = evening.overview().late_soon[0].model_copy(update={"encounter": "e-31"})

    assert [line.id for line in view(late_soon=(gone,)).soon] == []


def test_a_room_names_who_is_in_it_or_how_many() -> None:
    rows = (
        ward.row("e-1", "Grønn G.", 50, "Sår", level=4, place="Rom 2"),
        ward.row("e-2", "Rød R.", 50, "Tung pust", level=1, place="Rom 2", waited=1),
        ward.row("e-3", "Gul G.", 61, "Feber", place="Rom 1"),
    )
    board = ward.board(*sorted(rows, key=lambda row: row.level or 0), rooms=("Rom 1", "Rom 2", "Rom 3"))

    rooms = coordinator_view(board, evening.NOTHING, now=NOW, t=NB).rooms

    assert [(room.who, room.level_class, room.used) for room in rooms] == [
        ("Gul G. K 61", "l3", True),
        ("2 pasienter", "l1", True),
        ("ledig", "", False),
    ]


@pytest.mark.parametrize(
    ("changes", "due", "tried"),
    [
        ({}, "innen 21:59", "ikke forsøkt"),
        ({"due_at": NOW}, "0 min over tiden", "ikke forsøkt"),
        (
            {"attempts": (evening.UNANSWERED, evening.UNANSWERED)},
            "innen 21:59",
            "2. forsøk 21:27 av Nora Lie: Svarer ikke",
        ),
    ],
)
def test_whom_to_call_back_shows_by_when_and_what_was_tried(
    changes: dict[str, Any], due: str, tried: str
) -> None:
    (line,) = view(tasks=(task(**changes),)).tasks

    assert (line.due, line.tried) == (due, tried)


def test_a_rule_that_is_noise_is_marked_as_one_to_change() -> None:
    assert [(line.word, line.per_cent, line.to_change) for line in view().rules] == [
        ("Over fristen til lege", "77 %", False),
        ("Ikke triagert", "88 %", False),
        ("Ikke sett til", "14 %", True),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quiet_ward_says_so_everywhere(language: str) -> None:
    page = read(drawn(ward.board(ward.planned(), rooms=()), evening.NOTHING, language=language))

    none = pick(page, "//*[@data-none]")
    assert len(none) == 7
    assert all(visible(each) and words(each) for each in none)


def test_only_those_who_look_after_patients_find_the_way_here() -> None:
    admin = Actor(StaffId("admin"), "Arne", Role.ADMIN, UnitId("nordvik"))

    assert "Koordinator" in words(pick(read(drawn()), "//nav")[0])
    assert "Koordinator" not in words(pick(read(drawn(me=admin)), "//nav")[0])


def test_a_name_cannot_become_markup_here_either() -> None:
    script = "<script>alert(1)</script>"

    assert script not in drawn(seen=evening.overview(tasks=(task(name=script),)))
