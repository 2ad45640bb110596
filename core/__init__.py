"""The ground everything stands on: who is asking, which patient, the database and the clock.

Always true:
* Only `core.store.work` begins, commits or rolls back a transaction.
* Only `core.clock` asks for the time; it is UTC everywhere inside.
* Only `core.settings` reads the environment.
* `core` imports nothing of ours, and a file may enter only if two packages above use it.

Start reading in `store/work.py`.
"""
