"""Arrival, assessment and the order of the board: who needs a doctor first, and by when.

Always true:
* A scale is data, not code: thresholds, levels and targets stand in `rules/scales/*.json`.
* A missing measurement is never counted as normal: it may raise a level, never settle the least urgent one.
* The level a nurse chooses and the level the scale suggests are kept apart, and differing needs a reason.
* Every open encounter is on the board; the queue is a question asked, not something stored.

Start reading in `rules/scales/engine.py`, then `commands/check_in.py` and `commands/assess.py`.
"""
