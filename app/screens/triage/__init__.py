"""The triage screen (triage): one patient's complaint, measurements and level, with what was known before."""
