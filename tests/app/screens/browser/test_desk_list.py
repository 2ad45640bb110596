"""The queue of two hundred: searched, worked by keyboard, acted on in place, steady under hand and eye."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect
from websockets.asyncio.server import ServerConnection

from app.screens.desk import desk
from core.ids import Actor
from tests.app.screens import record, ward
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage, say
from tests.app.screens.browser.test_live import LIMIT, beat, hello, patch
from tests.app.screens.ward import NOW
from tests.browser import barriers
from triage.queries.board_row import Board

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

_FOCUSED = "document.activeElement.closest('tr')?.dataset.id"
_TOP = "id => document.querySelector(`#rows [data-id='${id}']`).getBoundingClientRect().top"


def many(count: int = 200) -> Board:
    """A ward on its worst night: the evening's patients, again and again, each a little later."""
    models = [*ward.waiting(), *ward.under_treatment()]
    rows = [
        models[n % len(models)].model_copy(
            update={"id": f"m-{n:03}", "number": f"M {n}", "name": f"Navn {n:03}."}
        )
        for n in range(count)
    ]
    return ward.board(*rows)


async def opened(
    screen: Page,
    stage: Stage,
    board: Board | None = None,
    *,
    me: Actor = record.DOCTOR,
    answers: dict[str, Any] | None = None,
    limit: str = "12000",
    language: str = "nb",
) -> tuple[ServerConnection, Calls]:
    calls = Calls(answers or {})
    await calls.play(screen)
    board = board or ward.board()
    page = desk(
        board, me=me, gps=(), language=language, websocket_path="/ws/units/nordvik/board", asset_version="v1"
    )
    stage.pages["/units/nordvik"] = page.replace('data-stale-after="12000"', f'data-stale-after="{limit}"')
    await screen.set_viewport_size({"width": 1440, "height": 900})
    await screen.goto("/units/nordvik")
    socket = await stage.socket()
    await hello(socket)
    await expect(screen.locator("[data-count=all]")).to_have_text(str(board.count))
    return socket, calls


@pytest.mark.parametrize("width", [1024, 1440])
async def test_no_flag_is_cut_where_two_stand_below_each_other(
    screen: Page, stage: Stage, width: int
) -> None:
    flagged = ward.row("e-1", "Kvinne 50 år", None, "Magesmerter", flags=("similar-name", "unknown-identity"))
    await opened(screen, stage, ward.board(flagged))
    await screen.set_viewport_size({"width": width, "height": 768})

    below = await screen.locator("#rows tr").evaluate(
        "row => [...row.querySelectorAll('.flag:not([hidden])')].map(flag =>"
        " flag.getBoundingClientRect().bottom - row.getBoundingClientRect().bottom)"
    )
    assert len(below) == 2
    assert max(below) <= 0


async def shown(screen: Page) -> list[str]:
    rows = screen.locator("#rows > tr:visible")
    return list(await rows.evaluate_all("rows => rows.map(row => row.dataset.id)"))


async def at(screen: Page, id: str) -> None:
    await screen.locator(f"#rows [data-id={id}] .who").focus()


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("triage", {"e-26", "e-27", "e-28"}),
        ("overdue", {"e-12", "e-18"}),
        ("mine", {"e-31", "e-36", "e-38", "e-40"}),
        ("expected", {"e-41"}),
    ],
)
async def test_each_question_shows_its_patients_and_says_how_many(
    screen: Page, stage: Stage, question: str, ids: set[str]
) -> None:
    await opened(screen, stage)

    await screen.locator(f"[name=filter][value={question}]").check(force=True)

    assert set(await shown(screen)) == ids
    await expect(screen.locator(f"[data-count={question}]")).to_have_text(str(len(ids)))


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("amina", ["e-14"]),
        ("T15", ["e-15"]),
        ("feber sofie", ["e-16"]),
        ("rom 7", ["e-12"]),
        ("UKJENT", ["e-27"]),
    ],
)
async def test_words_find_names_numbers_complaints_and_rooms(
    screen: Page, stage: Stage, words: str, ids: list[str]
) -> None:
    await opened(screen, stage)

    await screen.get_by_role("searchbox").fill(words)

    assert await shown(screen) == ids


async def test_when_nobody_fits_the_list_says_so(screen: Page, stage: Stage) -> None:
    await opened(screen, stage)

    await screen.get_by_role("searchbox").fill("finnes ikke")

    await expect(screen.locator("#none-fits")).to_be_visible()
    await expect(screen.locator("#nobody")).to_be_hidden()


