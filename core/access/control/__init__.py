"""Later control of the access log (kontroll av innsyn): is it whole, and who opened what."""
