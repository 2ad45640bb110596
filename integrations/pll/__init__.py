"""Pasientens legemiddelliste (PLL), through the FHIR interface of SFM."""
