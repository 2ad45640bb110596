"""HTTP of critical information and medicines."""