async def test_the_list_is_walked_with_two_keys_and_enter_opens(screen: Page, stage: Stage) -> None:
    stage.pages["/encounters/e-31"] = "<!doctype html><title>Journal</title>"
    await opened(screen, stage)
    order = await shown(screen)

    for key in "jjjk":
        await screen.keyboard.press(key)

    assert await screen.evaluate(_FOCUSED) == order[1]
    await at(screen, "e-31")
    await screen.keyboard.press("Enter")
    await screen.wait_for_url("**/encounters/e-31")


@pytest.mark.parametrize(
    ("key", "deed", "body"),
    [("s", "seen", None), ("c", "call", {"place": None}), ("m", "take", {})],
)
async def test_one_key_does_what_is_done_most(
    screen: Page, stage: Stage, key: str, deed: str, body: Any
) -> None:
    _, calls = await opened(screen, stage, answers={f"POST /{deed}": (200, {"version": 2})})
    await at(screen, "e-14")

    async with screen.expect_response(f"**/e-14/{deed}"):
        await screen.keyboard.press(key)

    assert calls.bodies(f"/{deed}") == [body]
    await expect(screen.locator("#said")).to_contain_text("Amina Y.")
    assert await screen.evaluate(_FOCUSED) == "e-14"


async def test_while_somebody_types_a_letter_is_a_letter(screen: Page, stage: Stage) -> None:
    _, calls = await opened(screen, stage)
    await at(screen, "e-14")

    await screen.locator("#called").press_sequentially("mscg")
    await screen.keyboard.press("Tab")

    await expect(screen.locator("#called")).to_have_value("mscg")
    assert calls.asked == []


async def test_the_keys_can_be_turned_off_for_good(screen: Page, stage: Stage) -> None:
    _, calls = await opened(screen, stage)
    await screen.keyboard.press("?")
    await screen.get_by_label("Bruk hurtigtaster").uncheck()
    await screen.get_by_role("button", name="Lukk").click()
    await screen.reload()
    await stage.socket()

    await at(screen, "e-14")
    await screen.keyboard.press("s")
    await screen.keyboard.press("j")

    assert await screen.evaluate(_FOCUSED) == "e-14"
    assert calls.asked == []


async def test_who_has_left_is_named_before_it_is_noted(screen: Page, stage: Stage) -> None:
    _, calls = await opened(screen, stage, answers={"POST /left": (200, {"version": 2})})
    await at(screen, "e-14")
    await screen.keyboard.press("g")
    dialog = screen.get_by_role("dialog")
    await expect(dialog).to_contain_text("Skal Amina Y. (T 14) registreres som gått")

    await screen.keyboard.press("Enter")  # the first answer is no
    await expect(dialog).to_be_hidden()
    assert calls.asked == []

    await screen.keyboard.press("g")
    async with screen.expect_response("**/left"):
        await dialog.get_by_role("button", name="Ja, pasienten har gått").click()
    assert await calls.of("/left")[0].header_value("if-match") == '"1"'
    await expect(screen.locator("#said")).to_have_text("Amina Y. er registrert som gått.")


async def test_the_further_choices_are_those_possible_for_the_patient(screen: Page, stage: Stage) -> None:
    await opened(screen, stage, me=record.NURSE)

    await screen.locator("[data-id=e-41]").get_by_role("button", name="Flere valg").click()

    choices = screen.locator("#more [data-deed]:visible")
    deeds = await choices.evaluate_all("all => all.map(each => each.dataset.deed)")
    assert deeds == ["open", "arrive", "left"]


async def test_a_refusal_says_who_was_first_and_what_holds_now(screen: Page, stage: Stage) -> None:
    socket, _ = await opened(screen, stage, answers={"POST /place": (412, {"code": "stale"})})
    row = screen.locator("#rows [data-id=e-14]")
    held = await screen.evaluate_handle(
        "() => { const real = fetch; window.fetch = (path, how) => path.endsWith('/place')"
        " ? new Promise((go) => { window.letGo = () => go(real(path, how)); }) : real(path, how); }"
    )
    await row.get_by_label("Sted").select_option("Rom 8")

    await patch(
        socket, 42, ward.row("e-14", "Amina Y.", 34, "Magesmerter", waited=52, place="Obs 1", nurse="LK")
    )
    await expect(row.locator("[data-field=nurse]")).to_have_text("LK")
    await screen.evaluate("letGo()")

    await expect(row.get_by_role("alert")).to_contain_text("Nå: Obs 1, sykepleier LK, lege –.")
    await expect(row.get_by_label("Sted")).to_have_value("Obs 1")
    await held.dispose()


