"""The screen of what was signed: history, correcting, adding to and deleting."""
