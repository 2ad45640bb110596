"""Codes are chosen from packs that count the day the patient came, and stay in the record as they were."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from core.access.tables import AccessLogRow
from core.store.work import DatabaseRefused, Store, Work
from integrations.gp_summary.read import read
from integrations.tables import OutboxMessage
from journal.commands.codes.import_codes import CodePackTaken, Imported, import_codes
from journal.rules.codes.reading import read_pack
from tests.cast import UNIT, Person, finishing, note, system
from tests.conftest import Served
from tests.journal.orders.test_orders import page, post
from tests.journal.test_writing_and_signing import check_in

ICPC = {"system": "icpc-2", "version": "2026", "valid_from": "2020-01-01", "source": "Et eksempel"}
NCMP = {**ICPC, "system": "ncmp", "kind": "procedure", "uri": "urn:oid:1.2.3"}
TARIFF = {**ICPC, "system": "normaltariff", "kind": "tariff", "uri": "https://takst.example/legevakt"}
GONE = "Kode;Tekst;Gyldig til\nK74;Hjertekrampe;\nK01;Hjertesmerte;31.12.2024\n"


async def bring(store: Store, text: str, header: dict[str, Any]) -> Imported:
    return await store.write(system(), import_codes, read_pack(text, header))


def at_version(answer: httpx.Response) -> int:
    assert answer.is_success, answer.text
    return int(answer.json()["version"])


async def take(ward: Served, path: str, who: Person) -> int:
    return at_version(await post(ward, f"{path}/take", {}, who))


async def found(ward: Served, typed: str, who: Person, kind: str = "diagnosis") -> list[str]:
    answer = await ward.http.get(
        f"/api/units/{UNIT}/codes", params={"kind": kind, "typed": typed}, headers=who.headers
    )
    assert answer.status_code == 200, answer.text
    return [each["code"] for each in answer.json()]


async def test_a_diagnosis_gets_its_words_and_version_from_the_pack_and_keeps_them(served: Served) -> None:
    dag = served.cast.dag
    await bring(served.store, GONE, ICPC)
    path = await check_in(served)
    version = await take(served, path, dag)

    answer = await post(
        served, f"{path}/diagnoses", {"code": "K74", "display": "Noe jeg skrev"}, dag, version
    )
    assert answer.status_code == 201, answer.text
    for code in ("K01", "K99"):  # gone out, and never there
        wrong = await post(
            served, f"{path}/diagnoses", {"code": code, "display": "x"}, dag, at_version(answer)
        )
        assert (wrong.status_code, wrong.json()["code"]) == (422, "code-not-valid")
    await bring(served.store, "K74\tAngina, nytt navn", {**ICPC, "version": "2027"})

    (diagnosis,) = (await page(served, path, dag))["diagnoses"]
    assert {name: diagnosis[name] for name in ("code", "display", "version", "system")} == {
        "code": "K74",
        "display": "Hjertekrampe",
        "version": "2026",
        "system": "icpc-2",
    }
    assert await found(served, "nytt", dag) == ["K74"]  # the newest pack counts for the next patient


async def test_a_version_is_kept_once_and_never_altered(store: Store) -> None:
    first = await bring(store, GONE, ICPC)
    again = await bring(store, GONE, ICPC)
    with pytest.raises(CodePackTaken):
        await bring(store, "K74\tNoe annet", ICPC)

    async def alter(work: Work) -> None:
        await work.session.execute(text("UPDATE packed_code SET display = 'Noe annet'"))

    with pytest.raises(DatabaseRefused):
        await store.write(system(), alter)
    assert (first.new, first.codes, again.new) == (True, 2, False)


async def test_codes_are_found_as_typed_and_the_most_used_tonight_first(served: Served) -> None:
    dag = served.cast.dag
    many = "".join(f"A{n:02d}.{m:02d}\tHjertekode nummer {n} {m}\n" for n in range(100) for m in range(50))
    await bring(served.store, f"{many}K74\tHjertekrampe\nK75\tÆrlig øvre hjerteinfarkt\n", ICPC)
    path = await check_in(served)
    version = await take(served, path, dag)
    at_version(await post(served, f"{path}/diagnoses", {"code": "K75", "display": "x"}, dag, version))

    assert await found(served, "", dag) == ["K75"]
    assert (await found(served, "hjerte", dag))[0] == "K75"
    assert (await found(served, "k74", dag)) == ["K74"]
    assert await found(served, "INFARKT øvre", dag) == await found(served, "hjerteinf ærl", dag) == ["K75"]
    assert (await found(served, "a07.03", dag)) == (await found(served, "A0703", dag)) == ["A07.03"]
    assert len(await found(served, "hjertekode", dag)) == 12
    assert await found(served, "100%", dag) == await found(served, "_", dag, "tariff") == []


async def test_what_was_done_goes_to_the_gp_and_what_it_costs_does_not(served: Served) -> None:
    dag, kari = served.cast.dag, served.cast.kari
    await bring(served.store, "QAB00\tSutur av sår\n", NCMP)
    await bring(served.store, "2ad;Konsultasjon\n11ad;=Tillegg om kvelden\n", TARIFF)
    path = await check_in(served)
    at = await take(served, path, dag)
    for system_, code, times in (
        ("ncmp", "QAB00", 2),
        ("normaltariff", "2ad", 1),
        ("normaltariff", "11ad", 3),
    ):
        body = {"system": system_, "code": code, "quantity": times}
        answer = await post(served, f"{path}/performed", body, dag, at)
        assert answer.status_code == 201, answer.text
        at = at_version(answer)
    twice = await post(served, f"{path}/performed", {"system": "ncmp", "code": "QAB00"}, dag, at)
    unknown = await post(served, f"{path}/performed", {"system": "ncsp", "code": "QAB00"}, dag, at)
    assert (twice.json()["code"], unknown.json()["code"]) == ("performed-already", "no-code-pack")
    at = at_version(
        await post(served, f"{path}/diagnoses", {"code": "K74", "display": "Hjertekrampe"}, dag, at)
    )
    ended = await post(served, f"{path}/finish", finishing(note=note()), dag, at)
    assert ended.status_code == 200, ended.text

    letter = await _letter(served)
    assert "Utført: Sutur av sår (QAB00), 2 ganger." in letter
    assert "Konsultasjon" not in letter
    late = await post(
        served, f"{path}/performed", {"system": "ncmp", "code": "QAB00"}, dag, at_version(ended)
    )
    assert late.status_code == 409

    day = served.store.clock().astimezone().date()
    rows = await _settled(served, kari, day.isoformat())
    assert [(row["kode"], row["antall"], row["diagnoser"]) for row in rows] == [
        ("11ad", "3", "icpc-2:K74"),
        ("2ad", "1", "icpc-2:K74"),
        ("QAB00", "2", "icpc-2:K74"),
    ]
    assert rows[0]["tekst"] == "'=Tillegg om kvelden"
    logged = await served.store.read(_settlements)
    assert logged == [("HPAYMT", "hpl-26-settlement", path.rpartition("/")[2])]


async def _letter(ward: Served) -> str:
    async def body(session: Any) -> bytes:
        found = await session.scalars(select(OutboxMessage.body).where(OutboxMessage.channel == "gp-summary"))
        return bytes(found.one())

    return read(await ward.store.read(body)).comment("FO") or ""


async def _settled(ward: Served, who: Person, day: str) -> list[dict[str, str]]:
    answer = await ward.http.get(
        f"/api/units/{UNIT}/settlement.csv", params={"day": day}, headers=who.headers
    )
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def _settlements(session: Any) -> list[tuple[str, str | None, str | None]]:
    found = await session.scalars(select(AccessLogRow).where(AccessLogRow.what == "settlement"))
    return [(row.purpose, row.basis, row.encounter_id) for row in found]
