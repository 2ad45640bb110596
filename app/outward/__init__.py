"""Out of the house (utad): the national services this site is connected to."""
