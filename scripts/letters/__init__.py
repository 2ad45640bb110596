"""The letters run: does what was signed reach its receivers exactly once, however badly the night goes?

Start reading in `run.py`; what is promised stands in `checks.py`, what goes wrong in `weather.py`.
"""
