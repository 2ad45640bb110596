"""The encounter record (journal): notes, diagnoses, signing, and the summary that others receive.

Always true:
* Exactly one doctor is responsible for an encounter at a time.
* A draft is never lost and belongs to its author; signed text never changes, in code and in the database.
* `rules/summary.py` is the only shape that leaves this package for other journals.

Start reading in `commands/take_patient.py`, then `commands/finish_encounter.py`.
"""
