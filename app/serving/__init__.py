"""The web server (tjeneren) and the way its websockets take frames that are encoded already."""
