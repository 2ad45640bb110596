"""The sandbox's registers answer as the real WSDL files say, strictly read, and as its own small ones say."""

from __future__ import annotations

from pathlib import Path

import pytest
import zeep

from app.sandbox.main import create_sandbox
from app.sandbox.national import wsdl
from app.ward.people import GPS
from app.ward.registers import registers
from integrations.registers import ar, flr, soap
from integrations.registers.ar import Adresseregisteret
from integrations.registers.flr import Fastlegeregisteret
from integrations.registers.lookup import Lookup
from integrations.registers.port import RegisterAway
from integrations.registers.soap import Soap
from tests.conftest import SettableClock, client, serving
from tests.integrations.kith.standards import standard

NUMBER = "17912099997"


async def test_both_descriptions_read_the_same(
    clock: SettableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soap, "_READING", zeep.Settings(strict=True))
    real = (
        standard("nhn", "flr", "nhn-fastlegeregisteret-read.wsdl"),
        standard("nhn", "ar", "nhn-adresseregisteret-sok.wsdl"),
    )
    known = registers()
    house = create_sandbox(our_her_id=1, clock=clock, registers=known)
    async with (
        serving(house) as url,
        client(f"{url}/flr") as gps,
        client(f"{url}/ar") as parties,
        client(url) as control,
    ):
        for gp_file, party_file in (real, wsdl.write(tmp_path)):
            lookup = Lookup(
                Fastlegeregisteret(Soap(gps, gp_file, service=flr.SERVICE, port=flr.PORT), clock),
                Adresseregisteret(Soap(parties, party_file, service=ar.SERVICE, port=ar.PORT), clock),
            )
            outcomes = {}
            for her_id in (GPS[0]["her_id"], GPS[-1]["her_id"], 0, None):
                told = {"lists": [{"national_id": NUMBER, "her_id": her_id}]}
                assert (await control.post("/sandbox/registers", json=told)).is_success
                answer = await lookup.gp(NUMBER)
                outcomes[her_id] = (answer.outcome, answer.gp and answer.gp["name"])
            assert outcomes == {
                GPS[0]["her_id"]: ("found", GPS[0]["name"]),
                GPS[-1]["her_id"]: ("no-address", GPS[-1]["name"]),
                0: ("no-address", None),
                None: ("no-gp", None),
            }
            assert (await lookup.gp("12345678901")).outcome == "number-unknown"
            await control.post("/sandbox/faults", json={"ar": {"status": 500}})
            with pytest.raises(RegisterAway):
                await lookup.reachable(GPS[0]["her_id"])
