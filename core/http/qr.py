"""A link as the picture that phones read (QR-kode): the squares as one path, drawn in the page itself."""

from __future__ import annotations

import segno

from core.text import Answer

_QUIET = 4  # light squares on every side, or cameras do not find it


class QrCode(Answer):
    """A square of `size` squares with its quiet zone, and where it is dark, as the path of an SVG."""

    size: int
    path: str


def qr_code(link: str) -> QrCode:
    """The code of the link; a quarter of it may be creased or stained."""
    made = segno.make(link, error="q", micro=False, boost_error=False)
    rows = [bytes(row) for row in made.matrix]
    runs = [run for y, row in enumerate(rows, start=_QUIET) for run in _runs(row, y)]
    return QrCode(size=len(rows) + 2 * _QUIET, path="".join(runs))


def _runs(row: bytes, y: int) -> list[str]:
    found, at = [], 0
    while (start := row.find(1, at)) >= 0:
        at = end if (end := row.find(0, start)) >= 0 else len(row)
        found.append(f"M{start + _QUIET} {y}h{at - start}v1h-{at - start}z")
    return found
