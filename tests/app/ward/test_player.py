"""The player against a small server that speaks the API: versions, keys, and connections that break."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Any

import httpx
import pytest

from app.ward.crew import Crew, SignInRefused, Worker
from app.ward.evening import Step, evening
from app.ward.player import Played, Player

START = datetime(2026, 3, 14, 20, 0, tzinfo=UTC)
Fault = Callable[[httpx.Request], int | Exception | None]


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class SmallServer:
    """Keeps versions and keys as the service does, and remembers what was really done."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str, dict[str, Any], str]] = []  # kind, encounter, body, who
        self.versions: dict[str, int] = {}
        self.answers: dict[str, httpx.Response] = {}
        self.before: Fault = lambda request: None
        self.after: Fault = lambda request: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/sign-in":
            return self.sign_in(json.loads(request.content))
        refused = self.before(request)
        if isinstance(refused, Exception):
            raise refused
        answer = (
            httpx.Response(refused, json={"code": "refused"})
            if isinstance(refused, int)
            else self.answer(request)
        )
        lost = self.after(request)
        if isinstance(lost, Exception):
            raise lost
        return answer

    def sign_in(self, form: dict[str, str]) -> httpx.Response:
        if form["password"] != "a long password":
            return httpx.Response(401, json={"code": "not-signed-in"})
        return httpx.Response(200, json={}, headers={"Set-Cookie": f"legevakt={form['username']}; Path=/"})

    def answer(self, request: httpx.Request) -> httpx.Response:
        who = request.headers.get("Authorization") or request.headers.get("Cookie")
        if who is None:
            return httpx.Response(401, json={"code": "not-signed-in"})
        pieces = request.url.path.split("/")
        encounter = pieces[3] if pieces[2] == "encounters" else f"e{len(self.versions)}"
        if request.method == "GET":
            return self.tagged(200, encounter)
        key = request.headers["Idempotency-Key"]
        if key not in self.answers:
            wanted = request.headers.get("If-Match")
            if wanted is not None and wanted != f'"{self.versions[encounter]}"':
                return httpx.Response(412, json={"code": "stale"})
            if wanted is None and pieces[-1] in ("draft", "diagnoses", "finish", "left"):
                return httpx.Response(428, json={"code": "version-missing"})
            self.versions[encounter] = self.versions.get(encounter, 0) + 1
            self.done.append((pieces[-1], encounter, json.loads(request.content), who))
            self.answers[key] = self.tagged(201, encounter)
        return self.answers[key]

    def tagged(self, status: int, encounter: str) -> httpx.Response:
        version = self.versions[encounter]
        return httpx.Response(
            status, json={"id": encounter, "version": version}, headers={"ETag": f'"{version}"'}
        )

    def kinds(self) -> Counter[str]:
        return Counter(kind for kind, *_ in self.done)


async def played(
    server: SmallServer, steps: list[Step], *, crew: Crew | None = None, speed: float = 8.0
) -> tuple[list[Played], Clock]:
    reports: list[Played] = []
    clock = Clock()
    async with httpx.AsyncClient(transport=httpx.MockTransport(server), base_url="http://ward") as client:
        player = Player(
            client,
            "nordvik",
            crew or Crew(nurses=[Worker(token="n1"), Worker(token="n2")], doctors=[Worker(token="d1")]),
            report=reports.append,
            clock=clock,
            sleep=clock.sleep,
        )
        await player.play(iter(steps), speed=speed)
    return reports, clock


def steps_until(minutes: float) -> list[Step]:
    return list(takewhile(lambda step: step.at < minutes, evening(1, date(2026, 3, 14))))


NAMES = {"arrive": "arrivals", "assess": "assessments", "diagnosis": "diagnoses"}


def expected(steps: list[Step]) -> Counter[str]:
    return Counter(NAMES.get(step.kind, step.kind) for step in steps)


async def test_every_step_of_an_evening_is_done_once() -> None:
    server, steps = SmallServer(), steps_until(120)

    reports, clock = await played(server, steps, speed=10)

    assert server.kinds() == expected(steps)
    assert {report.problem for report in reports} == {None}
    assert len(reports) == len(steps)
    assert timedelta(minutes=11) < clock.now - START <= timedelta(minutes=12)


async def test_who_was_expected_comes_to_the_contact_that_waits_for_them() -> None:
    server = SmallServer()
    steps = [
        Step(at=0, patient=1, kind="arrive", worker=0, body={}, encounter="e-of-the-call"),
        Step(at=1, patient=1, kind="assess", worker=0, body={}),
    ]

    await played(server, steps)

    assert [(kind, encounter) for kind, encounter, *_ in server.done] == [
        ("arrive", "e-of-the-call"),
        ("assessments", "e-of-the-call"),
    ]


async def test_what_happened_before_the_start_is_entered_with_its_own_times() -> None:
    server, steps = SmallServer(), steps_until(0)

    _reports, clock = await played(server, steps)

    moments = [
        datetime.fromisoformat(body[field])
        for _kind, _encounter, body, _who in server.done
        for field in ("arrived_at", "assessed_at", "taken_at")
        if field in body
    ]
    assert len(moments) == sum(step.moment is not None for step in steps)
    assert max(moments) < START
    assert min(moments) > START - timedelta(hours=4)
    assert clock.now == START