async def test_cut_off_an_act_says_what_it_rests_on_and_overruns_nobody(screen: Page, stage: Stage) -> None:
    _, calls = await opened(screen, stage, limit=LIMIT, answers={"POST /seen": None})
    await expect(screen.get_by_role("alert").first).to_contain_text("Viser bildet slik det var kl. 21:47")
    await at(screen, "e-14")

    await screen.keyboard.press("s")

    await expect(screen.locator("[data-id=e-14]").get_by_role("alert")).to_contain_text(
        "Lista er fra kl. 21:47."
    )
    assert await calls.of("/seen")[0].header_value("if-match") == '"1"'


async def test_the_row_in_focus_stays_where_it_is_while_others_move(screen: Page, stage: Stage) -> None:
    socket, _ = await opened(screen, stage, many())
    order = await shown(screen)
    here = order[60]
    await at(screen, here)
    before = await screen.evaluate(_TOP, here)

    urgent = [ward.row(f"n-{n}", f"Ny {n}", 40, "Feber", level=1, waited=1) for n in range(3)]
    await patch(socket, 42, *urgent, removed=tuple(order[10:14]))

    await expect(screen.locator("#rows [data-id=n-2]")).to_have_count(1)
    assert await screen.evaluate(_FOCUSED) == here
    assert abs(await screen.evaluate(_TOP, here) - before) < 1


async def test_the_row_under_the_pointer_stays_under_it(screen: Page, stage: Stage) -> None:
    socket, _ = await opened(screen, stage, many())
    order = await shown(screen)
    row = screen.locator(f"#rows [data-id={order[40]}]")
    await row.scroll_into_view_if_needed()
    await row.hover()
    before = await screen.evaluate(_TOP, order[40])

    await patch(socket, 42, ward.row("n-1", "Ny", 40, "Feber", level=1, waited=1), removed=tuple(order[:6]))

    await expect(screen.locator("#rows [data-id=n-1]")).to_have_count(1)
    assert abs(await screen.evaluate(_TOP, order[40]) - before) < 1


async def test_a_click_that_would_hit_the_next_patient_does_nothing(screen: Page, stage: Stage) -> None:
    socket, calls = await opened(screen, stage, many(), me=record.NURSE)
    order = await shown(screen)
    await screen.locator(f"#rows [data-id={order[1]}] [data-act=seen]").hover()

    await patch(
        socket, 42, removed=(order[0],)
    )  # at the top nothing can be scrolled to hold the row in place
    await expect(screen.locator(f"#rows [data-id={order[0]}]")).to_have_count(0)
    await screen.mouse.down()
    await screen.mouse.up()

    await expect(screen.locator("#list-error")).to_contain_text("ingenting ble gjort")
    assert calls.asked == []


async def test_a_row_that_no_longer_fits_stays_until_it_is_left(screen: Page, stage: Stage) -> None:
    socket, _ = await opened(screen, stage)
    await screen.locator("[name=filter][value=doctor]").check(force=True)
    await at(screen, "e-14")
    taken = ward.waiting()[6].model_copy(update={"doctor": "AB", "doctor_since": NOW})

    await patch(socket, 42, taken)
    await expect(screen.locator("[data-id=e-14] [data-field=doctor]")).to_have_text("AB")
    await expect(screen.locator("#rows [data-id=e-14]")).to_be_visible()
    await screen.locator("#words").focus()

    await expect(screen.locator("#rows [data-id=e-14]")).to_be_hidden()


async def test_when_the_patient_in_focus_goes_home_the_next_one_is_in_focus(
    screen: Page, stage: Stage
) -> None:
    socket, _ = await opened(screen, stage)
    order = await shown(screen)
    await at(screen, order[4])

    await patch(socket, 42, removed=(order[4],))

    await expect(screen.locator(f"#rows [data-id={order[4]}]")).to_have_count(0)
    assert await screen.evaluate(_FOCUSED) == order[5]


