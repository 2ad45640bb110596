"""The running program: wiring, screens, command line, migrations. Nothing imports it; read `wiring.py`."""