async def test_what_happens_after_the_start_has_no_time_but_the_servers() -> None:
    server, steps = SmallServer(), steps_until(60)

    await played(server, steps)

    timed = sum("arrived_at" in body for _kind, _encounter, body, _who in server.done)
    assert timed == 22 < server.kinds()["arrivals"]


async def test_an_answer_that_is_lost_leads_to_no_second_patient() -> None:
    server, steps = SmallServer(), steps_until(60)
    asked = Counter[str]()

    def lose_first_answer(request: httpx.Request) -> Exception | None:
        key = request.headers.get("Idempotency-Key", "")
        asked[key] += 1
        return httpx.ReadError("lost") if key and asked[key] == 1 else None

    server.after = lose_first_answer
    reports, _clock = await played(server, steps)

    assert server.kinds() == expected(steps)
    assert {report.tries for report in reports} == {2}


async def test_a_server_that_is_away_for_a_while_gets_everything_in_the_end() -> None:
    server, steps = SmallServer(), steps_until(60)
    calls = Counter[str]()

    def away(request: httpx.Request) -> int | Exception | None:
        calls["all"] += 1
        if calls["all"] < 20:
            return httpx.ConnectError("refused")
        return 503 if calls["all"] < 40 else None

    server.before = away
    reports, _clock = await played(server, steps)

    assert server.kinds() == expected(steps)
    assert all(report.problem is None for report in reports)


async def test_a_change_made_by_somebody_else_is_read_before_writing_on() -> None:
    server, steps = SmallServer(), steps_until(60)
    touched: set[str] = set()

    def touch(request: httpx.Request) -> None:
        encounter = request.url.path.split("/")[3]
        if request.url.path.endswith("/draft") and encounter not in touched:
            touched.add(encounter)
            server.versions[encounter] += 1

    server.before = touch
    await played(server, steps)

    assert touched
    assert server.kinds() == expected(steps)


async def test_a_patient_taken_by_a_real_doctor_is_left_to_them() -> None:
    server, steps = SmallServer(), steps_until(120)
    server.before = lambda request: 409 if request.url.path.endswith("/take") else None

    reports, _clock = await played(server, steps)

    assert not {"take", "draft", "diagnoses", "finish"} & set(server.kinds())
    assert {(r.status, r.problem) for r in reports if r.kind == "take"} == {(409, "refused")}


async def test_people_sign_in_once_each_and_act_as_themselves() -> None:
    server, steps = SmallServer(), steps_until(30)
    crew = Crew(
        nurses=[Worker(username="nora", password="a long password")],
        doctors=[Worker(username="dag", password="a long password")],
    )

    await played(server, steps, crew=crew)

    by_kind = {kind: who for kind, _encounter, _body, who in server.done}
    assert by_kind["arrivals"] == "legevakt=nora"
    assert by_kind["take"] == "legevakt=dag"


async def test_a_session_that_has_ended_is_started_again() -> None:
    server, steps = SmallServer(), steps_until(30)
    calls = Counter[str]()

    def end_session(request: httpx.Request) -> int | None:
        calls["all"] += 1
        return 401 if calls["all"] == 10 else None

    server.before = end_session
    crew = Crew(
        nurses=[Worker(username="nora", password="a long password")],
        doctors=[Worker(username="dag", password="a long password")],
    )
    reports, _clock = await played(server, steps, crew=crew)

    assert server.kinds() == expected(steps)
    assert max(report.tries for report in reports) == 2


async def test_a_wrong_password_stops_the_evening() -> None:
    crew = Crew(nurses=[Worker(username="nora", password="wrong")], doctors=[Worker(token="d")])

    with pytest.RaisesGroup(pytest.RaisesExc(SignInRefused, match="nora")):
        await played(SmallServer(), steps_until(0)[:1], crew=crew)


async def test_passwords_and_tokens_never_show_in_a_log() -> None:
    worker = Worker(token="secret-token", username="nora", password="secret-password")

    assert "secret" not in repr(worker)


async def test_a_laptop_that_slept_goes_on_without_a_flood() -> None:
    server = SmallServer()
    steps = [step for step in steps_until(240) if step.kind == "arrive" and step.at >= 0]
    slept: list[bool] = []

    def sleep_at_night(clock: Clock) -> Callable[[httpx.Request], None]:
        def fall_asleep(request: httpx.Request) -> None:
            if len(server.done) == 3 and not slept:
                slept.append(True)
                clock.now += timedelta(hours=1)

        return fall_asleep

    reports: list[Played] = []
    clock = Clock()
    server.before = sleep_at_night(clock)
    async with httpx.AsyncClient(transport=httpx.MockTransport(server), base_url="http://ward") as client:
        crew = Crew(nurses=[Worker(token="n")], doctors=[Worker(token="d")])
        player = Player(client, "nordvik", crew, report=reports.append, clock=clock, sleep=clock.sleep)
        await player.play(iter(steps), speed=8.0)

    evening_minutes = steps[-1].at / 8.0
    assert slept
    assert clock.now - START > timedelta(hours=1, minutes=evening_minutes - 5)
