"""The encounter page while it is open (levende side): what happened, who else is here, where they write.

Always true:
* Who is here is held in memory and nowhere else: it is no part of the record and locks nothing.
* What a page is told is where the record stands, never what it says. The page asks, by the same rules as
  every reader, and knows that what it shows is old when it could not.

Start reading in `gathering.py`.
"""
