"""A copy of the whole record for the patient (kopi av journalen): asking for it, reading it, keeping back."""
