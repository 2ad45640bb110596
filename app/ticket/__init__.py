"""The ticket (kølapp): where it is printed, and the patient's own page behind its link (decision 24)."""
