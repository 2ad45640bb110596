"""Who plays the staff (mannskap): invented nurses and doctors with a sign-in or a token each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from app.ward.evening import Step


class SignInRefused(Exception):
    """The server does not know this user name and password."""


@dataclass(slots=True, kw_only=True)
class Worker:
    """One person at work, with a token, or a user name and password to sign in by."""

    token: str | None = field(default=None, repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    _session: dict[str, str] = field(default_factory=dict, repr=False)

    async def headers(self, client: httpx.AsyncClient) -> dict[str, str]:
        """What says who is asking; signs in the first time when there is no token."""
        if self.token is not None:
            return {"Authorization": f"Bearer {self.token}"}
        if not self._session:
            await self._sign_in(client)
        return self._session

    def forget_session(self) -> None:
        """Sign in again before the next request, because the session has ended."""
        self._session = {}

    async def _sign_in(self, client: httpx.AsyncClient) -> None:
        form = {"username": self.username, "password": self.password}
        answer = await client.post("/api/sign-in", json=form)
        cookies = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
        # Several people share this client: none of them may walk around with another's cookie.
        client.cookies.clear()
        if answer.is_server_error:
            raise httpx.TransportError("nobody can sign in just now")
        if answer.is_error or not cookies:
            raise SignInRefused(self.username)
        self._session = {"Cookie": cookies}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The nurses and doctors of the evening; steps are dealt out among them by number."""

    nurses: Sequence[Worker]
    doctors: Sequence[Worker]

    def worker(self, step: Step) -> Worker:
        """Who does this step."""
        people = self.doctors if step.role == "doctor" else self.nurses
        return people[step.worker % len(people)]
