"""What was measured between assessments, the plan of observation, and what rings for the patient."""
