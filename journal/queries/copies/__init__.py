"""The whole record as it is copied for the patient, without what is kept back."""
