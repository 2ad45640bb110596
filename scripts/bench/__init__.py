"""The benchmarks of live screens: how long from a commit to every screen, and what it costs.

Everything runs on this machine, on its loopback. Start reading in `fanout.py`; `screens.py` is the load
client and `nurses.py` the changes, both cheap on purpose. Figures are printed, never asserted.
"""
