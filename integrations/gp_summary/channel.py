"""The way to the GP: the only file of this folder that touches the network."""

from __future__ import annotations

from integrations.edi.port import EdiRefused, EdiUnavailable, MessageExchange
from integrations.sending import RefusedForGood, Sent, TryAgain


class GpSummaryChannel:
    """Summaries (epikrise) and dialogue to GPs over a carrier. The receipt comes later, by the inbox."""

    content_type = "application/xml"

    def __init__(self, exchange: MessageExchange, *, name: str = "gp-summary") -> None:
        self.name = name
        self._exchange = exchange

    async def send(self, message_id: str, body: bytes) -> Sent:
        """Hand the letter to the carrier; the GP's system reads `message_id` in the bytes."""
        try:
            external_id = await self._exchange.send(body)
        except EdiUnavailable as fault:
            raise TryAgain(fault.reason, after=fault.after) from fault
        except EdiRefused as fault:
            raise RefusedForGood(fault.reason, detail=fault.detail) from fault
        return Sent(external_id=external_id, receipt=None)
