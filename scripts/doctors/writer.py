"""A doctor at an open page: types at random, and saves as `app/static/screens/encounter_draft.js` does."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

import httpx

FIELDS = ("subjective", "objective", "assessment", "plan")
_CLOSING: Mapping[str, Any] = {
    "asked_of_gp": "", "told_to_patient": "", "medication_changes": "", "outcome": None,
}  # fmt: skip
_LONGEST = 9  # words of a paragraph, before a new one is begun


class Refused(Exception):
    """The server refused what a page may ask: a fault of the server or of this doctor."""


@dataclass
class Figures:
    """What happened, for whoever reads the run."""

    done: Counter[str] = field(default_factory=Counter)
    words: list[str] = field(default_factory=list)
    unsaid: set[str] = field(default_factory=set)  # deleted by their own writer, on purpose


class Doctor:
    """One doctor with one window; another window when the page is loaded anew."""

    def __init__(self, http: httpx.AsyncClient, path: str, name: str, token: Mapping[str, str]) -> None:
        self.name = name
        self.figures = Figures()
        self._http = http
        self._path = path
        self._token = dict(token)
        self._numbers = count(1)
        self._windows = count(1)
        self._window = f"{name}-0"
        self._version = 0  # of the encounter
        self._base = 0  # version of the draft from which the fields were written
        self.text = dict.fromkeys(FIELDS, "")
        self._sent = dict(self.text)

    async def write(self, random: Random, until: float) -> None:
        """Type, save, look and choose, at random, until the time is over; then save what is left."""
        await self.load()
        clock = asyncio.get_running_loop().time
        while clock() < until:
            for _ in range(random.randint(1, 4)):
                self._type(random)
                await asyncio.sleep(random.uniform(0.01, 0.09))
            await self.save(random)
            if random.random() < 0.05:
                await self.choose(random)
            if random.random() < 0.02:
                await self.load()
        await self.save(None)

    async def load(self) -> None:
        """Open the page anew: a new window, with what the draft says now.

        What was typed and not sent lies in the browser, and is brought back as the page does it.
        """
        unsent = dict(self.text) if self.text != self._sent else None
        written_from, window = self._base, self._window
        self._window = f"{self.name}-{next(self._windows)}"
        now = await self._ask("GET", "/draft")
        self._version = now["version"]
        self._take(now)
        self.figures.done["loaded"] += 1
        if unsent:
            body = {**unsent, **_CLOSING, "window": window}
            self._take(await self._ask("PATCH", "/draft", body, tag=f'"{self._version}.{written_from}"'))
            self.figures.done["brought back"] += 1

    async def save(self, random: Random | None) -> None:
        """Send what stands in the fields. At times the answer is lost, or more is typed before it comes."""
        sent = dict(self.text)
        body = {**sent, **_CLOSING, "window": self._window}
        answer = await self._ask("PATCH", "/draft", body, tag=f'"{self._version}.{self._base}"')
        self._sent = sent
        self.figures.done["saved"] += 1
        if random is not None and random.random() < 0.05:
            self.figures.done["answers lost"] += 1
            return
        if random is not None and random.random() < 0.3:
            self._type(random)
        self._version = answer["version"]
        if self.text == sent:
            self._take(answer)
        else:  # typed on meanwhile: what was sent is what these fields were written from
            same = all(answer["text"][name] == sent[name].strip() for name in FIELDS)
            self._base = answer["draft_version"] if same else answer["sent_version"]

    async def choose(self, random: Random | None) -> None:
        """Choose where two differ: mostly both, sometimes one."""
        for conflict in (await self._ask("GET", "/draft"))["conflicts"]:
            keep = random.choice(("both", "both", "first", "second")) if random else "both"
            where = f"/draft/conflicts/{conflict['id']}/choose"
            answer = await self._http.post(
                self._path + where, json={"keep": keep}, headers=self._token, timeout=20
            )
            if answer.status_code not in (200, 404, 409):  # a colleague may have chosen first
                raise Refused(answer.text)
            self.figures.done["chosen"] += answer.status_code == 200

    def _take(self, answer: Mapping[str, Any]) -> None:
        self._base = answer["draft_version"]
        if answer["text"] is not None:
            self.text = {name: answer["text"][name] for name in FIELDS}
        self._sent = dict(self.text)

    def _type(self, random: Random) -> None:
        """A new word somewhere; seldom one of one's own is taken away again."""
        name = random.choice(FIELDS)
        lines = self.text[name].split("\n") if self.text[name] else []
        at = random.randrange(max(0, len(lines) - 4), len(lines)) if lines else 0
        if not lines or random.random() < 0.25 or len(lines[at].split()) >= _LONGEST:
            lines.insert(random.randint(at, len(lines)), self._word())
        elif random.random() < 0.03 and (own := self._own(lines[at])):
            gone = random.choice(own)
            self.figures.unsaid.add(gone)
            lines[at] = " ".join(word for word in lines[at].split() if word != gone)
        else:
            words = lines[at].split()
            words.insert(random.randint(0, len(words)), self._word())
            lines[at] = " ".join(words)
        self.text[name] = "\n".join(lines)

    def _word(self) -> str:
        word = f"{self.name}{next(self._numbers)}"
        self.figures.words.append(word)
        return word

    def _own(self, line: str) -> list[str]:
        return [word for word in line.split() if word.startswith(self.name)]

    async def _ask(self, method: str, where: str, body: Any = None, tag: str | None = None) -> Any:
        headers = self._token | ({"If-Match": tag} if tag else {})
        answer = await self._http.request(method, self._path + where, json=body, headers=headers, timeout=20)
        if not answer.is_success:
            raise Refused(f"{method} {where}: {answer.status_code} {answer.text}")
        return answer.json()
