"""Two doctors write in one encounter at random, and no word of either is lost; the long run is a script."""

from __future__ import annotations

from pathlib import Path

from scripts.doctors.run import Outcome, write_together


async def test_every_word_of_both_is_in_the_record_or_was_chosen_against(
    database_url: str, tmp_path: Path
) -> None:
    outcome: Outcome = await write_together(database_url, 3, 11, tmp_path)

    assert outcome.lost == []
    assert outcome.written > 20
    assert outcome.signed > outcome.written / 2
    assert outcome.done["saved"] > 5
