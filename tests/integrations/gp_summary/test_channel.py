from collections.abc import Sequence
from datetime import timedelta

import pytest

from integrations.edi.port import Delivery, EdiRefused, EdiUnavailable, IncomingMessage
from integrations.gp_summary.channel import GpSummaryChannel
from integrations.sending import Channel, RefusedForGood, Sent, TryAgain


class Carrier:
    """A carrier that remembers the bytes, or says what it was told to say."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.taken: list[bytes] = []

    async def send(self, document: bytes) -> str:
        if self.trouble:
            raise self.trouble
        self.taken.append(document)
        return "0556bccf-ccf9-4597-9673-14cbd1a96d99"

    async def inbox(self, her_ids: Sequence[int]) -> list[IncomingMessage]:
        return []

    async def fetch(self, message_id: str) -> bytes:
        return b""

    async def metadata(self, message_id: str) -> IncomingMessage:
        return IncomingMessage(id=message_id, receiver_her_id=None)

    async def status(self, message_id: str) -> list[Delivery]:
        return []

    async def mark_read(self, message_id: str, her_id: int) -> None:
        return None


async def test_a_letter_is_handed_over_as_it_is_and_not_yet_delivered() -> None:
    carrier = Carrier()
    channel: Channel = GpSummaryChannel(carrier)

    sent = await channel.send("an-id", b"<Message/>")

    assert carrier.taken == [b"<Message/>"]
    assert sent == Sent(external_id="0556bccf-ccf9-4597-9673-14cbd1a96d99", receipt=None)
    assert (channel.name, channel.content_type) == ("gp-summary", "application/xml")


async def test_a_carrier_out_of_reach_means_try_again_when_it_asks() -> None:
    channel = GpSummaryChannel(Carrier(EdiUnavailable("http-503", after=timedelta(seconds=30))))

    with pytest.raises(TryAgain) as again:
        await channel.send("an-id", b"<Message/>")

    assert (again.value.reason, again.value.after) == ("http-503", timedelta(seconds=30))


async def test_a_letter_the_carrier_will_never_take_becomes_work_for_a_person() -> None:
    channel = GpSummaryChannel(Carrier(EdiRefused("bad-request", detail="Mottaker mangler")))

    with pytest.raises(RefusedForGood) as refused:
        await channel.send("an-id", b"<Message/>")

    assert (refused.value.reason, refused.value.detail) == ("bad-request", "Mottaker mangler")
