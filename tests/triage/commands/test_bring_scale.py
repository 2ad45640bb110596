"""A site's own scale: brought, tried beside the one in use, chosen; old answers stay readable."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from core.ids import new_id
from core.patients.tables import Unit
from core.store.work import DatabaseRefused, Store, Work
from tests.cast import UNIT, system
from tests.conftest import SettableClock
from tests.triage.hand import Hand
from tests.triage.site_scale import fjord
from triage.commands.bring_scale import ScaleOfUnit, bring_scale, choose_scale
from triage.queries.scale_agreement import replay, side_by_side
from triage.queries.waiting_times import waiting_times
from triage.rules.scales.brought.form import load_brought
from triage.rules.scales.packs import scale
from triage.rules.scales.refusals import (
    NotForTriage,
    ScaleBroken,
    ScaleUnknown,
    ScaleUntried,
    ScaleVersionTaken,
    ValuesUnconfirmed,
)
from triage.scale_packs import find_scale, versions
from triage.tables import Assessment

MEASURED = {
    "rr": 14, "hr": 125, "sbp": 130, "temp": 37, "avpu": "A", "mobility": "walking", "trauma": "no",
    "pain": "some",
}  # fmt: skip


async def bring(store: Store, text: str) -> None:
    await store.write(system(), bring_scale, text)


async def choose(store: Store, **given: Any) -> None:
    await store.write(system(UNIT), choose_scale, ScaleOfUnit(**given))


def newer(data: dict[str, Any]) -> None:
    data["table_version"] = "2026-2"
    data["levels"][1]["target_minutes"] = 20


async def assessments(store: Store) -> list[Assessment]:
    async def all_of_them(session: Any) -> list[Assessment]:
        return list((await session.execute(select(Assessment).order_by(Assessment.recorded_at))).scalars())

    return await store.read(all_of_them)


async def test_a_brought_scale_is_here_for_every_process_and_the_same_file_again_changes_nothing(
    store: Store,
) -> None:
    await bring(store, fjord())
    await bring(store, fjord())

    found = await store.read(find_scale, "fjord")
    assert found.digest == load_brought(fjord()).digest
    assert [each.id for each in await store.read(versions)] == ["fjord", "gcs", "news2", "qsofa", "sats"]


async def test_the_same_version_with_other_contents_is_refused(store: Store) -> None:
    await bring(store, fjord())

    with pytest.raises(ScaleVersionTaken):
        await bring(store, fjord(lambda d: d["levels"][1].update(target_minutes=15)))

    assert (await store.read(find_scale, "fjord")).level("very_soon").target_minutes == 10


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (fjord(lambda d: d.pop("test_cases")), ScaleUntried),
        (fjord(lambda d: d["test_cases"][0]["expect"].update(total=3)), ScaleUntried),
        (fjord(lambda d: d["groups"][0]["parameters"][0].update(unit="Hz")), ScaleBroken),
        ("{}", ScaleBroken),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_scale_that_may_not_be_used_is_not_kept(
    store: Store, text: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await bring(store, text)

    with pytest.raises(ScaleUnknown):
        await store.read(find_scale, "fjord")


async def test_the_database_itself_refuses_to_change_or_lose_a_version(store: Store) -> None:
    await bring(store, fjord())

    async def change(work: Work, statement: str) -> None:
        await work.session.execute(text(statement))

    for statement in ("UPDATE scale_pack SET text = '{}'", "DELETE FROM scale_pack"):
        with pytest.raises(DatabaseRefused):
            await store.write(system(), change, statement)


async def test_the_tables_the_program_carries_are_kept_for_the_program_that_comes_after(store: Store) -> None:
    async def stored(session: Any) -> dict[str, str]:
        return {
            row.id: row.digest for row in await session.execute(text("SELECT id, digest FROM scale_pack"))
        }

    kept = await store.read(stored)

    assert kept == {id: scale(id).digest for id in ("sats", "news2", "qsofa", "gcs")}


async def test_both_scales_are_asked_and_the_units_own_decides(nora: Hand, clock: SettableClock) -> None:
    await bring(nora.store, fjord())
    await choose(nora.store, scale="sats", beside="fjord")
    encounter = (await nora.check_in()).id

    said = await nora.assess(encounter, scale=None, vital_signs=MEASURED, discriminators=[])

    assert [(each.scale, each.level) for each in said.evaluations] == [
        ("sats", "green"),
        ("fjord", "very_soon"),
        ("news2", None),
    ]
    assert said.level == "green"
    row = (await assessments(nora.store))[0]
    assert [(score["scale"], score["role"]) for score in row.scores] == [
        ("sats", "main"),
        ("fjord", "trial"),
        ("news2", "deterioration"),
    ]
    assert row.inputs is not None
    assert row.inputs["values"]["pain"] == "some"
    # `very_soon` asks for a look within 10 minutes; a scale on trial does not decide that.
    assert said.next_assessment_at == clock() + timedelta(minutes=60)


async def test_how_far_two_scales_agree_is_told_from_the_real_patients(
    nora: Hand, clock: SettableClock
) -> None:
    await bring(nora.store, fjord())
    await choose(nora.store, scale="sats", beside="fjord")
    for pulse, pain in ((70, "none"), (125, "severe"), (125, "some"), (40, "none")):
        encounter = (await nora.check_in()).id
        await nora.assess(
            encounter, scale=None, vital_signs={**MEASURED, "hr": pulse, "pain": pain}, discriminators=[]
        )

    beside = await nora.store.read(side_by_side, "fjord", unit=UNIT)
    again = await nora.store.read(replay, load_brought(fjord()), unit=UNIT)
    elsewhere = await nora.store.read(replay, load_brought(fjord()), unit="sorvik")

    counted = {(pair.used, pair.other): pair.count for pair in beside.agreement.pairs}
    assert counted == {(4, 1): 1, (4, 2): 1, (4, 3): 1, (4, 5): 1}
    assert (beside.used, beside.assessments, beside.agreement.over, beside.agreement.under) == (
        "sats",
        4,
        3,
        1,
    )
    assert [(each.used, each.other) for each in beside.agreement.worst] == [(4, 1), (4, 2)]
    assert again == beside
    assert elsewhere.assessments == 0
    assert len(await assessments(nora.store)) == 4  # a replay records nothing


async def test_a_scale_is_replayed_over_assessments_from_before_everything_was_kept(nora: Hand) -> None:
    encounter = (await nora.check_in_known(1)).id
    await nora.assess(encounter)

    async def one_of_last_year(work: Work) -> None:
        row = (await work.session.execute(select(Assessment))).scalar_one()
        kept = {column.name: getattr(row, column.name) for column in Assessment.__table__.columns}
        work.session.add(Assessment(**{**kept, "id": new_id(), "inputs": None}))

    await nora.store.write(system(UNIT), one_of_last_year)
    report = await nora.store.read(replay, scale("sats"))

    # The numbers are kept with the other assessment: what is left are the answers, and the sign.
    assert (report.agreement.compared, report.agreement.same) == (2, 2)


async def test_a_change_of_scale_changes_no_patient_and_each_is_read_by_its_own_table(
    nora: Hand, clock: SettableClock
) -> None:
    came = clock()
    encounter = (await nora.check_in()).id
    clock.advance(minutes=10)
    orange = await nora.assess(encounter)
    await bring(nora.store, fjord())
    await choose(nora.store, scale="fjord")

    assert (await nora.row(encounter)).level_code == "orange"
    clock.advance(minutes=5)
    # Entered afterwards, by the new scale: the later one by the old scale still counts.
    before = await nora.assess(
        encounter,
        scale=None,
        assessed_at=came + timedelta(minutes=1),
        vital_signs=MEASURED,
        discriminators=[],
    )
    assert before.target_at is not None
    assert (await nora.row(encounter)).level_code == "orange"
    now = await nora.assess(encounter, scale=None, vital_signs=MEASURED, discriminators=[])
    assert (orange.level, now.level, now.rank) == ("orange", "very_soon", 2)
    row = await nora.row(encounter)
    assert (row.level_code, row.target_minutes) == ("very_soon", 10)
    assert row.next_assessment_at == clock() + timedelta(minutes=10)


async def test_a_unit_stays_with_its_version_until_somebody_chooses_the_new_one(nora: Hand) -> None:
    await bring(nora.store, fjord())
    await choose(nora.store, scale="fjord")
    await bring(nora.store, fjord(newer))
    first = (await nora.check_in()).id

    old = await nora.assess(first, scale=None, vital_signs=MEASURED, discriminators=[])
    await choose(nora.store, scale="fjord", version="2026-2")
    second = (await nora.check_in()).id
    new = await nora.assess(second, scale=None, vital_signs=MEASURED, discriminators=[])

    assert [old.evaluations[0].version, new.evaluations[0].version] == ["2026-1", "2026-2"]
    assert [(await nora.row(each)).target_minutes for each in (first, second)] == [10, 20]


async def test_minutes_of_one_scale_are_not_given_to_another_and_come_back_with_it(nora: Hand) -> None:
    async def own_minutes(work: Work) -> None:
        unit = await work.session.get_one(Unit, UNIT)
        unit.choices = {**unit.choices, "targets": {"orange": 15, "very_soon": 99}, "reassess": {"orange": 7}}

    async def choices(session: Any) -> dict[str, Any]:
        return dict((await session.get_one(Unit, UNIT)).choices)

    await nora.store.write(system(UNIT), own_minutes)
    await bring(nora.store, fjord())
    await choose(nora.store, scale="fjord")
    away = await nora.store.read(choices)
    encounter = (await nora.check_in()).id
    said = await nora.assess(encounter, scale=None, vital_signs=MEASURED, discriminators=[])

    await choose(nora.store, scale="sats")

    assert "targets" not in away
    assert (await nora.row(encounter)).target_minutes == 10
    assert said.level == "very_soon"
    back = await nora.store.read(choices)
    assert (back["targets"]["orange"], back["reassess"]) == (15, {"orange": 7})


@pytest.mark.parametrize("helper", ["gcs", "qsofa"])
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_helper_is_neither_chosen_nor_triaged_by(nora: Hand, helper: str) -> None:
    encounter = (await nora.check_in()).id

    with pytest.raises(NotForTriage):
        await choose(nora.store, scale=helper)
    with pytest.raises(NotForTriage):
        await nora.assess(encounter, scale=helper, vital_signs={}, discriminators=[])


async def test_a_unit_with_four_levels_and_no_colours_works_like_one_with_five(
    nora: Hand, clock: SettableClock
) -> None:
    await choose(nora.store, scale="news2")
    encounter = (await nora.check_in()).id
    measured = {"rr": 25, "spo2": 97, "air_or_oxygen": "air", "sbp": 120, "hr": 70, "avpu": "A", "temp": 37}

    said = await nora.assess(encounter, scale=None, vital_signs=measured, discriminators=[])

    assert [(each.scale, each.level) for each in said.evaluations] == [("news2", "low_medium")]
    row = await nora.row(encounter)
    assert (row.level, row.level_code, row.target_at) == (3, "low_medium", None)
    waits = (await nora.store.read(waiting_times, UNIT, clock()))["waits"]
    assert [each.level for each in waits] == [1, 2, 3, 4]


async def test_an_odd_value_is_recorded_only_when_somebody_says_it_is_right(nora: Hand) -> None:
    encounter = (await nora.check_in()).id
    odd = {**{k: v for k, v in MEASURED.items() if k != "pain"}, "hr": 230, "temp": 31}

    for confirmed in ([], ["hr"], ["rr"]):
        with pytest.raises(ValuesUnconfirmed) as refused:
            await nora.assess(encounter, vital_signs=odd, confirmed=confirmed)
    asked: Any = refused.value.facts["to_confirm"]
    assert [(each["parameter"], each["value"], each["min"], each["max"]) for each in asked] == [
        ("hr", "230", "30", "220"),
        ("temp", "31.0", "32.0", "42.0"),
    ]
    assert (await nora.row(encounter)).level is None

    await nora.assess(encounter, vital_signs=odd, confirmed=["hr", "temp", "rr"])

    assert (await assessments(nora.store))[0].confirmed == ["hr", "temp"]
