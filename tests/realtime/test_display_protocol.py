"""The page for those who build displays says what is so: its examples, numbers and codes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.topics import PAYLOADS
from realtime import client, connection
from realtime.asyncapi import KINDS, document, name_of
from realtime.protocol import Close
from realtime.view import View

PAGE = (Path(__file__).parents[2] / "docs" / "display-protocol.md").read_text(encoding="utf-8")
EXAMPLES = [
    (channel, json.loads(text)) for channel, text in re.findall(r"```json (\S+)\n(.*?)```", PAGE, re.DOTALL)
]


@pytest.mark.parametrize(
    ("channel", "frame"), EXAMPLES, ids=[f"{channel} {frame['type']}" for channel, frame in EXAMPLES]
)
def test_every_example_is_a_frame_that_the_service_could_send(channel: str, frame: dict[str, Any]) -> None:
    described = document(PAYLOADS, version="")
    schema = described["components"]["schemas"][name_of(channel, frame["type"])]

    jsonschema.Draft7Validator({**schema, "components": described["components"]}).validate(frame)


def test_there_is_an_example_of_everything() -> None:
    shown = {name_of(channel, frame["type"]) for channel, frame in EXAMPLES}

    assert shown == {name_of(channel, kind) for channel in PAYLOADS for kind in KINDS}


@pytest.mark.parametrize("channel", PAYLOADS)
def test_the_examples_follow_each_other_as_frames_do(channel: str) -> None:
    view: View[Any] = View()
    frames: list[Any] = [frame for told, frame in EXAMPLES if told == channel]
    begin = next(frame for frame in frames if frame["type"] == "snapshot")
    view.take(begin)
    view.seq = next(frame for frame in frames if frame["type"] == "patch")["seq"] - 1

    for frame in frames[frames.index(begin) + 1 :]:
        view.take(frame)

    assert len(view.rows) == 1


def test_its_numbers_are_those_of_the_client_and_the_service() -> None:
    for said in (
        f"more than **{client.SILENCE_SECONDS:.0f} seconds** ago",
        f"only after {client.HEALTHY_SECONDS:.0f} seconds on one good connection",
        f"min({client._LONGEST_PAUSE:.0f} s, {client._FIRST_PAUSE} s · 2ⁿ)",
        f"or were {connection.MOST_BYTES // 1024} KiB behind",
    ):
        assert said in PAGE
    assert connection.STUCK_SECONDS == 3.0
    assert "you took nothing for three seconds" in PAGE


def test_its_codes_are_all_there_are() -> None:
    told = set(re.findall(r"^\| (\d{4}) \|", PAGE, re.MULTILINE))

    assert told == {str(int(code)) for code in Close}
