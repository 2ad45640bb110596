"""Who somebody is (identitet): unknown at the door, known later, and sometimes another than we thought.

Always true:
* An encounter belongs to exactly one patient, and nobody moves it without a row saying who, when and why.
* Nothing is erased: each change keeps what was before, value by value, and is undone by putting that back.
* A merged patient stays, inactive, and points to the one that replaced it (FHIR: Patient.link).
* What was signed, logged or sent stays as it was; what may be wrong about it becomes work for a person.

Start reading in `changes.py`, then `merge.py` and `undo.py`.
"""
