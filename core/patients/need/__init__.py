"""Why somebody may open a record (tjenstlig behov), and what the patient has said about it (sperring).

Always true: a block counts for what is written later too, and breaking the glass is told in the record and
reviewed by somebody else. The table is `core/access/relation.py`; start reading in `relation_here.py`.
"""
