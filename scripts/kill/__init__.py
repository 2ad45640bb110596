"""The kill run: a server that is killed again and again, clients that write down what they were told.

Start reading in `run.py`; what is promised stands in `checks.py`.
"""
