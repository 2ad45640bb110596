"""The staff wall (personaltavla): `page.py` draws it, `paging.py` says what fits, `tiles.py` shows the rooms.

Always true: levels 1 and 2 are on every page, and what has no place on the screen is counted on it.
"""
