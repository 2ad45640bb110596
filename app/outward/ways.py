"""The ways out (kanaler) the site has set up, and how we identify ourselves on each."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
from pydantic import SecretStr

from core.clock import Clock, utc_now
from core.settings import Settings
from integrations.clinical.port import ClinicalRegister
from integrations.edi.client import EdiClient
from integrations.edi.client_v3 import EdiClientV3
from integrations.edi.port import MessageExchange
from integrations.gp_summary.channel import GpSummaryChannel
from integrations.helseid.auth import HelseId, HelseIdAuth
from integrations.helseid.proofs import read_keys
from integrations.kjernejournal.channel import Kjernejournal
from integrations.persons.channel import Persontjenesten
from integrations.pll.channel import MedicationList
from integrations.registers import ar, flr
from integrations.registers.ar import Adresseregisteret
from integrations.registers.flr import Fastlegeregisteret
from integrations.registers.lookup import Lookup
from integrations.registers.soap import Soap
from integrations.sending import Channel
from integrations.shared_record.channel import SharedRecordChannel
from journal.clinical_tables import Service

SOFTWARE = "legevakt/0.1"


class Ways:
    """What has no way yet waits in the queue, visibly."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self.exchange: MessageExchange | None = None
        self.helseid: HelseId | None = None
        self.lookup: Lookup | None = None
        self.channels: dict[str, Channel] = {}
        self.clinical: dict[Service, ClinicalRegister] = {}
        self._clients: list[httpx.AsyncClient] = []
        if "integrations" not in settings.modules:
            return
        if settings.helseid_url and settings.helseid_client:
            self.helseid = self._helseid(settings, settings.helseid_url, clock)
        if settings.edi_url:
            http = self._client(settings.edi_url, settings.edi_scope, settings.edi_token)
            client = EdiClientV3 if settings.edi_version == "3" else EdiClient
            exchange = self.exchange = client(http, source_system=SOFTWARE)
            self.channels["gp-summary"] = GpSummaryChannel(exchange)
            self.channels["dialogue"] = GpSummaryChannel(exchange, name="dialogue")
        if settings.record_url:
            http = self._client(settings.record_url, settings.record_scope, settings.record_token)
            self.channels["shared-record"] = SharedRecordChannel(http, source_system=SOFTWARE)

        if settings.flr_url:
            self.lookup = self._registers(settings, clock)
        self._open_clinical(settings, clock)

    def _registers(self, settings: Settings, clock: Clock) -> Lookup:
        assert settings.flr_url
        assert settings.flr_wsdl
        assert settings.ar_url
        assert settings.ar_wsdl
        password = settings.register_password.get_secret_value() if settings.register_password else ""
        gps, addresses = (self._open(url, seconds=5) for url in (settings.flr_url, settings.ar_url))
        for client in (gps, addresses):
            client.auth = httpx.BasicAuth(settings.register_user, password)
        return Lookup(
            Fastlegeregisteret(Soap(gps, settings.flr_wsdl, service=flr.SERVICE, port=flr.PORT), clock),
            Adresseregisteret(Soap(addresses, settings.ar_wsdl, service=ar.SERVICE, port=ar.PORT), clock),
        )

    def _open_clinical(self, settings: Settings, clock: Clock) -> None:
        token = settings.clinical_token
        if settings.kjernejournal_url and settings.critical_url:
            self.clinical["kjernejournal"] = Kjernejournal(
                self._client(settings.kjernejournal_url, settings.kjernejournal_scope, token, seconds=5),
                self._client(settings.critical_url, settings.critical_scope, token, seconds=5),
                basis=settings.kjernejournal_basis,
                source_system=SOFTWARE,
            )
        if settings.pll_url:
            http = self._client(settings.pll_url, settings.pll_scope, token, seconds=10)
            self.clinical["medication-list"] = MedicationList(http, source_system=SOFTWARE)

        if settings.person_url:
            http = self._client(settings.person_url, settings.person_scope, token, seconds=5)
            access = settings.person_access
            self.clinical["person-register"] = Persontjenesten(http, clock, access=access)

    def _helseid(self, settings: Settings, url: str, clock: Clock) -> HelseId:
        issuer = url.rstrip("/")
        return HelseId(
            self._open(issuer),
            token_url=f"{issuer}/connect/token",
            issuer=issuer,
            client=settings.helseid_client,
            keys=read_keys(settings.helseid_keys),
            clock=clock,
        )

    def _client(
        self, url: str, scope: str, token: SecretStr | None, *, seconds: float = 20
    ) -> httpx.AsyncClient:
        client = self._open(url, seconds=seconds)
        if self.helseid and scope:
            client.auth = HelseIdAuth(self.helseid, scope)
        elif token:
            client.headers["authorization"] = f"Bearer {token.get_secret_value()}"
        return client

    def _open(self, url: str, *, seconds: float = 20) -> httpx.AsyncClient:
        # All that is asked for one message is well below its lease, so that none is ever under way twice.
        client = httpx.AsyncClient(base_url=url, timeout=httpx.Timeout(seconds, connect=5), trust_env=False)
        self._clients.append(client)
        return client

    def __iter__(self) -> Iterator[str]:
        """The channels that have a way out."""
        return iter(self.channels)

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients:
            await client.aclose()
