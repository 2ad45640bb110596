"""The command line's commands (kommandoer), all but `serve`: setting a ward up, following a patient, playing.

Always true:
* What a command changes goes through the store as everything else does, with an operator's name on it.
* Nothing here is loaded by a service that serves (decision 43).

Start reading in `line.py`.
"""
