"""A short evening with every national register away for a while: the ward goes on, and all is filled in."""

from __future__ import annotations

import pytest

from scripts.outage import run


def test_nobody_waits_for_a_register_and_everything_is_filled_in(capsys: pytest.CaptureFixture[str]) -> None:
    short = ["--minutes", "36", "--away", "8", "16", "--every", "4", "--hang", "0.01"]

    ended = run.main(short)

    printed = capsys.readouterr().out
    assert ended == 0, printed
    assert "kept: nobody waited" in printed
    assert "not filled in             0" in printed
