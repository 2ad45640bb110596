"""Screens on walls, as people meet them: the page of a new one, the coordinator's list, the command line.

What a screen may see is decided elsewhere: its token in `core/access/pairing.py`, its rows in
`app/topics.py`.
"""
