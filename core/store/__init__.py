"""The database: how a change becomes permanent before anybody is told that it is.

Always true:
* One transaction per write, in a task of its own that a lost client cannot cancel.
* SQLite has exactly one writing connection, which alone checkpoints; readers have their own.
* Events, outbox rows and the change itself are committed together or not at all.

Start reading in `work.py`.
"""