async def test_a_hundred_changes_leave_the_list_as_the_server_has_it(screen: Page, stage: Stage) -> None:
    board = many()
    socket, _ = await opened(screen, stage, board)
    rows = {row.id: row for row in board.rows}
    here = sorted(rows)[50]
    await at(screen, here)

    for number, id in enumerate(sorted(rows)[:100]):
        change: dict[str, Any] = {"nurse": f"X{number}", "level": 1 + number % 4, "version": 2}
        rows[id] = rows[id].model_copy(update=change)
        await patch(socket, 42 + number, rows[id])
    await beat(socket, seq=141, count=len(rows))

    await expect(screen.locator("#rows [data-id=m-099] [data-field=nurse]")).to_have_text("X99")
    said = await screen.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('#rows > tr')].map(row => [row.dataset.id,"
        " [row.querySelector('[data-field=nurse]').textContent, row.querySelector('.mark').textContent]]))"
    )
    assert said == {id: [row.nurse or "–", str(row.level or "?")] for id, row in rows.items()}
    assert await screen.evaluate(_FOCUSED) == here


async def test_a_kept_view_reads_like_a_fresh_one_at_every_second(screen: Page, stage: Stage) -> None:
    board = ward.board(*ward.waiting(), *ward.under_treatment(), ward.planned())
    await opened(screen, stage, board)

    different = await screen.evaluate(
        """async ([rows, start]) => {
            const { viewOf } = await import("/static/v1/lib/row_cache.js");
            const { rowView } = await import("/static/v1/lib/row_view.js");
            const wrong = [];
            for (let time = start; time < start + 3 * 3600_000; time += 1000) {
                for (const row of rows) {
                    const both = [viewOf, rowView].map((view) => JSON.stringify(view(row, time, "name")));
                    if (both[0] !== both[1]) wrong.push([row.id, time]);
                }
            }
            return wrong;
        }""",
        [[row.model_dump(mode="json") for row in board.rows], int(NOW.timestamp() * 1000)],
    )

    assert different == []


async def test_who_is_signed_out_keeps_what_was_typed_and_no_patients(screen: Page, stage: Stage) -> None:
    socket, _ = await opened(screen, stage)
    await screen.locator("#called").fill("Mann i rød jakke")

    await socket.close(4003)

    await expect(screen.get_by_role("alert").first).to_contain_text("Du er logget ut")
    await expect(screen.get_by_role("link", name="Logg inn på nytt")).to_be_visible()
    await expect(screen.locator("#rows > tr")).to_have_count(0)
    await expect(screen.locator("#called")).to_have_value("Mann i rød jakke")


async def state(name: str, screen: Page, stage: Stage, language: str) -> None:
    nobody = ward.board(ward.row("e-1", "X", 1, "X"), rows=(), count=0)
    empty = nobody if name == "empty" else None
    limit = LIMIT if name == "stale" else "12000"
    refused = {"POST /seen": (412, {"code": "stale"})}
    await opened(screen, stage, empty, limit=limit, language=language, answers=refused)
    if name == "stale":
        await expect(screen.locator("#stale")).to_be_visible()
    elif name == "none-fits":
        await screen.locator("#words").fill("xyz")
    elif name == "menu":
        await screen.locator("[data-id=e-14] [data-act=more]").click()
    elif name in ("keys", "leaving", "refused"):
        await at(screen, "e-14")
        await screen.keyboard.press({"keys": "?", "leaving": "g", "refused": "s"}[name])
        await expect(screen.locator("dialog[open], .row-error")).to_be_visible()


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("name", ["stale", "empty", "none-fits", "menu", "keys", "leaving", "refused"])
async def test_no_state_of_the_desk_has_an_axe_finding(
    screen: Page, stage: Stage, name: str, language: str
) -> None:
    await state(name, screen, stage, language)

    assert await barriers(screen, colours=language == "nb") == []


async def test_the_heading_of_the_table_stays_in_sight(screen: Page, stage: Stage) -> None:
    await opened(screen, stage, many())
    head = screen.get_by_role("columnheader", name="Sted")
    before = await head.bounding_box()

    for _ in range(30):
        await screen.keyboard.press("j")

    assert await head.bounding_box() == before
    focused = await screen.evaluate("document.activeElement.getBoundingClientRect().top")
    assert before is not None
    assert focused >= before["y"] + before["height"]


async def test_a_room_that_is_new_can_be_chosen_at_once_and_not_under_a_hand(
    screen: Page, stage: Stage
) -> None:
    socket, _ = await opened(screen, stage)
    first, second = (screen.locator(f"#rows [data-id={id}] select") for id in ("e-14", "e-18"))
    await second.focus()
    held = await second.locator("option").count()
    where = await first.input_value()

    about = {"rooms": [{"name": name} for name in (*ward.ROOMS, "Telt 1")]}
    arranged = ward.board().model_dump(
        mode="json", include={"unit", "unit_name", "desks", "zones", "columns"}
    )
    await say(socket, type="patch", epoch="e1", seq=42, rows=[], removed=[], **arranged, **about)

    await expect(first.locator("option").last).to_have_text("Telt 1")
    assert await first.input_value() == where
    await expect(second.locator("option")).to_have_count(held)
    await patch(socket, 43, ward.row("e-new", "Ny P.", 50, "Feber"))
    await expect(screen.locator("#rows [data-id=e-new] option").last).to_have_text("Telt 1")
    await screen.locator("#words").focus()
    await expect(second.locator("option").last).to_have_text("Telt 1")
