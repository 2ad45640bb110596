"""Dialogue with GPs (dialogmelding): what they ask, who answers and when, and what we ask them.

`receiving.py` takes in, `answering.py` writes, `receipts_out.py` says to the sender that we have it.
"""
