"""Writing down critical information and medicines; each change is a version more."""
