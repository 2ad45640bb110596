"""HTTP of telephone contacts: for operators, and for the telephone exchange (telefonsentral)."""
