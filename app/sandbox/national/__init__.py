"""What the national services know and check (nasjonale tjenester): HelseID and the two address registers."""
