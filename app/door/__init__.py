"""The ways in (døren): the sign-in page, and to HelseID and back."""
