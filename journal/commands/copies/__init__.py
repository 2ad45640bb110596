"""The patient reads the record: a copy is made, and something may be kept from it by decision."""
