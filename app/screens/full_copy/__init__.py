"""The whole record on paper for the patient, and the page where it is asked for."""
