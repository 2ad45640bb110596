"""The code on a ticket: every dark square of it, and nothing drawn twice."""

from __future__ import annotations

import re

import segno

from core.http.qr import qr_code

LINK = "https://legevakt.example/q/" + "aB3_" * 8


def test_what_is_drawn_is_the_code_of_the_link_with_light_around_it() -> None:
    drawn = qr_code(LINK)

    dark = [
        (int(y), int(x) + step)
        for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", drawn.path)
        for step in range(int(wide))
    ]
    wanted = segno.make(LINK, error="q", micro=False, boost_error=False).matrix_iter(border=4)
    assert len(dark) == len(set(dark))
    assert set(dark) == {(y, x) for y, row in enumerate(wanted) for x, square in enumerate(row) if square}
    assert drawn.size == max(max(square) for square in dark) + 1 + 4
