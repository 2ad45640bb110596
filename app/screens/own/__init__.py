"""One's own page (min innlogging), drawn complete by the server."""
