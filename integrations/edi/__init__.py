"""How message bytes travel (meldingstjener): NHN EDI 2.0 over HTTP.

`port.py` says what we need from any carrier, in our words; `client.py` speaks version 2 of the API.
"""
