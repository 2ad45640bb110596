"""Code packs: bringing them, searching them, and what the unit is paid for."""
