"""Addresses about who a patient is: the screen of identity, and the wristband to print."""
