"""Screens of access (tilgang): a reason to open, the patient's blocks, later control, who has seen."""
