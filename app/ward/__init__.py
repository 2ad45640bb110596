"""A synthetic ward (syntetisk legevakt): an invented evening, played through the public API.

Used to show the service, and to load it. Nothing here reaches past HTTP: what the ward can do, a client can.

Always true:
* The same seed gives the same evening, step for step.
* Every person is invented; every identity number is of Skatteetaten's synthetic series.
* Levels come from the scale: a patient's measurements and signs are what makes the patient urgent.

Start reading in `evening.py`, then `player.py`.
"""
