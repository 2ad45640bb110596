"""SOAP to the national registers: envelopes by the site's WSDL file, over our own HTTP client.

zeep only reads the file, writes questions and reads answers. It may fetch nothing: whatever a WSDL refers to
elsewhere is refused, at start and not in the middle of a night.
"""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
from lxml import etree
from zeep import Client, Settings
from zeep.exceptions import Error, Fault
from zeep.transports import Transport

from integrations.registers.port import RegisterAway

_MAX_BYTES = 2_000_000
_READING = Settings(strict=False, forbid_dtd=True, forbid_entities=True, xml_huge_tree=False)


class OnlyFile(Transport):
    """Reads the one file it was given."""

    def __init__(self, path: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._path = path

    def load(self, url: str) -> bytes:
        """zeep's way of asking for a document."""
        if Path(url) != self._path:
            raise ValueError(f"the WSDL refers to something outside itself: {url}")
        return self._path.read_bytes()


class RegisterFault(Exception):
    """The register says no (GenericFault): its code and words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


class Soap:
    """One register's operations. `http` has its address, time limits and password."""

    def __init__(self, http: httpx.AsyncClient, wsdl: Path, *, service: str, port: str) -> None:
        self._http = http
        file = wsdl.resolve()  # zeep asks for it by its whole address
        self._client = Client(str(file), transport=OnlyFile(file), settings=_READING)
        self._service = self._client.bind(service, port)

    async def call(self, operation: str, **given: object) -> Any:
        """The answer as zeep reads it; raises RegisterFault or RegisterAway."""
        binding = self._service._binding
        envelope = self._client.create_message(self._service, operation, **given)
        action = binding.get(operation).soapaction
        try:
            answer = await self._http.post(
                str(self._http.base_url).rstrip("/"),  # a service has one address, and no slash after it
                content=etree.tostring(envelope, xml_declaration=True, encoding="utf-8"),
                headers={"content-type": "text/xml; charset=utf-8", "soapaction": f'"{action}"'},
            )
        except httpx.TimeoutException as fault:
            raise RegisterAway("timeout") from fault
        except (httpx.TransportError, httpx.DecodingError, httpx.TooManyRedirects) as fault:
            raise RegisterAway("no-connection") from fault
        return self._read(operation, answer)

    def _read(self, operation: str, answer: httpx.Response) -> Any:
        if answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise RegisterAway("not-allowed")
        if len(answer.content) > _MAX_BYTES:
            raise RegisterAway("unexpected-answer")
        binding = self._service._binding
        try:
            return binding.process_reply(self._client, binding.get(operation), answer)
        except Fault as fault:
            raise _said(fault, answer.status_code) from fault
        except (Error, etree.LxmlError, ValueError, TypeError) as fault:
            why = "unexpected-answer" if answer.is_success else f"http-{answer.status_code}"
            raise RegisterAway(why) from fault


def _said(fault: Fault, status: int) -> RegisterFault | RegisterAway:
    detail = fault.detail  # the whole body when it was no fault at all
    said = detail.find(".//{*}GenericFault") if isinstance(detail, etree._Element) else None
    if said is None:
        return RegisterAway(f"http-{status}" if status != HTTPStatus.OK else "register-fault")
    return RegisterFault(said.findtext("{*}ErrorCode") or "", said.findtext("{*}Message") or "")
