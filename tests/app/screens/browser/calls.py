"""The API as a test plays it: what the page asked, and what it is answered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page, Request, Route


@dataclass
class Calls:
    """Answers by method and end of path; a list is answered one by one, its last for good."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    async def play(self, screen: Page) -> None:
        await screen.route("**/api/**", self._answer)

    async def _answer(self, route: Route) -> None:
        request = route.request
        self.asked.append(request)
        key = next((k for k in self.answers if self._fits(k, request)), None)
        if key is None:
            await route.fulfill(status=404, json={"code": "not-found"})
            return
        answer = self.answers[key]
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if answer is None:
            await route.abort()
            return
        status, body = answer
        await route.fulfill(status=status, json=body)

    @staticmethod
    def _fits(key: str, request: Request) -> bool:
        method, _, end = key.partition(" ")
        return request.method == method and request.url.endswith(end)

    def of(self, end: str) -> list[Request]:
        """The requests whose path ends so, in order."""
        return [request for request in self.asked if request.url.endswith(end)]

    def bodies(self, end: str) -> list[Any]:
        """What was sent to that path."""
        return [json.loads(request.post_data or "null") for request in self.of(end)]
