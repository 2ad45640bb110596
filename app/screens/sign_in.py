"""The ways in: signing in, a screen's first start, the demo's front page, and what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from core.access.sign_in.machines import Colleague
from core.ids import Role

_SCRIPT_TEXTS = ("error.", "missing.", "display.", "pairing.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """Somebody of the synthetic ward, whose password may be shown."""

    username: str
    password: str
    name: str
    role: Role


def sign_in(
    demo_accounts: Sequence[DemoAccount],
    *,
    language: str,
    asset_version: str,
    next: str = "",
    colleagues: Sequence[Colleague] = (),
    helseid: bool = False,
    problem: str | None = None,
) -> str:
    """The sign-in page; `next` is where to go afterwards, kept only when it is a path of ours.

    `colleagues` were at this machine this shift: one press, and only the password is left. `helseid`: that
    way is open too. `problem`: the code of what went wrong with it.
    """
    t = texts(language)
    return _page(
        "sign_in",
        t,
        asset_version,
        accounts=demo_accounts,
        next=own_path(next),
        colleagues=colleagues,
        helseid=helseid,
        problem=t.known(f"error.{problem}", "error.refused") if problem else None,
    )


def moving_on(path: str, *, language: str, asset_version: str) -> str:
    """Goes on by itself to a path of ours, which then is asked for by a page of ours."""
    return _page("moving_on", texts(language), asset_version, path=path)


def unlocked(*, language: str, asset_version: str) -> str:
    """Somebody signed in beside a locked screen: it is told, and this page is to be closed."""
    return _page("unlocked", texts(language), asset_version)


def display_entry(unit: str, *, language: str, asset_version: str) -> str:
    """Where a wall screen hands in its token, from the link's fragment or typed."""
    return _page("display_entry", texts(language), asset_version, unit=unit)


def pairing(*, unit: str | None, language: str, asset_version: str) -> str:
    """A new screen's first page: its code, read from afar. `unit`: whose board was asked for, if any."""
    return _page("pairing", texts(language), asset_version, unit=unit, theme="dark")


def welcome(
    *,
    unit: str,
    unit_name: str,
    demo_accounts: Sequence[DemoAccount],
    display_token: str | None,
    language: str,
    asset_version: str,
) -> str:
    """The demo's front page: every screen, and who to be."""
    return _page(
        "welcome",
        texts(language),
        asset_version,
        unit=unit,
        unit_name=unit_name,
        accounts=demo_accounts,
        display_token=display_token,
    )


def problem(code: str, status: int, *, language: str, asset_version: str) -> str:
    """What went wrong, in plain words, and where to go from here."""
    t = texts(language)
    sentence = t.known(f"error.{code}", "error.refused")
    return _page("problem", t, asset_version, sentence=sentence, status=status, code=code)


def _page(name: str, t: Texts, asset_version: str, **context: object) -> str:
    words = data_block(t.subset(_SCRIPT_TEXTS))
    return render(f"screens/{name}.html", t=t, asset_version=asset_version, words=words, **context)


def own_path(next: str) -> str:
    """The same when it is a path of ours, else nothing."""
    # Never to another site: a link in a mail could otherwise end a real sign-in on a foreign page.
    # Browsers read `\` as `/` and leave out tabs and line breaks: `/<tab>/elsewhere` is another site too.
    ours = next.startswith("/") and not next.startswith("//") and "\\" not in next and next.isprintable()
    return next if ours else ""
