"""Bars for the scanner (strekkode): Code 128, set B, as widths; drawn in the page, which needs no picture."""

from __future__ import annotations

_WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222"
    "123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321"
    "232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121"
    "313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224"
    "111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111"
    "111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113"
    "114311411113411311113141114131311141411131211412211214211232"
)
_START_B, _STOP = 104, "2331112"
_QUIET = 10


def bars(text: str) -> tuple[list[tuple[int, int]], int]:
    """Where each bar begins and how wide it is, and the whole width with its quiet zones."""
    values = [ord(sign) - 32 for sign in text]
    if not all(0 <= value < 95 for value in values):
        raise ValueError("code 128 set B holds printable ASCII only")
    check = (_START_B + sum(place * value for place, value in enumerate(values, start=1))) % 103
    pattern = "".join(_WIDTHS[6 * value : 6 * value + 6] for value in (_START_B, *values, check)) + _STOP
    found, at = [], _QUIET
    for place, sign in enumerate(pattern):
        if place % 2 == 0:
            found.append((at, int(sign)))
        at += int(sign)
    return found, at + _QUIET
