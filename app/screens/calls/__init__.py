"""The operators' screen (telefon): calls that wait, the call one has, and who is on the way."""
