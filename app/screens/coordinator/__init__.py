"""The coordinator's screen (koordinator): alarms, who will be late, the load, and whom to call back."""
