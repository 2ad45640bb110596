"""The registers as they really answered once, and as they may answer on a bad day."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from core.clock import utc_now
from integrations.registers import ar, flr
from integrations.registers.ar import Adresseregisteret
from integrations.registers.flr import Fastlegeregisteret
from integrations.registers.port import Party, RegisterAway
from integrations.registers.soap import Soap
from tests.integrations.kith.standards import standard

FLR_WSDL, AR_WSDL = "nhn-fastlegeregisteret-read.wsdl", "nhn-adresseregisteret-sok.wsdl"


def register(folder: str, wsdl: str, service: str, port: str, answer: httpx.Response | Exception) -> Soap:
    """One that gives this answer to everything; the recorded ones are SOAP 1.2."""

    def respond(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    http = httpx.AsyncClient(transport=httpx.MockTransport(respond), base_url="https://register.test/")
    return Soap(http, standard("nhn", folder, wsdl), service=service, port=port)


def gps(answer: httpx.Response | Exception) -> Fastlegeregisteret:
    soap = register("flr", FLR_WSDL, flr.SERVICE, flr.PORT.replace("BasicHttp", "WSHttp"), answer)
    return Fastlegeregisteret(soap, utc_now)


def addresses(answer: httpx.Response) -> Adresseregisteret:
    soap = register("ar", AR_WSDL, ar.SERVICE, ar.PORT.replace("BasicHttp", "WSHttp"), answer)
    return Adresseregisteret(soap, utc_now)


def recorded(folder: str, name: str, status: int = 200) -> httpx.Response:
    content = standard("nhn", folder, f"sample-get-{name}.xml").read_bytes()
    return httpx.Response(status, content=content, headers={"content-type": "application/soap+xml"})


async def test_fastlegeregisteret_is_read_as_it_answered() -> None:
    nin = "12345678999"

    assert await gps(recorded("flr", "patient-gp")).gp_of(nin) == 4657988
    assert await gps(recorded("flr", "patient-gp-not-found", 500)).gp_of(nin) == "no-gp"
    assert await gps(recorded("flr", "patient-gp-invalid-nin", 500)).gp_of(nin) == "number-unknown"
    with pytest.raises(RegisterAway, match="unexpected-answer"):
        await gps(recorded("flr", "patient-gp")).gp_of("17912099997")  # it speaks of somebody else


async def test_adresseregisteret_is_read_as_it_answered() -> None:
    found: dict[str, Party | None] = {}
    for name, her_id in (("no-parent", 12345), ("with-parent", 55555), ("not-found", 1)):
        answer = recorded("ar", f"communication-party-details-{name}-response")
        found[name] = await addresses(answer).party(her_id)
    person = await addresses(recorded("ar", "communication-party-details-person-response")).party(115522)

    assert found["not-found"] is None
    alone, within = found["no-parent"], found["with-parent"]
    assert alone is not None
    assert within is not None
    assert (alone.name, alone.parent_her_id, alone.reachable) == ("Et legekontor", None, False)
    assert (within.parent_her_id, within.parent_name) == (987654, "Overordnet Organisasjon")
    assert person == Party(
        her_id=115522,
        name="Anne-Marie Bach",
        parent_her_id=84556,
        parent_name=person.parent_name if person else None,
        hpr_number="7480342",
        reachable=True,
    )


async def test_no_answer_is_never_taken_for_one(tmp_path: Path) -> None:
    broken = {
        "timeout": httpx.ConnectTimeout("slow"),
        "no-connection": httpx.ConnectError("away"),
        "not-allowed": httpx.Response(401),
        "http-503": httpx.Response(503, text="<html>later</html>"),
        "unexpected-answer": httpx.Response(200, text="<html>welcome</html>"),
    }
    for reason, answer in broken.items():
        with pytest.raises(RegisterAway) as away:
            await gps(answer).gp_of("12345678999")
        assert away.value.reason == reason
    bomb = b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"
    with pytest.raises(RegisterAway):
        await gps(httpx.Response(200, content=bomb)).gp_of("12345678999")

    outside = tmp_path / "outside.wsdl"
    whole = standard("nhn", "flr", FLR_WSDL).read_text()
    first = '<xs:import namespace="http://register.nhn.no/Common"/>'
    assert first in whole
    outside.write_text(
        whole.replace(first, first.replace("/>", ' schemaLocation="http://x.test/a.xsd"/>'), 1)
    )
    with pytest.raises(ValueError, match="outside itself"):
        Soap(httpx.AsyncClient(), outside, service=flr.SERVICE, port=flr.PORT)


def test_the_file_may_be_named_from_where_the_service_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(standard("nhn", "flr", FLR_WSDL).parent)

    Soap(httpx.AsyncClient(), Path(FLR_WSDL), service=flr.SERVICE, port=flr.PORT)
