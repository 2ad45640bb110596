"""Rules for those who wait (sikkerhet i venterommet): alarms, calling back, and who will be late."""
