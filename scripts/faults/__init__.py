"""The fault run: screens on a line that is cut, held back and frozen, and a server that is killed meanwhile.

Start reading in `run.py`; what is promised stands in `checks.py`, what is done to the line in `proxy.py`.
"""
