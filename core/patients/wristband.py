"""The wristband (armbånd): a number of this visit that can be read by eye and by scanner, with a check sign.

Contact number, day and check sign, e.g. `T29-261120-7`. It tells nothing about who wears it, and a sign
misread or swapped with its neighbour gives another check sign (ISO 7064, MOD 37,36).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from core.errors import Invalid

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FORM = re.compile(r"([A-Z])(\d{2,3})-?(\d{6})-?([0-9A-Z])")


class WristbandUnreadable(Invalid):
    """Not the number of a wristband: a sign is wrong or missing."""

    code = "wristband-unreadable"


def wristband(number: str, recorded_at: datetime) -> str:
    """The visit's number for printing. The day is that of the record in UTC: no number comes twice in it."""
    body = f"{number.replace(' ', '')}{recorded_at.astimezone(UTC):%y%m%d}"
    return f"{body[:-6]}-{body[-6:]}-{_check_sign(body)}"


def read(text: str) -> tuple[str, date]:
    """Contact number and day of a wristband, typed or scanned."""
    found = _FORM.fullmatch(text.strip().upper().replace(" ", ""))
    if found is None or _check_sign("".join(found.groups()[:3])) != found[4]:
        raise WristbandUnreadable
    try:
        day = datetime.strptime(found[3], "%y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise WristbandUnreadable from None
    return f"{found[1]} {found[2]}", day


def _check_sign(body: str) -> str:
    product = 36
    for sign in body:
        total = (product + _SIGNS.index(sign)) % 36 or 36
        product = total * 2 % 37
    return _SIGNS[(37 - product) % 36]
