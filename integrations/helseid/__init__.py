"""HelseID: who this system is to the national services. Tokens are bound to a key of ours (DPoP)."""
