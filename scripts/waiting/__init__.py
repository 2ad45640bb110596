"""A New Year's night in the waiting room, sixty times as fast: who was due, and who was rung for.

Start reading in `run.py`; what is promised stands in `checks.py`, and what should have rung is worked out in
`model.py` without the rules of the ward itself.
"""
