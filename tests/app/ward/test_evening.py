from collections import defaultdict
from datetime import date
from itertools import islice, takewhile

import pytest

from app.ward.evening import Step, Ward, evening
from app.ward.patients import Came
from app.ward.telephone import CALLERS, COMES, Caller
from triage.commands.assess import NewAssessment
from triage.rules.age import age_months
from triage.rules.scales.engine import evaluate
from triage.rules.scales.packs import scale

TODAY = date(2026, 3, 14)


TARGETS = {"red": 0, "orange": 10, "yellow": 60, "green": 240}


def level(steps: list[Step]) -> str:
    """The level the last assessment of these gives."""
    body = [step.body for step in steps if step.kind == "assess"][-1]
    given = NewAssessment.model_validate(body)
    born = steps[0].body.get("birth_date")
    months = age_months(date.fromisoformat(born) if born else None, TODAY)
    found = given.level or evaluate(scale("sats"), given.findings(months)).level
    assert found is not None
    return found


def until(minutes: float, seed: int = 1, ward: Ward | None = None) -> list[Step]:
    return list(takewhile(lambda step: step.at < minutes, evening(seed, TODAY, ward)))


def by_patient(steps: list[Step]) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = defaultdict(list)
    for step in steps:
        found[step.patient].append(step)
    return found


def test_the_same_seed_gives_the_same_evening_and_another_seed_another() -> None:
    first, again, other = (list(islice(evening(seed, TODAY), 800)) for seed in (1, 1, 2))

    assert first == again
    assert first != other


@pytest.mark.parametrize(
    "caller", [each for each in CALLERS if each.outcome in COMES], ids=lambda c: c.complaint
)
def test_who_rang_first_is_looked_after_like_the_others(caller: Caller) -> None:
    on_the_way = [Came("e-1", f"{caller.who} 50 år", caller.sex, caller.complaint)]

    def came() -> list[Came]:
        here, on_the_way[:] = on_the_way[:], []
        return here

    steps = takewhile(lambda step: step.at < 600, evening(1, TODAY, Ward(doctors=9), came))

    [theirs] = [each for each in by_patient(list(steps)).values() if each[0].encounter]
    assert theirs[0].kind == "arrive"
    assert theirs[0].encounter == "e-1"
    assert {"assess", "take", "finish"} <= {step.kind for step in theirs}


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_evening_opens_in_full_work(seed: int) -> None:
    opening = until(0.0, seed)

    present = by_patient(opening)
    kinds = [{step.kind for step in steps} for steps in present.values()]
    assert len(present) == 22
    assert sum("take" in kind for kind in kinds) == 9
    assert sum(kind == {"arrive"} for kind in kinds) == 3
    assert all(-200 < step.at < 0 for step in opening)
    # Only what has a time of its own may be entered afterwards, besides where the patient is.
    assert {step.moment for step in opening if step.kind != "place"} == {
        "arrived_at",
        "assessed_at",
        "taken_at",
    }


@pytest.mark.parametrize("seed", range(1, 21))
def test_somebody_has_waited_past_the_deadline_when_the_evening_opens(seed: int) -> None:
    present = by_patient(until(0.0, seed))

    waiting = [steps for steps in present.values() if {step.kind for step in steps} == {"arrive", "assess"}]
    late = [steps for steps in waiting if -steps[0].at > TARGETS[level(steps)]]
    assert len(waiting) == 10
    assert 1 <= len(late) <= 4


@pytest.mark.parametrize("seed", range(1, 6))
def test_every_patient_goes_through_the_ward_in_order(seed: int) -> None:
    steps = until(360.0, seed)

    assert [step.at for step in steps] == sorted(step.at for step in steps)
    for mine in by_patient(steps).values():
        kinds = [step.kind for step in mine]
        assert kinds[0] == "arrive"
        assert kinds.count("arrive") == 1
        if "take" in kinds:
            assert kinds.index("assess") < kinds.index("place") < kinds.index("take")
            assert kinds.count("take") == 1
            treated = [kind for kind in kinds if kind in ("take", "draft", "diagnosis", "finish")]
            whole = ["take", "draft", "draft", "draft", "diagnosis", "finish"]
            assert treated == whole[: len(treated)]
            assert len({step.worker for step in mine if step.role == "doctor"}) == 1
        for last in ("finish", "left"):
            assert last not in kinds[:-1]


@pytest.mark.parametrize("seed", range(1, 6))
def test_who_waits_in_the_waiting_room_is_called_before_being_seen(seed: int) -> None:
    ward = Ward(desks=("Luke 1", "Luke 2"))
    calls = 0

    for mine in by_patient(until(360.0, seed, ward)).values():
        for call, then in ((step, mine[number + 1 :]) for number, step in enumerate(mine)):
            if call.kind != "call":
                continue
            calls += 1
            assert call.at >= 0  # a call has no time of its own, so none is entered afterwards
            wanted = "assess" if call.body["place"] in ward.desks else "place"
            follows = next((step for step in then if step.kind == wanted), None)
            if follows is not None:
                assert 0.5 < follows.at - call.at < 3
                assert wanted == "assess" or follows.body == call.body
    assert calls > 40


@pytest.mark.parametrize("seed", range(1, 6))
def test_no_room_holds_two_and_no_doctor_has_more_than_they_can(seed: int) -> None:
    ward = Ward()
    rooms: dict[str, int] = {}
    doctors: dict[int, int] = defaultdict(int)

    for step in until(600.0, seed, ward):
        if step.kind == "place":
            assert step.body["place"] not in rooms
            rooms[step.body["place"]] = step.patient
        if step.kind == "take":
            doctors[step.worker] += 1
            assert doctors[step.worker] <= ward.patients_per_doctor
        if step.kind == "finish":
            doctors[step.worker] -= 1
            rooms = {room: patient for room, patient in rooms.items() if patient != step.patient}
    assert set(doctors) == set(range(ward.doctors))


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_board_neither_empties_nor_overflows(seed: int) -> None:
    open_now, seen = 0, []

    for step in until(1200.0, seed):
        open_now += (step.kind == "arrive") - (step.kind in ("finish", "left"))
        if step.at > 0:
            seen.append(open_now)

    assert min(seen) >= 6
    assert max(seen) <= 40


def test_a_larger_ward_has_more_to_do() -> None:
    large = Ward(doctors=30, arrivals_per_hour=150, crowd=200, rooms=tuple(f"R{n}" for n in range(120)))

    assert len(until(60.0, ward=large)) > 4 * len(until(60.0))
