"""Fastlegeregisteret and Adresseregisteret by SOAP 1.1, as their WSDL files describe them."""

from __future__ import annotations

import asyncio
from typing import Annotated
from xml.sax.saxutils import escape

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict

from app.sandbox.faults import Place
from app.sandbox.house import House, house_of
from app.sandbox.national.registers import Entry, Listed
from core.errors import Invalid
from core.patients.national_id import parse
from integrations.kith import safe_xml
from integrations.kith.safe_xml import UnreadableMessage

router = APIRouter()
Sandbox = Annotated[House, Depends(house_of)]

_FLR, _AR = "http://schemas.nhn.no/reg/flr", "http://register.nhn.no/CommunicationParty"
_COMMON, _HPR = "http://register.nhn.no/Common", "http://register.nhn.no/HPR"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


class Told(BaseModel):
    """What the registers are to know from now on, besides what they know."""

    model_config = ConfigDict(extra="forbid")

    entries: list[Entry] = []
    lists: list[Listed] = []


@router.post("/sandbox/registers", status_code=204)
async def tell(told: Told, house: Sandbox) -> Response:
    """A GP moves, a patient changes GP, an address ends."""
    house.registers.entries.update({entry.her_id: entry for entry in told.entries})
    house.registers.lists.update({each.national_id: each.her_id for each in told.lists})
    return Response(status_code=204)


@router.post("/flr")
async def fastlegeregisteret(request: Request, house: Sandbox) -> Response:
    """GetPatientGPDetails."""
    if trouble := await _trouble(house, "flr"):
        return trouble
    house.registers.asked += 1
    number = await _asked(request, "GetPatientGPDetails", "patientNin")
    if number is None or not _is_a_number(number):
        return _fault("Feil", "ArgumentException: patientNin er ugyldig")
    her_id = house.registers.gp_of(number)
    if her_id is None:
        return _fault("Feil", "ArgumentException: Personen er ikke tilknyttet fastlegekontrakt")
    gp = f"<GPHerId>{her_id}</GPHerId>" if her_id else ""
    result = f"{gp}<PatientNIN>{number}</PatientNIN>"
    return _answer(
        f'<GetPatientGPDetailsResponse xmlns="{_FLR}"><GetPatientGPDetailsResult>{result}'
        "</GetPatientGPDetailsResult></GetPatientGPDetailsResponse>"
    )


@router.post("/ar")
async def adresseregisteret(request: Request, house: Sandbox) -> Response:
    """GetCommunicationPartyDetails."""
    if trouble := await _trouble(house, "ar"):
        return trouble
    asked = await _asked(request, "GetCommunicationPartyDetails", "herId")
    entry = house.registers.entries.get(int(asked)) if asked and asked.isdigit() else None
    if entry is None:
        return _fault("InvalidHerIdSupplied", "Kommunikasjonspart med oppgitt HER-id eksisterer ikke.")
    return _answer(
        f'<GetCommunicationPartyDetailsResponse xmlns="{_AR}"><GetCommunicationPartyDetailsResult'
        f' xmlns:i="{_XSI}" xmlns:c="{_COMMON}" xmlns:h="{_HPR}" i:type="{_type(entry)}">'
        f"{_party(entry)}</GetCommunicationPartyDetailsResult></GetCommunicationPartyDetailsResponse>"
    )


def _type(entry: Entry) -> str:
    return "OrganizationPerson" if entry.hpr_number else "Organization"


def _party(entry: Entry) -> str:
    valid = str(entry.valid).lower()
    person = (
        f"<Person><h:HPRInformation><h:HPRNumber>{entry.hpr_number}</h:HPRNumber></h:HPRInformation></Person>"
        if entry.hpr_number
        else ""
    )
    return (
        f"<Active>true</Active><DisplayName>{escape(entry.name)}</DisplayName>"
        f"<HerId>{entry.her_id}</HerId><IsValidCommunicationParty>{valid}</IsValidCommunicationParty>"
        f"<Name>{escape(entry.name)}</Name><ParentHerId>{entry.parent_her_id or -1}</ParentHerId>"
        f"<ParentName>{escape(entry.parent_name or '')}</ParentName><Type>{_kind(entry)}</Type>"
        "<Valid><c:From>2020-01-01T00:00:00</c:From><c:To>9999-12-31T23:59:59.999</c:To></Valid>"
        f"{person}"
    )


def _kind(entry: Entry) -> str:
    return "Person" if entry.hpr_number else "Organization"


async def _trouble(house: House, place: Place) -> Response | None:
    fault = house.faults.take(place)
    await asyncio.sleep(fault.hang_seconds)
    return Response("<html>trouble</html>", fault.status, media_type="text/html") if fault.status else None


async def _asked(request: Request, operation: str, parameter: str) -> str | None:
    action = request.headers.get("soapaction", "").strip('"')
    try:
        envelope = safe_xml.parse(await request.body())
    except UnreadableMessage:
        return None
    body = safe_xml.first(envelope, "Body", operation)
    return safe_xml.text(body, parameter) if action.endswith(f"/{operation}") else None


def _is_a_number(value: str) -> bool:
    try:
        parse(value, environment="test")
    except Invalid:
        return False
    return True


def _fault(code: str, words: str) -> Response:
    said = f"<ErrorCode>{code}</ErrorCode><Message>{words}</Message>"
    return _answer(
        "<s:Fault><faultcode>s:Client</faultcode>"
        f"<faultstring>{words} (reason)</faultstring>"
        f'<detail><GenericFault xmlns="{_COMMON}">{said}</GenericFault></detail></s:Fault>',
        status=500,
    )


def _answer(body: str, *, status: int = 200) -> Response:
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    )
    return Response(envelope, status, media_type="text/xml")
