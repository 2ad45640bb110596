"""The encounter page while it is open (levende side): what happened, who else is here, where they write.

Always true:
* Who is here is no part of the record and locks nothing. It is held in memory; where several processes share
  a database, also in rows that lapse within seconds.
* What a page is told is where the record stands, never what it says. The page asks, by the same rules as
  every reader, and knows that what it shows is old when it could not.

Start reading in `gathering.py`.
"""
