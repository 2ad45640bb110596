"""What causes what, on one page: reactions to events, topics of screens, letters out and their ways."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from core.settings import Settings
from core.store.work import Reactions
from integrations import outbox
from integrations.edi.client import EdiClient
from integrations.gp_summary import document as gp_document
from integrations.gp_summary import validate as gp_validate
from integrations.gp_summary.channel import GpSummaryChannel
from integrations.outbox import Letter
from integrations.sending import Channel
from integrations.shared_record import document as record_document
from integrations.shared_record import validate as record_validate
from integrations.shared_record.channel import SharedRecordChannel
from journal.events import EncounterFinished
from journal.rules.summary import Summary
from realtime.protocol import Picture, Step, Steps, Topic
from triage.queries.board import board, figures
from triage.queries.changes import changes

SOFTWARE = "legevakt/0.1"


# Letters: what is fixed at signing, and for whom.
def _gp(summary: Summary) -> str | None:
    return f"{summary.gp.name}, {summary.gp.office_name}" if summary.gp else None


LETTERS = (
    Letter(
        channel="gp-summary",
        content_type="application/xml",
        problems=gp_validate.problems,
        build=lambda summary, id, now: gp_document.build(summary, message_id=id, generated_at=now),
        receiver=_gp,
    ),
    Letter(
        channel="shared-record",
        content_type="application/fhir+json",
        problems=record_validate.problems,
        build=lambda summary, id, now: record_document.build(summary, message_id=id, generated_at=now),
        receiver=lambda summary: "Nasjonal dokumentdeling",
    ),
)


def reactions(settings: Settings) -> Reactions:
    """Event -> what also happens, in the same transaction."""
    if "integrations" not in settings.modules:
        return {}
    return {EncounterFinished: (outbox.queue(LETTERS),)}


class BoardTopic:
    """The staff board (personaltavle) as screens follow it."""

    async def picture(self, session: AsyncSession, unit: str, now: datetime) -> Picture:
        """Everybody who is here, in board order."""
        seen = await board(session, unit, now)
        return Picture(
            epoch=seen.epoch,
            seq=seen.seq,
            count=seen.count,
            rows=seen.rows,
            extra={"rooms": seen.rooms, "figures": seen.figures},
        )

    async def steps(self, session: AsyncSession, unit: str, since: int, now: datetime) -> Steps:
        """Rows that changed and patients who are no longer here."""
        found = await changes(session, unit, since, now)
        return Steps(
            epoch=found.epoch,
            seq=found.seq,
            count=found.count,
            steps=[
                Step(
                    step.seq,
                    [step.row] if step.row else [],
                    [step.encounter_id] if step.encounter_id and not step.row else [],
                )
                for step in found.steps
            ],
            complete=found.complete,
        )

    async def with_beat(self, session: AsyncSession, unit: str, now: datetime) -> Mapping[str, Any]:
        """The figures of the wall's footer."""
        return {"figures": await figures(session, unit, now)}


TOPICS: Mapping[str, Topic] = {"board": BoardTopic()}


class Ways:
    """The ways out (kanaler) that the site has set up; what has no way yet waits in the queue, visibly."""

    def __init__(self, settings: Settings) -> None:
        self.exchange: EdiClient | None = None
        self.channels: dict[str, Channel] = {}
        self._clients: list[httpx.AsyncClient] = []
        if "integrations" not in settings.modules:
            return
        if settings.edi_url:
            http = self._client(settings.edi_url)
            self.exchange = EdiClient(http, token=_bearer(settings.edi_token), source_system=SOFTWARE)
            self.channels["gp-summary"] = GpSummaryChannel(self.exchange)
        if settings.record_url:
            http = self._client(settings.record_url)
            token = _bearer(settings.record_token)
            self.channels["shared-record"] = SharedRecordChannel(http, token=token, source_system=SOFTWARE)

    def _client(self, url: str) -> httpx.AsyncClient:
        # Well below the lease of a claimed message, so that no message is ever under way twice.
        client = httpx.AsyncClient(base_url=url, timeout=httpx.Timeout(20, connect=5), trust_env=False)
        self._clients.append(client)
        return client

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients:
            await client.aclose()


def _bearer(secret: SecretStr | None) -> Callable[[], Awaitable[str]]:
    async def token() -> str:
        return secret.get_secret_value() if secret else ""

    return token
