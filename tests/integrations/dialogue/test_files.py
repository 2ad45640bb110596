"""Files from GPs: what is safe is opened as what it is, named by us and logged; the rest is refused."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import AccessLogRow
from core.store.work import Work
from integrations.dialogue.files import MOST_BYTES, FileNotOpened, FileTooLarge, kind_of, opened
from integrations.dialogue.receiving import receive
from integrations.dispatcher import forwarding
from integrations.kith.dialogue import build_dialogue
from integrations.tables import DialogueMessage
from tests.cast import HER_ID, UNIT, full_arrival
from tests.conftest import Served
from tests.house.dialogue_cases import told_by_gp
from tests.integrations.dialogue.attached import TEXT, with_files

PDF, PNG = b"%PDF-1.7\n...", b"\x89PNG\r\n\x1a\n..."


@pytest.mark.parametrize(
    ("content", "said", "name", "kind"),
    [
        (PDF, "text/html", "a.html", "application/pdf"),
        (PNG, "application/octet-stream", "", "image/png"),
        (b"\xff\xd8\xff\xe0...", "image/png", "b.png", "image/jpeg"),
        (b"Hei p\xe5 deg", "text/plain; charset=latin1", "", "text/plain"),
        ("Blåbær".encode(), "", "c.TXT", "text/plain"),
        (b"<script>alert(1)</script>", "text/plain", "d.txt", "text/plain"),  # shown as words, never run
        (b"<html><script>", "text/html", "e.html", None),
        (b"<svg onload='x'/>", "image/svg+xml", "f.svg", None),
        (b"PK\x03\x04", "application/pdf", "g.pdf", None),
        (b"MZ\x90\x00", "text/plain", "h.txt", None),
        (b"", "image/png", "i.png", None),
    ],
)
def test_a_file_is_what_it_begins_with_and_not_what_it_is_called(
    content: bytes, said: str, name: str, kind: str | None
) -> None:
    assert kind_of(content, said=said, name=name) == kind


def test_its_name_is_made_harmless_and_too_much_is_refused() -> None:
    assert opened(0, '../../etc/"passwd\r\nX: y.exe', "", PDF).name == "etc__passwd__X_ y.pdf"
    assert opened(1, "", "", PNG).name == "vedlegg-2.png"
    with pytest.raises(FileTooLarge):
        opened(0, "a", "", PDF + bytes(MOST_BYTES))
    with pytest.raises(FileNotOpened):
        opened(0, "a.pdf", "application/pdf", b"PK\x03\x04")


async def test_the_doctor_opens_what_is_safe_reads_why_not_and_each_opening_is_logged(
    served: Served,
) -> None:
    dag, known = served.cast.dag, full_arrival(7)
    arrived = await served.http.post(f"/api/units/{UNIT}/arrivals", json=known, headers=dag.headers)
    where = f"/encounters/{arrived.json()['id']}/dialogue"
    files = (TEXT, ("EKG.pdf", "application/pdf", PDF), ("makro.docm", "application/pdf", b"PK\x03\x04"))

    async def comes(work: Work) -> str:
        body = with_files(build_dialogue(told_by_gp("m-1", known["national_id"])), *files)
        await receive(work, "m-1", body, her_id=HER_ID)
        await work.session.flush()
        return (await work.session.execute(select(DialogueMessage.id))).scalar_one()

    dialogue = await served.store.write(forwarding(UNIT), comes)
    page = (await served.http.get(where, headers=dag.headers)).text
    got: list[Any] = [
        await served.http.get(f"{where}/{dialogue}/files/{number}", headers=dag.headers)
        for number in range(4)
    ]

    assert f'href="{where}/{dialogue}/files/1" target="_blank">Vedlegg: EKG.pdf' in page
    assert "makro.docm, 1 kB – åpnes ikke her: bare PDF" in page
    assert [each.status_code for each in got] == [200, 200, 409, 404]
    assert got[0].text == "Blåbær til kvelds.\n"
    assert got[1].content == PDF
    assert "verken PDF, PNG, JPEG eller ren tekst" in got[2].text
    heads = [got[0].headers, got[1].headers]
    assert [each["content-type"] for each in heads] == ["text/plain; charset=utf-8", "application/pdf"]
    assert [each["content-disposition"].partition(";")[0] for each in heads] == ["inline", "attachment"]
    for each in heads:
        assert each["content-security-policy"] == "default-src 'none'; sandbox"
        assert (each["x-content-type-options"], each["cache-control"]) == ("nosniff", "no-store")

    async def logged(session: AsyncSession) -> list[list[str]]:
        found = await session.execute(
            select(AccessLogRow.documents).where(AccessLogRow.what == "dialogue-file").order_by("seq")
        )
        return list(found.scalars())

    assert await served.store.read(logged) == [[f"dialogue:{dialogue}", f"file:{n}"] for n in (0, 1)]
