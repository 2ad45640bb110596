"""The coordinator's screen (koordinator): its address, and what is fetched for it."""
